#include "providers/lexis.h"

#include <algorithm>
#include <array>

namespace fimd::providers {
namespace {

template <size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr std::array<std::string_view, 10> kCFamily = {"c",    "cpp",    "cuda-cpp", "objective-c", "objective-cpp",
                                                       "java", "csharp", "dart",     "proto",       "glsl"};
constexpr std::array<std::string_view, 8> kScript = {
    "javascript", "javascriptreact", "typescript", "typescriptreact", "jsx", "tsx", "vue", "svelte"};
constexpr std::array<std::string_view, 12> kMarkup = {
    "html",     "xml", "markdown", "plaintext", "latex", "tex", "restructuredtext",
    "asciidoc", "vue", "svelte",   "svg",       "text"};
constexpr std::array<std::string_view, 12> kHash = {
    "yaml", "toml", "dockerfile", "makefile", "r", "perl", "elixir", "julia", "cmake", "ini", "properties", "gdscript"};
constexpr std::array<std::string_view, 4> kShell = {"shellscript", "bash", "sh", "zsh"};
constexpr std::array<std::string_view, 4> kDashes = {"lua", "sql", "haskell", "ada"};

bool starts_word(std::string_view text, std::string_view word) {
  return text.starts_with(word) && (text.size() == word.size() || !is_word(text[word.size()]));
}

bool ends_word(std::string_view text, std::string_view word) {
  return text.ends_with(word) && (text.size() == word.size() || !is_word(text[text.size() - word.size() - 1]));
}

// Length of a C-like character literal at the start of `text` ('x', '\n', '\u0041'), or 0.
size_t char_literal(std::string_view text) {
  const size_t limit = std::min<size_t>(text.size(), 12);
  if (limit < 3) return 0;
  size_t i = 1;
  if (text[1] == '\\') {
    for (i = 3; i < limit; ++i) {
      if (text[i] == '\'') return i + 1;
    }
    return 0;
  }
  if (text[1] == '\'') return 0;
  for (i = 2; i < limit && (text[i] & 0x80) != 0 && (text[1] & 0x80) != 0; ++i) {
  }
  return i < limit && text[i] == '\'' ? i + 1 : 0;
}

// Length of a regular expression literal at the start of `text`, or 0 when the slash divides.
size_t regex_literal(std::string_view text, char last) {
  constexpr std::string_view before = "(=,:[!&|?{};+<>~\0";
  if (last != 0 && before.find(last) == std::string_view::npos) return 0;
  bool in_class = false;
  for (size_t i = 1; i < text.size() && text[i] != '\n'; ++i) {
    if (text[i] == '\\')
      ++i;
    else if (text[i] == '[')
      in_class = true;
    else if (text[i] == ']')
      in_class = false;
    else if (text[i] == '/' && !in_class)
      return i == 1 ? 0 : i + 1;
  }
  return 0;
}

// The steps of scan(), one per state; each returns how many bytes it took.
struct Scanner {
  std::string_view text;
  const Lexis& lexis;
  ScanState& state;
  std::vector<Mark>& marks;

  size_t in_string(size_t i) {
    const char c = text[i];
    if (c == '\\') return 2;
    if (state.triple) {
      if (text.substr(i).starts_with(std::string(3, state.quote))) {
        close_string(i);
        return 3;
      }
      return 1;
    }
    if (c == state.quote) close_string(i);
    if (c == '\n' && state.quote != '`') state.quote = 0;
    return 1;
  }

  void close_string(size_t i) {
    marks.push_back({.what = state.quote, .at = i, .quote = true, .opens = false});
    state.last = state.quote;
    state.quote = 0;
    state.triple = false;
  }

  size_t in_comment(size_t i) {
    if (state.line_comment) {
      if (text[i] == '\n') state.line_comment = false;
      return 1;
    }
    if (text.substr(i).starts_with("*/")) {
      state.block_comment = false;
      return 2;
    }
    return 1;
  }

  [[nodiscard]] bool comment_begins(size_t i) const {
    const std::string_view rest = text.substr(i);
    if (!lexis.line_comment.empty() && rest.starts_with(lexis.line_comment)) {
      return lexis.line_comment != "#" || hash_begins(i);
    }
    return lexis.hash_comment && text[i] == '#' && hash_begins(i);
  }

