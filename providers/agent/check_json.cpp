// The JSON of eslint, gcc, cargo, go and SARIF 2.1.0 (OASIS, 3.27 and 3.30 for results and regions).
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "providers/agent/check_parts.h"
#include "providers/json_read.h"

namespace fimd::providers::agent {
namespace {

using nlohmann::json;

size_t count_in(const json& value, const char* key, size_t otherwise = 0) {
  return static_cast<size_t>(count_at(value, key).value_or(static_cast<int64_t>(otherwise)));
}

const json& object_in(const json& value, const char* key) {
  static const json kNone = json::object();
  const json* found = member(value, key);
  return found != nullptr ? *found : kNone;
}

const json& list_in(const json& value, const char* key) {
  static const json kNone = json::array();
  const json* found = member(value, key);
  return found != nullptr && found->is_array() ? *found : kNone;
}

Severity severity_named(std::string_view level) {
  if (level == "warning") return Severity::warning;
  return level == "note" || level == "help" || level == "none" ? Severity::information : Severity::error;
}

bool take_eslint(const json& files, Places& places, std::vector<Finding>& out) {
  for (const json& file : files) {
    const std::string path = places.path(string_at(file, "filePath"));
    for (const json& message : list_in(file, "messages")) {
      Finding finding;
      places.put(finding, path, count_in(message, "line", 1), count_in(message, "column"), ColumnUnit::utf16);
      finding.what.severity = count_in(message, "severity") == 1 ? Severity::warning : Severity::error;
      finding.what.source = "eslint";
      finding.what.code = string_at(message, "ruleId");
      finding.what.message = string_at(message, "message");
      out.push_back(std::move(finding));
    }
  }
  return true;
}

void put_gcc_place(Finding& finding, const json& message, Places& places) {
  const json* location = first_of(message, "locations");
  if (location == nullptr) return;
  const json& caret = object_in(*location, "caret");
  const bool bytes = member(caret, "byte-column") != nullptr;
  places.put(finding, places.path(string_at(caret, "file")), count_in(caret, "line", 1),
             count_in(caret, bytes ? "byte-column" : "column"), bytes ? ColumnUnit::bytes : ColumnUnit::display);
}

bool take_gcc(const json& messages, Places& places, std::vector<Finding>& out) {
  for (const json& message : messages) {
    Finding finding;
    put_gcc_place(finding, message, places);
    finding.what.severity = severity_named(string_at(message, "kind"));
    finding.what.source = "compiler";
    finding.what.code = string_at(message, "option");
    finding.what.message = string_at(message, "message");
    for (const json& child : list_in(message, "children")) {
      Finding note;
      put_gcc_place(note, child, places);
      note.what.severity = Severity::information;
      note.what.message = string_at(child, "message");
      finding.notes.push_back(std::move(note.what));
    }
    out.push_back(std::move(finding));
  }
  return true;
}

// The span that an error is at; out of a macro into the code that calls it.
const json* cargo_span(const json& message, Places& places) {
  const json* primary = nullptr;
  for (const json& span : list_in(message, "spans")) {
    if (primary == nullptr || true_at(span, "is_primary")) primary = &span;
    if (true_at(span, "is_primary")) break;
  }
  for (int depth = 0; primary != nullptr && depth < 16 && !places.exists(places.path(string_at(*primary, "file_name")));
       ++depth) {
    const json& expansion = object_in(*primary, "expansion");
    const json* outer = member(expansion, "span");
    if (outer == nullptr || !outer->is_object()) break;
    primary = outer;
  }
  return primary;
}

bool take_cargo(const json& line, Places& places, std::vector<Finding>& out) {
  if (string_at(line, "reason") != "compiler-message") return true;
  const json& message = object_in(line, "message");
  const json* span = cargo_span(message, places);
  if (span == nullptr || string_at(message, "level") == "failure-note") return true;  // "aborting due to"
  Finding finding;
  places.put(finding, places.path(string_at(*span, "file_name")), count_in(*span, "line_start", 1),
             count_in(*span, "column_start"), ColumnUnit::characters);
  finding.what.severity = severity_named(string_at(message, "level"));
  finding.what.source = "rustc";
  finding.what.code = string_at(object_in(message, "code"), "code");
  finding.what.message = string_at(message, "message");
  for (const json& child : list_in(message, "children")) {
    Diagnostic& note = finding.notes.emplace_back();
    note.path = finding.what.path;
    note.line = finding.what.line;
    note.severity = Severity::information;
    note.message = string_at(child, "message");
  }
  out.push_back(std::move(finding));
  return true;
}

// One line of go test -json: what failed, and the lines that it printed before.
bool take_go_test(const json& line, Places& places, std::vector<Finding>& out) {
  const std::string test = std::string(string_at(line, "Package")) + "." + std::string(string_at(line, "Test"));
  const std::string_view action = string_at(line, "Action"), text = stripped(string_at(line, "Output"));
  const auto of_test = [&](const Finding& f) { return f.what.source == "go test" && f.test == test; };
  auto at = std::find_if(out.rbegin(), out.rend(), of_test);
  if (action == "output" && !string_at(line, "Test").empty()) {
    const auto head = head_of(text);
    if (!head || !head->path.ends_with(".go") || at != out.rend()) return true;
    // Only a test that fails is a finding; until then its code says that it is not settled.
    Finding finding;
    places.put(finding, places.path(head->path), head->line, 0, ColumnUnit::bytes);
    finding.what.source = "go test";
    finding.what.code = "output";
    finding.what.message = head->rest;
    finding.test = test;
    out.push_back(std::move(finding));
    return true;
  }
  if (action == "pass" || action == "skip") std::erase_if(out, of_test);
  if (action != "fail" || string_at(line, "Test").empty()) return true;
  if (at != out.rend()) return at->what.code.clear(), true;
  Finding& finding = out.emplace_back();
  finding.what.source = "go test";
  finding.what.message = "failed";
  finding.test = test;
  return true;
}

bool take_go_vet(const json& packages, Places& places, std::vector<Finding>& out) {
  bool any = false;
  for (const auto& [package, analyzers] : packages.items()) {
    if (!analyzers.is_object()) return any;
    for (const auto& [analyzer, found] : analyzers.items()) {
      if (!found.is_array()) return any;
      for (const json& each : found) {
        const auto head = head_of(string_at(each, "posn"));
        if (!head) return any;
        Finding finding;
        places.put(finding, places.path(head->path), head->line, head->column, ColumnUnit::bytes);
        finding.what.source = "go vet";
        finding.what.code = analyzer;
        finding.what.message = string_at(each, "message");
        out.push_back(std::move(finding));
        any = true;
      }
    }
  }
  return any || packages.empty();
}

// A file's address: percent-decoded, and put behind its base where the run names one.
std::string sarif_path(const json& run, const json& location, Places& places) {
  std::string_view uri = string_at(location, "uri");
  std::string whole(uri);
  const std::string_view base = string_at(location, "uriBaseId");
  if (!base.empty() && uri.find("://") == std::string_view::npos) {
    const json& bases = object_in(run, "originalUriBaseIds");
    whole = std::string(string_at(object_in(bases, std::string(base).c_str()), "uri")) + whole;
  }
  std::string out;
  for (size_t i = 0; i < whole.size(); ++i) {
    const auto digit = [&](size_t at) {
      const char c = at < whole.size() ? whole[at] : ' ';
      return c >= '0' && c <= '9'   ? c - '0'
             : c >= 'A' && c <= 'F' ? c - 'A' + 10
             : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                    : -1;
    };
    if (whole[i] == '%' && digit(i + 1) >= 0 && digit(i + 2) >= 0) {
      out += static_cast<char>(digit(i + 1) * 16 + digit(i + 2));
      i += 2;
    } else {
      out += whole[i];
    }
  }
  return places.path(out);
}

const json* sarif_rule(const json& run, const json& result) {
  const json& rules = list_in(object_in(object_in(run, "tool"), "driver"), "rules");
  const auto index = count_at(result, "ruleIndex").value_or(count_at(object_in(result, "rule"), "index").value_or(-1));
  if (index >= 0 && static_cast<size_t>(index) < rules.size()) return &rules[static_cast<size_t>(index)];
  const std::string_view id = string_at(result, "ruleId");
  const auto at = std::find_if(rules.begin(), rules.end(),
                               [&](const json& rule) { return !id.empty() && string_at(rule, "id") == id; });
  return at != rules.end() ? &*at : nullptr;
}

std::string sarif_message(const json& message, const json* rule) {
  std::string text(string_at(message, "text"));
  if (text.empty() && rule != nullptr) {
    const std::string id(string_at(message, "id"));
    text = string_at(object_in(object_in(*rule, "messageStrings"), id.c_str()), "text");
  }
  const json& arguments = list_in(message, "arguments");
  for (size_t i = 0; i < std::min<size_t>(arguments.size(), 10); ++i) {
    const std::string hole = fmt::format("{{{}}}", i);
    const std::string with = arguments[i].is_string() ? arguments[i].get<std::string>() : "";
    for (size_t at = text.find(hole); at != std::string::npos && text.size() < 10'000;
         at = text.find(hole, at + with.size()))
      text.replace(at, hole.size(), with);
  }
  return text;
}

bool is_suppressed(const json& result) {
  for (const json& each : list_in(result, "suppressions")) {
    const std::string_view status = string_at(each, "status");
    if (status.empty() || status == "accepted") return true;
  }
  const std::string_view state = string_at(result, "baselineState"), kind = string_at(result, "kind");
  return state == "absent" || (!kind.empty() && kind != "fail");
}

bool take_sarif(const json& log, Places& places, std::vector<Finding>& out) {
  for (const json& run : list_in(log, "runs")) {
    const bool characters = string_at(run, "columnKind") == "unicodeCodePoints";
    const std::string_view tool = string_at(object_in(object_in(run, "tool"), "driver"), "name");
    for (const json& result : list_in(run, "results")) {
      if (is_suppressed(result)) continue;
      const json* rule = sarif_rule(run, result);
      Finding finding;
      if (const json* location = first_of(result, "locations")) {
        const json& physical = object_in(*location, "physicalLocation");
        const json& region = object_in(physical, "region");
        places.put(finding, sarif_path(run, object_in(physical, "artifactLocation"), places),
                   count_in(region, "startLine", 1), count_in(region, "startColumn", 1),
                   characters ? ColumnUnit::characters : ColumnUnit::utf16);
      }
      std::string_view level = string_at(result, "level");
      if (level.empty() && rule != nullptr) level = string_at(object_in(*rule, "defaultConfiguration"), "level");
      finding.what.severity = severity_named(level.empty() ? "warning" : level);
      finding.what.source = tool;
      finding.what.code = string_at(result, "ruleId");
      if (finding.what.code.empty() && rule != nullptr) finding.what.code = string_at(*rule, "id");
      finding.what.message = sarif_message(object_in(result, "message"), rule);
      out.push_back(std::move(finding));
    }
  }
  return true;
}

}  // namespace

bool take_json(std::string_view text, Places& places, std::vector<Finding>& out) {
  const json value = parse_json(text);
  if (value.is_array()) {
    if (value.empty()) return true;
    const json& first = value.front();
    if (member(first, "filePath") != nullptr && member(first, "messages") != nullptr)
      return take_eslint(value, places, out);
    if (member(first, "kind") != nullptr && member(first, "locations") != nullptr) return take_gcc(value, places, out);
    return false;
  }
  if (!value.is_object()) return false;
  if (member(value, "runs") != nullptr) return take_sarif(value, places, out);
  if (member(value, "reason") != nullptr) return take_cargo(value, places, out);
  if (member(value, "Action") != nullptr) return take_go_test(value, places, out);
  return take_go_vet(value, places, out);
}

}  // namespace fimd::providers::agent
