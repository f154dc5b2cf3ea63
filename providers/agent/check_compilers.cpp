// Lines of compilers, linters and linkers (the shapes are those that the tools print when no terminal is there).
#include <algorithm>
#include <array>

#include "providers/agent/check_parts.h"

namespace fimd::providers::agent {
namespace {

constexpr size_t kNotes = 20;  // of one finding

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '/' || c == '@' || c == '=' || c == '+' || c == ',' || c == ':';
  });
}

// Takes " [-Wunused]" or "  [arg-type]" off the end of a message.
std::string take_code(std::string& message) {
  if (!message.ends_with(']')) return "";
  const size_t open = message.rfind(" [");
  if (open == std::string::npos) return "";
  std::string code = message.substr(open + 2, message.size() - open - 3);
  if (!is_word(code)) return "";
  message.resize(message.find_last_not_of(' ', open) + 1);
  return code;
}

// Takes "E0308" off "[E0308]: text" or "TS2322: text", or "C2065: text".
std::string take_leading_code(std::string_view& rest) {
  if (rest.starts_with('[')) {
    const size_t close = rest.find("]: ");
    if (close == std::string_view::npos) return "";
    std::string code(rest.substr(1, close - 1));
    rest.remove_prefix(close + 3);
    return code;
  }
  const size_t letters = std::min(rest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), rest.size());
  const size_t end = std::min(rest.find_first_not_of("0123456789", letters), rest.size());
  if (letters == 0 || letters > 4 || end - letters < 2 || end >= rest.size()) return "";
  if (rest[end] != ':' && rest[end] != ' ') return "";
  std::string code(rest.substr(0, end));
  rest = stripped(rest.substr(end + 1));
  return code;
}

bool is_excerpt(std::string_view line) {
  const size_t digits = std::min(line.find_first_not_of(" 0123456789"), line.size());
  return digits > 0 && line.substr(digits).starts_with('|') && line[digits - 1] == ' ';
}

bool is_caret(std::string_view line) {
  const std::string_view marks = stripped(line);
  return !marks.empty() && marks.find('^') != std::string_view::npos &&
         marks.find_first_not_of("^~ ") == std::string_view::npos;
}

std::string source_of(std::string_view path) {
  constexpr auto kTools = std::to_array<std::pair<std::string_view, std::string_view>>(
      {{".py", "mypy"}, {".java", "javac"}, {".rs", "rustc"}, {".go", "go"}, {".ts", "tsc"}, {".tsx", "tsc"}});
  for (const auto& [ending, tool] : kTools) {
    if (path.ends_with(ending)) return std::string(tool);
  }
  return "compiler";
}

// What only says that something said before was the end of it.
bool is_consequence(std::string_view message) {
  constexpr auto kSaid = std::to_array<std::string_view>(
      {"aborting due to", "could not compile", "ld returned", "linker command failed", "all warnings being treated",
       "For more information about this error", "build failed", "test failed, to rerun", "Recipe `", "no exit code"});
  return std::any_of(kSaid.begin(), kSaid.end(),
                     [&](auto said) { return message.find(said) != std::string_view::npos; });
}

}  // namespace

std::optional<CompilerLines::Told> CompilerLines::told_by(std::string_view rest) {
  constexpr auto kKinds =
      std::to_array<std::pair<std::string_view, Severity>>({{"fatal error", Severity::error},
                                                            {"runtime error", Severity::error},
                                                            {"internal compiler error", Severity::error},
                                                            {"error", Severity::error},
                                                            {"warning", Severity::warning},
                                                            {"note", Severity::information},
                                                            {"help", Severity::information}});
  for (const auto& [word, severity] : kKinds) {
    if (!rest.starts_with(word)) continue;
    std::string_view text = rest.substr(word.size());
    Told told{severity, severity == Severity::information, "", ""};
    if (text.starts_with(": ")) text.remove_prefix(2);
    else if (text.starts_with(" TS") || text.starts_with(" C") || text.starts_with(" LNK")) text = stripped(text);
    else if (!text.starts_with('[')) continue;
    told.code = take_leading_code(text);
    told.message = stripped(text);
    if (told.code.empty()) told.code = take_code(told.message);
    if (!told.message.empty()) return told;
  }
  return std::nullopt;
}

ColumnUnit CompilerLines::unit_of(std::string_view path) const {
  if (path.ends_with(".go")) return ColumnUnit::bytes;
  if (path.ends_with(".rs") || path.ends_with(".py")) return ColumnUnit::characters;
  if (path.ends_with(".ts") || path.ends_with(".tsx") || path.ends_with(".js")) return ColumnUnit::utf16;
  return clang_ ? ColumnUnit::bytes : ColumnUnit::display;
}

