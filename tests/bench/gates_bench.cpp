// How long judge() takes, and how often it harms a right suggestion or mends a wrong one.
//
//   build/bench/gates_bench               p50 and p99 of judge() in files of 320 and 10,000 lines, with and without a tree
//   build/bench/gates_bench FILE...       hides real text of these files, suggests exactly that, and reports how much
//   of
//                                         it the gates leave alone, per language and gate; -v prints what they changed
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "context/syntax.h"
#include "providers/gates.h"
#include "providers/trim.h"

namespace {

using namespace fimd;
using fimd::providers::Judged;

struct Place {
  context::Snapshot text;
  size_t offset = 0;
  context::Tree tree;
};

Place place(std::string_view language, std::string utf8, size_t offset, bool with_tree) {
  Place out;
  out.offset = offset;
  out.text = std::make_shared<const context::Text>(
      context::make_text("file:///bench", 1, std::string(language), std::move(utf8)));
  if (!with_tree) return out;
  if (auto tree = context::parse(out.text, {})) out.tree = *tree;
  return out;
}

Judged judge(const Place& at, const std::string& suggestion) {
  const providers::TrimRules rules = providers::rules_at(*at.text, at.offset);
  const bool closers = rules.line_after.find_first_not_of(")]}\"'`;, \t") == std::string::npos;
  return providers::judge(suggestion,
                          {.text = *at.text,
                           .offset = at.offset,
                           .tree = at.tree,
                           .language = at.text->language,
                           .allow_multiline = closers},
                          {});
}

// Times -----------------------------------------------------------------------------------------------------------

std::string big_file(size_t lines) {
  std::string out = "#include <vector>\n\n";
  for (size_t i = 0; i * 10 < lines; ++i) {
    out += fmt::format(
        "int function_{0}(const std::vector<int>& values, int start) {{\n  int total = start;\n"
        "  for (const int value : values) {{\n    if (value > {0}) {{\n      total += value * {0};\n    }}\n  }}\n"
        "  return total;\n}}\n\n",
        i);
  }
  return out;
}

double at_share(std::vector<double>& values, double share) {
  std::sort(values.begin(), values.end());
  return values.empty()
             ? 0
             : values[std::min(values.size() - 1, static_cast<size_t>(share * static_cast<double>(values.size())))];
}

void times(size_t lines) {
  const std::string utf8 = big_file(lines);
  const std::string cursor = "  int total = start;\n";
  const size_t offset = utf8.find(cursor, utf8.size() / 2) + cursor.size();
  const std::string document = utf8.substr(0, offset) + "  \n" + utf8.substr(offset);
  const std::string suggestion =
      "int previous = 0;\n  int next = 0;\n  for (size_t i = 0; i < values.size(); ++i) {\n    next = values[i];\n"
      "    if (next < previous) {\n      total -= previous;\n    }\n    previous = next;\n  }\n  total += next;\n";
  const std::string broken = suggestion + "  total = = 3 ) ;\n";
  for (const bool tree : {false, true}) {
    const Place at = place("cpp", document, offset + 2, tree);
    for (const auto& [name, text] :
         {std::pair{"10 lines that pass", suggestion}, {"11 lines, the last is cut", broken}}) {
      std::vector<double> ms, look_ms;
      for (int i = 0; i < 1000; ++i) {
        const auto look = std::chrono::steady_clock::now();
        const auto site = providers::Site::make(at.text, at.offset, at.tree, {}, {});
        const auto start = std::chrono::steady_clock::now();
        look_ms.push_back(std::chrono::duration<double, std::milli>(start - look).count());
        const Judged judged = site->judge(text, {});
        ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
        if (judged.text.empty()) std::abort();
      }
      const double p50 = at_share(ms, 0.5);
      fmt::print("judge, {} lines, {}, {}: p50 {:.3f} ms, p99 {:.3f} ms, after looking around for {:.3f}, {:.3f} ms\n",
                 lines, tree ? "tree" : "no tree", name, p50, at_share(ms, 0.99), at_share(look_ms, 0.5),
                 at_share(look_ms, 0.99));
    }
  }
}

// Harm ------------------------------------------------------------------------------------------------------------

std::string_view language_of(std::string_view path) {
  const std::string_view ending = path.substr(path.rfind('.') + 1);
  const std::map<std::string_view, std::string_view> table = {
      {"c", "c"},       {"h", "cpp"},          {"cpp", "cpp"},        {"hpp", "cpp"},       {"cc", "cpp"},
      {"py", "python"}, {"js", "javascript"},  {"mjs", "javascript"}, {"ts", "typescript"}, {"tsx", "typescriptreact"},
      {"go", "go"},     {"rs", "rust"},        {"java", "java"},      {"cs", "csharp"},     {"rb", "ruby"},
      {"php", "php"},   {"sh", "shellscript"}, {"lua", "lua"},        {"json", "json"},     {"html", "html"},
      {"css", "css"}};
  const auto found = table.find(ending);
  return found == table.end() ? "plaintext" : found->second;
}

struct Count {
  size_t asked = 0, kept = 0, part = 0, dropped = 0;
  std::map<std::string, size_t> by_gate;
};

struct Hidden {
  std::string document;
  size_t offset = 0;
  std::string truth;
  std::string suggestion;  // the truth, or the truth with a mistake that models make
};

// The rest of a line from some word on, as when it is typed; `share` of it is suggested.
std::optional<Hidden> hide_rest(const context::Text& text, size_t line, std::mt19937& random, bool in_part) {
  const std::string_view whole = context::line_text(text, line);
  const size_t first = whole.find_first_not_of(" \t");
  if (first == std::string_view::npos || whole.size() < first + 8 || whole.size() > 200) return std::nullopt;
  const size_t column = context::floor_code_point(whole, first + random() % (whole.size() - first - 3));
  Hidden out;
  out.offset = text.lines[line] + column;
  out.truth = whole.substr(column);
  out.document = text.utf8.substr(0, out.offset) + text.utf8.substr(out.offset + out.truth.size());
  if (in_part) {
    const size_t stop = context::floor_code_point(out.truth, 2 + random() % out.truth.size());
    const size_t end = out.truth.find_last_of(" (,.=", stop);
    if (end == std::string::npos || end == 0) return std::nullopt;
    out.truth.resize(end + (out.truth[end] == ' ' ? 0 : 1));
  }
  return out;
}

// The rest of a block: from the start of a line's text to the end of the lines that are indented as deeply.
std::optional<Hidden> hide_block(const context::Text& text, size_t line, std::mt19937& random) {
  const auto indent = [&](size_t i) { return context::line_text(text, i).find_first_not_of(" \t"); };
  const size_t depth = indent(line);
  if (depth == std::string_view::npos || depth == 0) return std::nullopt;
  size_t last = line;
  for (size_t i = line + 1; i < text.lines.size() && i < line + 2 + random() % 10; ++i) {
    const size_t here = indent(i);
    if (here != std::string_view::npos && here < depth) break;
    if (here == depth) last = i;
  }
  // It must be a whole number of statements: the next line is no deeper.
  size_t next = last + 1;
  while (next < text.lines.size() && indent(next) == std::string_view::npos) ++next;
  if (last == line || next >= text.lines.size() || indent(next) > depth) return std::nullopt;
  Hidden out;
  out.offset = text.lines[line] + depth;
  const size_t end = text.lines[last] + context::line_text(text, last).size();
  out.truth = text.utf8.substr(out.offset, end - out.offset);
  out.document = text.utf8.substr(0, out.offset) + text.utf8.substr(end);
  return out;
}

// The model runs on into the lines that stand below.
std::optional<Hidden> run_on(std::optional<Hidden> hidden) {
  if (!hidden) return hidden;
  size_t end = hidden->offset;
  for (int lines = 0; lines < 6 && end != std::string::npos; ++lines) end = hidden->document.find('\n', end + 1);
  hidden->suggestion = hidden->truth + hidden->document.substr(hidden->offset, end - hidden->offset);
  return hidden;
}

// The model begins with the line that was typed.
std::optional<Hidden> echo(std::optional<Hidden> hidden) {
  if (!hidden) return hidden;
  const size_t start = hidden->offset == 0 ? 0 : hidden->document.rfind('\n', hidden->offset - 1) + 1;
  hidden->suggestion = hidden->document.substr(start, hidden->offset - start) + hidden->truth;
  return hidden;
}

// The editor closed the bracket that was opened left of the cursor; the model closes it as well.
std::optional<Hidden> close_bracket(std::optional<Hidden> hidden) {
  if (!hidden || hidden->offset == 0) return std::nullopt;
  const char closer = providers::closer_of(hidden->document[hidden->offset - 1]);
  if (closer == 0) return std::nullopt;
  std::vector<providers::Mark> marks;
  providers::ScanState state;
  providers::scan(hidden->truth, {}, state, marks);
  size_t depth = 0;
  for (const providers::Mark& mark : marks) {
    if (mark.quote) continue;
    if (mark.opens) ++depth;
    if (mark.opens || depth-- > 0) continue;
    if (mark.what != closer) return std::nullopt;
    hidden->document.insert(hidden->offset, 1, closer);
    hidden->truth.resize(mark.at);
    return hidden->truth.empty() ? std::nullopt : hidden;
  }
  return std::nullopt;
}

std::optional<Hidden> close_twice(const context::Text& text, size_t line, std::mt19937& random) {
  for (int i = 0; i < 30; ++i) {
    std::optional<Hidden> hidden = hide_rest(text, line, random, false);
    if (!hidden) return hidden;
    std::string suggestion = hidden->truth;
    if (auto closed = close_bracket(std::move(hidden))) {
      closed->suggestion = std::move(suggestion);
      return closed;
    }
  }
  return std::nullopt;
}

void count(Count& counts, const Hidden& hidden, std::string_view language, std::string_view kind, bool print) {
  const Place at = place(language, hidden.document, hidden.offset, true);
  const std::string& suggestion = hidden.suggestion.empty() ? hidden.truth : hidden.suggestion;
  const Judged judged = judge(at, suggestion);
  const std::string_view truth = providers::trim_right(hidden.truth);
  ++counts.asked;
  if (providers::trim_right(judged.text) == truth) {
    ++counts.kept;
    return;
  }
  ++(judged.text.empty() ? counts.dropped : counts.part);
  for (const auto& note : judged.notes) ++counts.by_gate[note.gate];
  if (!print) return;
  const std::string_view before = std::string_view(at.text->utf8).substr(0, hidden.offset);
  const std::string_view after = std::string_view(at.text->utf8).substr(hidden.offset);
  fmt::print("==== {} {}\n{}^{}\n---- suggested\n{}\n---- judged\n{}\n", language, kind,
             before.substr(before.size() - std::min<size_t>(before.size(), 300)), after.substr(0, 160), suggestion,
             judged.text);
  for (const auto& note : judged.notes) fmt::print("     {}: {}\n", note.gate, note.why);
}

void harm(const std::vector<std::string>& paths, bool print) {
  std::mt19937 random(5);
  std::map<std::string, Count> counts;
  for (const std::string& path : paths) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    const std::string_view language = language_of(path);
    const context::Text text = context::make_text("file:///x", 1, std::string(language), bytes.str());
    if (text.lines.size() < 20) continue;
    for (int i = 0; i < 10; ++i) {
      const size_t line = 1 + random() % (text.lines.size() - 2);
      for (const auto& [name, hidden] : {std::pair{"line", hide_rest(text, line, random, false)},
                                         {"part of a line", hide_rest(text, line, random, true)},
                                         {"block", hide_block(text, line, random)},
                                         {"line, runs on", run_on(hide_rest(text, line, random, false))},
                                         {"block, runs on", run_on(hide_block(text, line, random))},
                                         {"line, echo", echo(hide_rest(text, line, random, false))},
                                         {"bracket closed twice", close_twice(text, line, random)}}) {
        if (hidden) count(counts[fmt::format("{:<12} {}", language, name)], *hidden, language, name, print);
      }
    }
  }
  for (const auto& [name, one] : counts) {
    const auto percent = [&](size_t n) { return 100.0 * static_cast<double>(n) / static_cast<double>(one.asked); };
    fmt::print("{:<34} {:5} asked, {:5.1f} % right, {:4.1f} % other, {:4.1f} % dropped;", name, one.asked,
               percent(one.kept), percent(one.part), percent(one.dropped));
    for (const auto& [gate, n] : one.by_gate) fmt::print(" {} {}", gate, n);
    fmt::print("\n");
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> paths(argv + 1, argv + argc);
  const bool print = std::erase(paths, "-v") > 0;
  if (paths.empty())
    for (const size_t lines : {size_t{320}, size_t{10'000}}) times(lines);
  else
    harm(paths, print);
  return 0;
}