  // In a shell `$#` and `${x#y}` hold a hash, in PHP `#[` is an attribute.
  [[nodiscard]] bool hash_begins(size_t i) const {
    if (lexis.shell && i > 0 && !is_space(text[i - 1]) && text[i - 1] != ';') return false;
    return !(lexis.hash_comment && lexis.line_comment == "//" && text.substr(i).starts_with("#["));
  }

  size_t open_string(size_t i) {
    const char c = text[i];
    if (c == '\'' && lexis.char_quote) {
      const size_t length = char_literal(text.substr(i));
      return length == 0 ? 1 : length;
    }
    state.quote = c;
    state.triple = lexis.triple_quote && text.substr(i).starts_with(std::string(3, c));
    marks.push_back({.what = c, .at = i, .quote = true, .opens = true});
    return state.triple ? 3 : 1;
  }

  size_t in_code(size_t i) {
    const char c = text[i];
    if (comment_begins(i)) {
      state.line_comment = true;
      return 1;
    }
    if (lexis.block_comment && text.substr(i).starts_with("/*")) {
      state.block_comment = true;
      return 2;
    }
    if (c == '"' || c == '\'' || (c == '`' && lexis.backtick)) return open_string(i);
    size_t taken = 1;
    if (c == '/' && lexis.regex) taken = std::max<size_t>(1, regex_literal(text.substr(i), state.last));
    if (is_opener(c) || is_closer(c)) marks.push_back({.what = c, .at = i, .quote = false, .opens = is_opener(c)});
    if (c == '\\' && lexis.shell) return 2;
    if (!is_space(c)) state.last = taken > 1 ? '/' : c;
    return taken;
  }
};

}  // namespace

Lexis lexis_of(std::string_view language) {
  Lexis out;
  out.block_comment = true;
  if (contains(kCFamily, language)) {
    out.semicolons = out.char_quote = true;
    out.triple_quote = language == "java" || language == "csharp";
  } else if (language == "rust" || language == "swift" || language == "kotlin" || language == "scala" ||
             language == "zig" || language == "groovy") {
    out.char_quote = true;
  } else if (contains(kScript, language)) {
    out.backtick = out.regex = true;
  } else if (language == "go") {
    out.char_quote = out.backtick = true;
  } else if (language == "php") {
    out.semicolons = out.hash_comment = true;
  } else if (language == "python" || language == "starlark") {
    out = {.line_comment = "#", .indented = true, .triple_quote = true};
  } else if (language == "ruby" || language == "crystal") {
    out = {.line_comment = "#", .word_blocks = true, .regex = true};
  } else if (contains(kShell, language)) {
    out = {.line_comment = "#", .word_blocks = true, .shell = true};
  } else if (contains(kDashes, language)) {
    out = {.line_comment = "--", .word_blocks = language == "lua"};
  } else if (contains(kHash, language)) {
    out = {.line_comment = "#",
           .indented = language == "yaml" || language == "gdscript",
           .word_blocks = language == "elixir" || language == "julia"};
  } else if (language == "css" || language == "json") {
    out.line_comment = "";
  } else if (language == "scss" || language == "less" || language == "jsonc") {
    out.line_comment = "//";
  }
  if (contains(kMarkup, language)) {
    const bool script = out.regex;
    out.markup = true;
    if (!script) out.line_comment = "", out.block_comment = false;
  }
  return out;
}

void scan(std::string_view text, const Lexis& lexis, ScanState& state, std::vector<Mark>& marks) {
  Scanner scanner{text, lexis, state, marks};
  for (size_t i = 0; i < text.size();) {
    if (state.quote != 0)
      i += scanner.in_string(i);
    else if (state.line_comment || state.block_comment)
      i += scanner.in_comment(i);
    else
      i += scanner.in_code(i);
  }
}

char closer_of(char opener) {
  switch (opener) {
    case '(': return ')';
    case '[': return ']';
    case '{': return '}';
    default: return 0;
  }
}

std::string_view trim_left(std::string_view text) {
  size_t i = 0;
  while (i < text.size() && is_space(text[i])) ++i;
  return text.substr(i);
}

std::string_view trim_right(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

size_t indent_columns(std::string_view line, size_t tab_width) {
  size_t columns = 0;
  for (const char c : line) {
    if (c == '\t')
      columns += tab_width - columns % tab_width;
    else if (c == ' ')
      ++columns;
    else
      break;
  }
  return columns;
}

std::string_view first_word(std::string_view line) {
  line = trim_left(line);
  if (line.starts_with('}')) line = trim_left(line.substr(1));
  size_t n = 0;
  while (n < line.size() && is_word(line[n])) ++n;
  return line.substr(0, n);
}

bool is_comment_line(std::string_view line, const Lexis& lexis) {
  line = trim_left(line);
  if (!lexis.line_comment.empty() && line.starts_with(lexis.line_comment)) return true;
  if (lexis.hash_comment && line.starts_with('#') && !line.starts_with("#[")) return true;
  return lexis.block_comment &&
         (line.starts_with("/*") || line.starts_with("* ") || line == "*" || line.starts_with("*/"));
}

bool is_closing_line(std::string_view line, const Lexis& lexis) {
  line = trim_both(line);
  if (line.empty()) return false;
  if (lexis.word_blocks) {
    const std::string_view word = first_word(line);
    if (word == "end" || word == "fi" || word == "done" || word == "esac") return true;
  }
  if (!is_closer(line.front())) return false;
  return line.find_first_not_of(")]};, ") == std::string_view::npos;
}

bool opens_block(std::string_view line, const Lexis& lexis) {
  line = trim_right(line);
  if (line.empty() || is_comment_line(line, lexis)) return false;
  const char last = line.back();
  if (is_opener(last)) return true;
  if (line.ends_with("=>") || line.ends_with("->")) return !lexis.semicolons;
  if (last == ':') return !line.ends_with("::") && !lexis.markup;
  if (!lexis.word_blocks) return false;
  for (const std::string_view word : {"then", "do", "else", "begin", "in", "ensure", "repeat"}) {
    if (ends_word(line, word)) return true;
  }
  const std::string_view word = first_word(line);
  for (const std::string_view opener : {"def", "class", "module", "if", "unless", "while", "until", "for", "case",
                                        "when", "elsif", "rescue", "function"}) {
    if (word == opener) return !ends_word(line, "end") && !lexis.shell;
  }
  if (last == '|' && line.find(" do |") != std::string_view::npos) return true;
  const size_t function = line.rfind("function");
  return function != std::string_view::npos && last == ')' && starts_word(line.substr(function), "function");
}

bool continues_block(std::string_view line) {
  constexpr std::array<std::string_view, 19> words = {
      "else", "elif",    "elsif",  "elseif",  "except",    "finally", "catch", "rescue", "ensure", "when",
      "case", "default", "public", "private", "protected", "then",    "do",    "in",     "while"};
  const std::string_view trimmed = trim_left(line);
  const std::string_view word = first_word(trimmed);
  if (word == "while" || word == "in" || word == "do") return trimmed.starts_with('}');
  return contains(words, word);
}

bool may_end_here(std::string_view line, const Lexis& lexis) {
  line = trim_right(line);
  if (line.empty() || lexis.markup || is_comment_line(line, lexis)) return true;
  const char last = line.back();
  if (line.ends_with("->") || line.ends_with("::") || last == '.' || last == '@' || last == '$') return false;
  if (last == '"' || last == '\'' || last == '`' || is_closer(last) || is_opener(last)) return true;
  if (std::string_view(";,:\\").find(last) != std::string_view::npos) return true;
  const std::string_view trimmed = trim_left(line);
  if (is_word(last)) {
    if (!lexis.semicolons || trimmed.starts_with('#') || trimmed.starts_with('@')) return true;
    for (const std::string_view word : {"else", "do", "try", "const", "override", "noexcept", "final", "finally"}) {
      if (ends_word(line, word)) return true;
    }
    return false;
  }
  if (last == '>') return !line.ends_with("=>") || lexis.regex;  // #include <x>, template <...>, an arrow's body
  if (line.ends_with("&&") || line.ends_with("||") || last == '?') return !lexis.indented;
  return line.ends_with("*/") || line.ends_with("++") || line.ends_with("--");
}

bool is_telling(std::string_view line, const Lexis& lexis) {
  if (is_closing_line(line, lexis)) return false;
  size_t run = 0;
  for (const char c : line) {
    const bool letter = is_word(c) && !(c >= '0' && c <= '9') && c != '_';
    run = letter ? run + 1 : 0;
    if (run >= 2) {
      const std::string_view trimmed = trim_both(line);
      return trimmed != "else" && trimmed != "} else {" && trimmed != "else:" && trimmed != "else {";
    }
  }
  return false;
}

}  // namespace fimd::providers