void CompilerLines::add(Told told, std::string path, size_t line, size_t column, ColumnUnit unit, std::string source) {
  Finding finding;
  places_.put(finding, std::move(path), line, column, unit);
  finding.what.severity = told.severity;
  finding.what.source = std::move(source);
  finding.what.code = std::move(told.code);
  finding.what.message = std::move(told.message);
  if (told.note) {
    if (!out_.empty() && out_.back().notes.size() < kNotes) out_.back().notes.push_back(std::move(finding.what));
    return;
  }
  // What a header outside says about code of the workspace belongs to that code.
  const auto user = std::find_if(included_.rbegin(), included_.rend(), [&](auto& d) { return places_.exists(d.path); });
  if (user != included_.rend() && !places_.exists(finding.what.path)) {
    finding.notes.push_back(finding.what);
    places_.put(finding, user->path, user->line, 0, unit);
  }
  included_.clear();
  caret_for_ = column == 0 ? out_.size() : SIZE_MAX;
  out_.push_back(std::move(finding));
}

void CompilerLines::add_placeless(Told told, std::string source) {
  if (is_consequence(told.message)) return;
  Finding& finding = out_.emplace_back();
  finding.what.severity = told.severity;
  finding.what.source = std::move(source);
  finding.what.code = std::move(told.code);
  finding.what.message = std::move(told.message);
}

bool CompilerLines::take(std::string_view line) {
  const bool taken = take_continuation(line) || take_rust(line) || take_tsc(line) || take_head(line) ||
                     take_eslint(line) || take_maven(line) || take_linker(line) || take_placeless(line) ||
                     take_generic(line);
  previous_ = line;
  return taken;
}

void CompilerLines::end() {
  if (waiting_ && waiting_->severity == Severity::error) add_placeless(*waiting_, "");
  waiting_.reset();
}

bool CompilerLines::take_continuation(std::string_view line) {
  if (is_caret(line) && caret_for_ < out_.size()) {
    Finding& finding = out_[std::exchange(caret_for_, SIZE_MAX)];
    const std::string_view source = places_.line(finding.what.path, finding.what.line);
    if (stripped(source) == stripped(previous_) && !source.empty()) {
      // The caret stands below the line as it was shown, perhaps with other blanks before it.
      const size_t caret = line.find('^'), shown = indent_of(previous_);
      if (caret >= shown)
        finding.what.column = utf16_column(source, caret - shown + indent_of(source) + 1, ColumnUnit::characters);
    }
    return true;
  }
  if (is_excerpt(line) || is_caret(line)) return true;
  // make tells which folder the next paths are relative to.
  if (const auto folder = between(line, "Entering directory '", "'"); !folder.empty())
    return places_.enter(folder), true;
  if (line.find("Leaving directory '") != std::string_view::npos) return places_.leave(), true;
  return false;
}

bool CompilerLines::take_rust(std::string_view line) {
  const std::string_view text = stripped(line);
  if (text.starts_with("--> ")) {
    const auto head = head_of(text.substr(4));
    if (waiting_ && head) {
      const Told told = *std::exchange(waiting_, std::nullopt);
      add(told, places_.path(head->path), head->line, head->column, ColumnUnit::characters, "rustc");
    }
    return true;
  }
  end();
  if (line.starts_with("error") || line.starts_with("warning")) {
    if (auto told = told_by(line)) {
      if (line.starts_with("error TS")) add_placeless(*std::move(told), "tsc");
      else waiting_ = std::move(told);
      return true;
    }
  }
  return false;
}

bool CompilerLines::take_tsc(std::string_view line) {
  const auto head = head_of(line);
  // "src/a.ts:3:5 - error TS2322: text", and the lines indented by two blanks that go on with a message.
  if (head && head->rest.starts_with("- ")) {
    if (auto told = told_by(head->rest.substr(2)); told && told->code.starts_with("TS")) {
      add(*std::move(told), places_.path(head->path), head->line, head->column, ColumnUnit::utf16, "tsc");
      return true;
    }
  }
  if (!head && line.starts_with("  ") && !out_.empty() && out_.back().what.code.starts_with("TS") &&
      !stripped(line).empty()) {
    out_.back().what.message += "\n" + std::string(stripped(line));
    return true;
  }
  return false;
}

bool CompilerLines::take_head(std::string_view line) {
  if (line.starts_with("In file included from ") || (line.starts_with("  ") && stripped(line).starts_with("from "))) {
    std::string_view text = line.substr(line.find("from ") + 5);
    while (text.ends_with(',') || text.ends_with(':')) text.remove_suffix(1);
    if (const auto head = head_of(text)) {
      Diagnostic& through = included_.emplace_back();
      through.path = places_.path(head->path);
      through.line = head->line;
    }
    return true;
  }
  const auto head = head_of(line);
  if (!head) return false;
  if (head->rest.starts_with("required from")) {
    Diagnostic& through = included_.emplace_back();
    through.path = places_.path(head->path);
    through.line = head->line;
    return true;
  }
  auto told = told_by(head->rest);
  if (!told) return false;
  std::string path = places_.path(head->path);
  const bool tsc = told->code.starts_with("TS") && line.find('(') != std::string_view::npos;
  const ColumnUnit unit = tsc ? ColumnUnit::utf16 : unit_of(path);
  std::string source = tsc ? "tsc" : source_of(path);
  add(*std::move(told), std::move(path), head->line, head->column, unit, std::move(source));
  return true;
}

