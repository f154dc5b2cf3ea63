// Lines of test runners and tracebacks.
#include <algorithm>

#include "providers/agent/check_parts.h"

namespace fimd::providers::agent {
namespace {

bool is_exception(std::string_view line) {
  const size_t colon = std::min(line.find(':'), line.size());
  const std::string_view name = line.substr(0, colon);
  return !name.empty() && name.find(' ') == std::string_view::npos && name.front() >= 'A' && name.front() != '_' &&
         (name.find("Error") != std::string_view::npos || name.find("Exception") != std::string_view::npos ||
          name.find("Interrupt") != std::string_view::npos || name.find("Exit") != std::string_view::npos ||
          name.find("Warning") != std::string_view::npos || name.find("Failed") != std::string_view::npos);
}

// "Class.test[param]" of "tests/t.py::Class::test[param]", as pytest's blocks are headed.
std::string block_of(std::string_view id) {
  std::string out;
  size_t at = id.find("::");
  while (at != std::string_view::npos) {
    const size_t next = id.find("::", at + 2);
    out += (out.empty() ? "" : ".") +
           std::string(id.substr(at + 2, next == std::string_view::npos ? next : next - at - 2));
    at = next;
  }
  return out;
}

}  // namespace

Finding& TestLines::failed(std::string_view test, std::string_view source) {
  if (const auto known = failed_.find(test); known != failed_.end()) return out_[known->second];
  failed_.emplace(test, out_.size());
  Finding& finding = out_.emplace_back();
  finding.test = test;
  finding.what.source = source;
  finding.what.message = "failed";
  return finding;
}

void TestLines::place(Finding& finding, const Spot& spot) {
  if (!spot.path.empty()) places_.put(finding, spot.path, spot.line, 0, ColumnUnit::characters);
  if (!spot.message.empty()) finding.what.message = spot.message;
}

bool TestLines::take(std::string_view line) {
  return take_traceback(line) || take_pytest(line) || take_rust(line) || take_go(line) || take_googletest(line) ||
         take_node(line) || take_others(line);
}

void TestLines::end() {
  if (in_traceback_) end_traceback("");
  for (const auto& [id, index] : failed_) {
    Finding& finding = out_[index];
    const auto spot = spots_.find(finding.what.source == "pytest" ? block_of(id) : id);
    if (spot != spots_.end()) place(finding, spot->second);
  }
}

void TestLines::end_traceback(std::string_view last) {
  in_traceback_ = false;
  const std::string message = last.empty() ? "the output ends within a traceback" : std::string(stripped(last));
  if (!unittest_.empty()) {
    place(failed(std::exchange(unittest_, {}), "unittest"), {frame_.path, frame_.line, message});
    return;
  }
  Finding finding;
  if (!frame_.path.empty()) places_.put(finding, frame_.path, frame_.line, frame_column_, ColumnUnit::characters);
  finding.what.source = "python";
  finding.what.code = message.substr(0, message.find(':'));
  finding.what.message = message;
  out_.push_back(std::move(finding));
}

bool TestLines::take_traceback(std::string_view line) {
  const std::string_view text = stripped(line);
  const bool frame = text.starts_with("File \"") && text.find("\", line ") != std::string_view::npos;
  if (!in_traceback_) {
    const bool starts = text == "Traceback (most recent call last):";
    // A syntax error has no traceback above its frame.
    if (!starts && !(frame && line.starts_with("  "))) return false;
    in_traceback_ = true;
    frame_ = {};
    frame_column_ = 0;
    if (starts) return true;
  }
  if (frame) {
    const std::string path = places_.path(between(text, "File \"", "\", line "));
    const std::string_view rest = text.substr(text.find("\", line ") + 8);
    const auto number = number_of(rest.substr(0, std::min(rest.find_first_not_of("0123456789"), rest.size())));
    traceback_is_syntax_ = rest.find(", in ") == std::string_view::npos;
    if (number && (places_.exists(path) || frame_.path.empty())) frame_ = {path, *number, ""};
    frame_column_ = 0;
    return true;
  }
  if (line.starts_with("  ")) {
    const bool marks =
        text.find('^') != std::string_view::npos && text.find_first_not_of("^~ ") == std::string_view::npos;
    if (marks && traceback_is_syntax_ && line.find('^') >= indent_of(shown_)) {
      const std::string_view source = places_.line(frame_.path, frame_.line);
      frame_column_ = line.find('^') - indent_of(shown_) + indent_of(source) + 1;
    }
    if (!marks) shown_ = line;
    return true;
  }
  if (text.empty()) return true;
  if (is_exception(text) || line.front() != ' ') {
    end_traceback(is_exception(text) ? text : text.substr(std::min(text.find(": ") + 2, text.size())));
    return true;
  }
  return true;
}

bool TestLines::take_pytest(std::string_view line) {
  const std::string_view text = stripped(line);
  if (text.starts_with("___") && text.ends_with("___")) {
    const size_t from = text.find_first_not_of('_'), to = text.find_last_not_of('_');
    if (from == std::string_view::npos) return true;
    block_ = stripped(text.substr(from, to - from + 1));
    return true;
  }
  if (text.starts_with("=====") && !block_.empty()) block_.clear();
  for (const std::string_view word : {"FAILED ", "ERROR "}) {
    if (!line.starts_with(word)) continue;
    const std::string_view rest = stripped(line.substr(word.size()));
    const size_t dash = rest.find(" - ");
    const std::string_view id = stripped(rest.substr(0, dash));
    const std::string_view file = id.substr(0, id.find("::"));
    if (!file.ends_with(".py")) return false;
    Finding& finding = failed(id, "pytest");
    const std::string path = places_.path(file);
    if (places_.exists(path)) places_.put(finding, path, 1, 0, ColumnUnit::characters);
    if (dash != std::string_view::npos) finding.what.message = stripped(rest.substr(dash + 3));
    return true;
  }
  if (block_.empty()) return false;
  Spot& spot = spots_[block_];
  if (line.starts_with("E  ")) {
    if (spot.message.empty()) spot.message = stripped(line.substr(1));
    return true;
  }
  // "tests/t.py:3: AssertionError" below the code, "tests/t.py:3: in test" above it.
  const auto head = head_of(line);
  if (!head || (!is_exception(head->rest) && !head->rest.starts_with("in ") && !head->rest.empty())) return false;
  const std::string path = places_.path(head->path);
  if (!places_.exists(path)) return false;
  spot.path = path;
  spot.line = head->line;
  return true;
}

bool TestLines::take_rust(std::string_view line) {
  if (line.starts_with("test ") && line.ends_with(" ... FAILED")) {
    static_cast<void>(failed(stripped(line.substr(5, line.size() - 5 - 11)), "cargo test"));
    return true;
  }
  if (line.starts_with("---- ") && line.ends_with(" stdout ----")) {
    block_ = line.substr(5, line.size() - 5 - 12);
    return true;
  }
  const size_t at = line.find(" panicked at ");
  if (line.starts_with("thread '") && at != std::string_view::npos) {
    std::string_view place = line.substr(at + 13);
    const auto head = head_of(place.ends_with(':') ? place.substr(0, place.size() - 1) : place);
    Spot& spot = spots_[block_.empty() ? std::string(between(line, "thread '", "'")) : block_];
    if (head && spot.path.empty()) {
      spot.path = places_.path(head->path);
      spot.line = head->line;
      loose_ = {};
      message_next_ = true;
    }
    return true;
  }
  if (std::exchange(message_next_, false)) {
    for (auto& [id, spot] : spots_) {
      if (spot.message.empty() && !spot.path.empty()) spot.message = stripped(line);
    }
    return true;
  }
  return false;
}

bool TestLines::take_go(std::string_view line) {
  const std::string_view text = stripped(line);
  if (text.starts_with("--- FAIL: ")) {
    const std::string_view rest = text.substr(10);
    go_test_ = rest.substr(0, rest.find(' '));
    static_cast<void>(failed(go_test_, "go test"));
    return true;
  }
  if (text.starts_with("--- ") || text.starts_with("=== ") || text == "FAIL" || line.starts_with("FAIL\t") ||
      line.starts_with("ok  \t")) {
    if (line.starts_with("FAIL\t") && text.ends_with("[build failed]")) return true;
    const bool known = text == "FAIL" || line.starts_with("ok  \t") || text.starts_with("=== ");
    go_test_.clear();
    return known || line.starts_with("FAIL\t");
  }
  if (go_test_.empty() || !line.starts_with("    ")) return false;
  const auto head = head_of(text);
  if (!head || !head->path.ends_with(".go")) return false;
  Spot& spot = spots_[go_test_];
  if (spot.message.empty()) spot = {places_.path(head->path), head->line, std::string(head->rest)};
  return true;
}

bool TestLines::take_googletest(std::string_view line) {
  if (line.starts_with("[  FAILED  ] ")) {
    std::string_view id = line.substr(13);
    const bool in_run = id.find(" (") != std::string_view::npos && id.ends_with("ms)");
    if (id.find(',') != std::string_view::npos && !in_run) return true;  // "2 tests, listed below:"
    id = id.substr(0, id.find_first_of(" ,"));
    if (id.find('.') == std::string_view::npos) return true;
    Finding& finding = failed(id, "googletest");
    if (in_run && !loose_.path.empty()) place(finding, std::exchange(loose_, {}));
    return true;
  }
  if (line.starts_with("[ ")) return loose_ = {}, true;
  const auto head = head_of(line);
  if (head && head->rest == "Failure") {
    if (loose_.path.empty()) loose_ = {places_.path(head->path), head->line, ""};
    return true;
  }
  if (loose_.path.empty() || stripped(line).empty()) return false;
  if (loose_.message.size() < 400) loose_.message += (loose_.message.empty() ? "" : "; ") + std::string(stripped(line));
  return true;
}

// node says where in a line of its own, shows the code, and then what.
bool TestLines::take_node(std::string_view line) {
  if (!thrown_.path.empty() && is_exception(line) && line.find("Error: ") != std::string_view::npos) {
    Finding& finding = out_.emplace_back();
    finding.what.source = "node";
    finding.what.code = line.substr(0, line.find(':'));
    place(finding, {thrown_.path, thrown_.line, std::string(line)});
    thrown_ = {};
    return true;
  }
  const auto head = head_of(line);
  if (!head || !head->rest.empty() || head->column > 0 || line.ends_with(':')) return false;
  std::string path = places_.path(head->path);
  if (places_.exists(path)) thrown_ = {std::move(path), head->line, ""};
  return false;
}

// unittest, ctest and TAP.
bool TestLines::take_others(std::string_view line) {
  for (const std::string_view word : {"FAIL: ", "ERROR: "}) {
    const size_t open = line.find(" ("), close = line.rfind(')');
    if (!line.starts_with(word) || open == std::string_view::npos || close == std::string_view::npos || close < open)
      continue;
    const std::string name(stripped(line.substr(word.size(), open - word.size())));
    const std::string in(line.substr(open + 2, close - open - 2));
    if (name.empty() || name.find(' ') != std::string::npos) continue;
    unittest_ = in.ends_with("." + name) ? in : in + "." + name;
    static_cast<void>(failed(unittest_, "unittest"));
    return true;
  }
  if (line.starts_with("The following tests FAILED:")) return in_list_ = true;
  if (in_list_) {
    const size_t dash = line.find(" - "), open = line.rfind(" (");
    if (!stripped(line).empty() && dash != std::string_view::npos && open != std::string_view::npos && open > dash) {
      Finding& finding = failed(stripped(line.substr(dash + 3, open - dash - 3)), "ctest");
      finding.what.message = between(line.substr(open), "(", ")");
      return true;
    }
    in_list_ = false;
  }
  if (stripped(line).starts_with("not ok ")) {
    const std::string_view text = stripped(line).substr(7);
    const std::string_view name = stripped(text.substr(std::min(text.find_first_not_of("0123456789 -"), text.size())));
    if (name.empty() || name.find("# TODO") != std::string_view::npos) return false;
    static_cast<void>(failed(name, "tap"));
    return true;
  }
  return false;
}

}  // namespace fimd::providers::agent
