#include "context/symbols_text.h"

#include <algorithm>

#include "context/text.h"
#include "context/utf8.h"
#include "grammars/registry.h"

namespace fimd::context {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f";
constexpr size_t kMaxLeaves = 500;

// The part of `text` up to `size` bytes, not cutting a code point.
std::string_view head(std::string_view text, size_t size) {
  return text.size() <= size ? text : text.substr(0, floor_code_point(text, size));
}

// One line with single blanks.
std::string folded(std::string_view text, size_t limit) {
  std::string out;
  bool blank = false;
  for (const char c : text) {
    if (kBlanks.find(c) != std::string_view::npos) {
      blank = true;
      continue;
    }
    if (out.size() + 2 > limit + 4) break;
    const bool tight = !out.empty() && (out.back() == '(' || out.back() == '[');
    if (blank && !out.empty() && !tight && c != ')' && c != ']' && c != ',') out += ' ';
    blank = false;
    out += c;
  }
  return std::string(head(out, limit));
}

// A comment's line without its marks.
std::string_view unmarked(std::string_view line) {
  line = trimmed(line);
  static constexpr std::string_view kOpen[] = {"/**<", "/**",  "/*!", "/*",   "///<",   "//!<", "///",     "//!", "//",
                                               "<!--", "--[[", "---", "-- |", "--|",    "--",   "{-|",     "{-",  "(**",
                                               "(*",   "#|",   "#=",  "<#",   "\"\"\"", "'''",  "r\"\"\"", "%%%", "%%",
                                               "%",    ";;;",  ";;",  ";",    "##",     "#"};
  const auto open = std::ranges::find_if(kOpen, [&](std::string_view o) { return line.starts_with(o); });
  if (open != std::end(kOpen)) line.remove_prefix(open->size());
  static constexpr std::string_view kClose[] = {"**/", "*/", "-->", "]]",     "-}", "*)",
                                                "|#",  "=#", "#>",  "\"\"\"", "'''"};
  const auto close = std::ranges::find_if(kClose, [&](std::string_view c) { return line.ends_with(c); });
  if (close != std::end(kClose)) line.remove_suffix(close->size());
  line = trimmed(line);
  while (line.starts_with('*') && !line.starts_with("**")) line = trimmed(line.substr(1));
  for (const std::string_view quote : {"\"", "'"}) {
    if (line.starts_with(quote)) line.remove_prefix(1);
    if (line.ends_with(quote)) line.remove_suffix(1);
  }
  for (const std::string_view tag : {"@brief", "\\brief", "<summary>", "</summary>", "<p>"}) {
    if (line.starts_with(tag)) line = trimmed(line.substr(tag.size()));
  }
  for (const std::string_view tag : {"</summary>", "</p>"}) {
    if (line.ends_with(tag)) line = trimmed(line.substr(0, line.size() - tag.size()));
  }
  return line;
}

bool is_decoration(std::string_view line) {
  return std::ranges::none_of(line, is_word);
}

// The end of the first sentence, past its period; npos if the line has none.
size_t sentence_end(std::string_view line) {
  for (size_t dot = line.find(". "); dot != std::string_view::npos; dot = line.find(". ", dot + 1)) {
    const bool abbreviation = dot >= 2 && (line.substr(dot - 2, 2) == ".e" || line.substr(dot - 2, 2) == ".g");
    if (!abbreviation && dot > 1) return dot + 1;
  }
  return line.ends_with('.') ? line.size() : std::string_view::npos;
}

}  // namespace

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::string_view trimmed(std::string_view text) {
  const size_t start = text.find_first_not_of(kBlanks);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlanks) - start + 1);
}

std::string fold_signature(std::string_view declaration) {
  std::string out = folded(declaration, kMaxSignature);
  static constexpr std::string_view kEnds[] = {" =>", " =", " ?",  " +",     " :", " {", "{",
                                               ":",   ";",  " do", " where", ",",  "->", " is"};
  for (bool cut = true; cut;) {
    cut = false;
    for (const std::string_view end : kEnds) {
      if (out.size() <= end.size() || !out.ends_with(end)) continue;
      out.resize(out.size() - end.size());
      while (out.ends_with(' ')) out.pop_back();
      cut = true;
    }
  }
  return out;
}