bool CompilerLines::take_eslint(std::string_view line) {
  const bool path_alone = line.starts_with('/') || line.find_first_of(" :") == std::string_view::npos;
  if (path_alone && line.size() < 400 && line.find('.') != std::string_view::npos) {
    const std::string path = places_.path(line);
    if (places_.exists(path)) return linted_ = path, true;
  }
  if (linted_.empty()) return false;
  const std::string_view text = stripped(line);
  if (text.empty()) return linted_.clear(), false;
  const size_t colon = text.find(':'), blank = text.find(' ');
  if (!line.starts_with("  ") || colon == std::string_view::npos || blank == std::string_view::npos || blank < colon)
    return false;
  const auto at = number_of(text.substr(0, colon)), column = number_of(text.substr(colon + 1, blank - colon - 1));
  std::string_view rest = stripped(text.substr(blank));
  const bool error = rest.starts_with("error ");
  if (!at || !column || (!error && !rest.starts_with("warning "))) return false;
  rest = stripped(rest.substr(rest.find(' ')));
  Told told{error ? Severity::error : Severity::warning, false, "", std::string(rest)};
  if (const size_t gap = rest.rfind("  "); gap != std::string_view::npos) {
    told.code = stripped(rest.substr(gap));
    told.message = stripped(rest.substr(0, gap));
  }
  add(std::move(told), linted_, *at, *column, ColumnUnit::utf16, "eslint");
  return true;
}

bool CompilerLines::take_maven(std::string_view line) {
  const bool error = line.starts_with("[ERROR] "), warning = line.starts_with("[WARNING] ");
  const size_t place = line.find(":[");
  if ((!error && !warning) || place == std::string_view::npos) return false;
  const size_t start = line.find(' ') + 1, close = line.find("] ", place);
  const std::string_view at = between(line.substr(place), "[", ",");
  const auto number = number_of(at), column = number_of(between(line.substr(place), ",", "]"));
  if (close == std::string_view::npos || !number) return false;
  Told told{error ? Severity::error : Severity::warning, false, "", std::string(stripped(line.substr(close + 2)))};
  // Maven gives javac's own column, in which tabs are expanded.
  add(std::move(told), places_.path(line.substr(start, place - start)), *number, column.value_or(0),
      ColumnUnit::display, "javac");
  return true;
}

bool CompilerLines::take_linker(std::string_view line) {
  constexpr auto kSaid =
      std::to_array<std::string_view>({"undefined reference to ", "undefined symbol: ", "multiple definition of "});
  for (const auto said : kSaid) {
    const size_t at = line.find(said);
    if (at == std::string_view::npos) continue;
    Told told{Severity::error, false, "", std::string(stripped(line.substr(at)))};
    const auto head = head_of(line);
    std::string path = head ? places_.path(head->path) : "";
    if (head && places_.exists(path)) add(std::move(told), std::move(path), head->line, 0, ColumnUnit::bytes, "linker");
    else add_placeless(std::move(told), "linker");
    return true;
  }
  return false;
}

// "g++: error: a.cpp: No such file", "make: *** No rule to make target 'x'."
bool CompilerLines::take_placeless(std::string_view line) {
  const size_t colon = line.find(": ");
  if (colon == std::string_view::npos || colon == 0 || colon > 60) return false;
  if (line.substr(0, colon).find(' ') != std::string_view::npos) return false;
  const std::string_view rest = stripped(line.substr(colon + 2));
  if (rest.starts_with("*** No rule"))
    return add_placeless({Severity::error, false, "", std::string(rest.substr(4))}, "make"), true;
  auto told = told_by(rest);
  if (!told || told->severity != Severity::error) return false;
  add_placeless(*std::move(told), std::string(line.substr(0, colon)));
  return true;
}

// "path:12:5: words", where there is such a file.
bool CompilerLines::take_generic(std::string_view line) {
  std::string_view text = stripped(line);
  if (text.starts_with("vet: ")) text.remove_prefix(5);
  const auto head = head_of(text);
  if (!head || head->rest.empty()) return false;
  std::string path = places_.path(head->path);
  if (!places_.exists(path)) return false;
  const bool warning = head->rest.find("Warning: ") != std::string_view::npos;
  Told told{warning ? Severity::warning : Severity::error, false, "", ""};
  std::string_view rest = head->rest;
  told.code = take_leading_code(rest);
  told.message = rest;
  if (told.code.empty()) told.code = take_code(told.message);
  const ColumnUnit unit = unit_of(path);
  std::string source = path.ends_with(".py") ? "lint" : source_of(path);
  add(std::move(told), std::move(path), head->line, head->column, unit, std::move(source));
  return true;
}

}  // namespace fimd::providers::agent
