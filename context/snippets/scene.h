// The scene around a cursor: what every source of snippets looks at, read once per gather.
//
// Views point into the document's text and into the index; the scene lives for one call on the fast pool.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "context/index.h"
#include "context/symbols.h"

namespace fimd::context::snippets {

// A distinct name in the text around the cursor, and where it stands.
struct Word {
  static constexpr uint32_t kFar = UINT32_MAX;

  std::string_view name;
  uint32_t before = kFar;  // lines from the cursor's line up to the nearest use before the cursor; 0: the same line
  uint32_t after = kFar;   // the same down to the nearest use behind it
  uint32_t count = 0;
  bool member = false;     // the nearest use stands behind '.', '->' or '::'
};

// What the cursor's line asks for.
struct Unfinished {
  std::string_view typed;          // the part of a name in front of the cursor
  std::string_view receiver;       // the name in front of '.', '->' or '::' before that ("b" of "a.b.|"); empty
  bool receiver_is_call = false;   // "open(x).|"
  bool member = false;             // one of these stands there
  std::string_view callee;         // of the innermost call whose arguments are being written
};

// What is bound at a line. Reading it is a third of the work of a keystroke, so it is kept while the line is typed: a
// name that the line itself binds is known when the next one begins.
struct KnownBindings {
  std::vector<Binding> list;
  size_t line_start = 0;  // bytes
  uint64_t above = 0;     // of the text in front of the line
};

struct Scene {
  const Index* index = nullptr;
  const Text* text = nullptr;
  size_t offset = 0;
  Tree tree;  // of the text, or empty
  std::string path, language;
  FileId file = kNoFile;
  size_t window_start = 0, window_end = 0;  // what the prompt shows of the document, bytes

  std::vector<Word> words;  // nearest first
  std::unordered_map<std::string_view, uint32_t> word_at;
  std::unordered_set<std::string_view> own;  // names that this document defines, and what is bound around the cursor
  std::shared_ptr<const KnownBindings> bindings;  // never null
  std::vector<Scope> scopes;  // inside out
  Unfinished line;

  std::vector<ResolvedImport> imports;                   // of this document
  std::unordered_map<FileId, uint32_t> imported;         // to its place in `imports`
  std::unordered_set<std::string_view> imported_names;   // spelled in import statements

  [[nodiscard]] const Word* word(std::string_view name) const {
    const auto found = word_at.find(name);
    return found == word_at.end() ? nullptr : &words[found->second];
  }
  // What a visible name is known about, or null.
  [[nodiscard]] const Binding* binding(std::string_view name) const;
};

// `known`: what an earlier scene of the document had bound, or null.
[[nodiscard]] Scene look(const Index& index, const Text& text, size_t offset, const Tree& tree, std::string path,
                         size_t window_start, size_t window_end, std::shared_ptr<const KnownBindings> known = nullptr);

// The names of a text in order, without numbers and single letters, at most `limit`. `visit(name, line, member)`; the
// line counts from the beginning.
template <class Visit>
void each_name(std::string_view text, Visit visit);

[[nodiscard]] inline bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80) != 0;
}

template <class Visit>
void each_name(std::string_view text, Visit visit) {
  uint32_t line = 0;
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (c == '\n') ++line;
    if (!is_name_byte(c)) {
      ++i;
      continue;
    }
    const size_t start = i;
    while (i < text.size() && is_name_byte(text[i])) ++i;
    if (i - start < 2 || (c >= '0' && c <= '9')) continue;
    const bool dot = start > 0 && text[start - 1] == '.';
    const bool two = start > 1 && ((text[start - 1] == '>' && text[start - 2] == '-') ||
                                   (text[start - 1] == ':' && text[start - 2] == ':'));
    visit(text.substr(start, i - start), line, dot || two);
  }
}

}  // namespace fimd::context::snippets