std::string summary_of(std::string_view comment) {
  std::string out;
  comment = head(comment, 4096);
  while (!comment.empty()) {
    const size_t end = comment.find('\n');
    const std::string_view line = unmarked(comment.substr(0, end));
    comment.remove_prefix(end == std::string_view::npos ? comment.size() : end + 1);
    if (line.empty() || is_decoration(line)) {
      if (out.empty()) continue;
      break;
    }
    if (line.starts_with('@') || line.starts_with('<') || line.starts_with("\\param")) {
      if (out.empty()) continue;
      break;
    }
    if (!out.empty()) out += ' ';
    const size_t sentence = sentence_end(line);
    out += line.substr(0, sentence);
    if (sentence != std::string_view::npos || out.size() > kMaxDoc) break;
  }
  return std::string(head(out, kMaxDoc));
}

Path split_path(std::string_view path, std::string_view separators) {
  const auto marks = grammars::Words{separators}.list();
  path = trimmed(path);
  const auto bare = [](std::string_view name) {
    if (name.starts_with("operator")) return name;
    const size_t open = name.find_first_of("<[({ \t\n");
    return trimmed(open == std::string_view::npos || open == 0 ? name : name.substr(0, open));
  };
  // The separators inside of brackets do not count, nor does anything behind "operator".
  size_t at = std::string_view::npos, size = 0;
  int depth = 0;
  for (size_t i = 0; i < path.size(); ++i) {
    if (path.substr(i).starts_with("operator") && (i == 0 || !is_word(path[i - 1]))) break;
    const char c = path[i];
    if (c == '<' || c == '[' || c == '(') ++depth;
    if ((c == '>' && (i == 0 || path[i - 1] != '-')) || c == ']' || c == ')') --depth;
    if (depth > 0) continue;
    const std::string_view rest = path.substr(i);
    const auto mark = std::ranges::find_if(marks, [&](std::string_view m) { return rest.starts_with(m); });
    const size_t length = mark == marks.end() ? 0 : mark->size();
    if (length > 0 && i > 0 && i + length < path.size()) at = i, size = length;
    if (length == 2) ++i;
  }
  if (at == std::string_view::npos) return {{}, bare(path)};
  return {path.substr(0, at), bare(path.substr(at + size))};
}

std::vector<ImportLeaf> import_leaves(std::string_view tree) {
  std::vector<ImportLeaf> out;
  // Parts of the tree that are still to be read, each with the path in front of it.
  struct Branch {
    std::string prefix;
    std::string_view text;
  };
  std::vector<Branch> parts{{{}, head(tree, 1 << 16)}};
  while (!parts.empty() && out.size() < kMaxLeaves) {
    const Branch part = std::move(parts.back());
    parts.pop_back();
    const size_t open = part.text.find('{');
    if (open == std::string_view::npos) {
      std::string_view path = trimmed(part.text);
      if (path.starts_with("import ")) path = trimmed(path.substr(7));
      ImportLeaf leaf;
      for (const std::string_view mark : {" as ", "=>"}) {
        const size_t as = path.find(mark);
        if (as == std::string_view::npos) continue;
        leaf.alias = trimmed(path.substr(as + mark.size()));
        path = trimmed(path.substr(0, as));
      }
      if (path.empty()) continue;
      const std::string whole = part.prefix + std::string(path);
      const Path split = split_path(whole, ":: . \\");
      leaf.module = split.owner.empty() ? whole : std::string(split.owner);
      leaf.name = split.owner.empty() ? std::string() : std::string(split.name);
      if (leaf.name == "_") leaf.name = "*";
      if (leaf.name == "self") leaf.name.clear();
      out.push_back(std::move(leaf));
      continue;
    }
    std::string_view front = trimmed(part.text.substr(0, open));
    if (front.starts_with("import ")) front = trimmed(front.substr(7));
    const std::string prefix = part.prefix + std::string(front);
    const size_t close = std::min(part.text.rfind('}'), part.text.size());
    if (close <= open) continue;
    const std::string_view inner = part.text.substr(open + 1, close - open - 1);
    int depth = 0;
    size_t end = inner.size();  // pieces are put on the stack from the last one, so that they are read in order
    for (size_t i = inner.size(); i-- > 0;) {
      if (inner[i] == '}') ++depth;
      if (inner[i] == '{') --depth;
      if (inner[i] != ',' || depth != 0) continue;
      parts.push_back({prefix, inner.substr(i + 1, end - i - 1)});
      end = i;
    }
    parts.push_back({prefix, inner.substr(0, end)});
  }
  return out;
}

}  // namespace fimd::context
