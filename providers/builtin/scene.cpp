#include "providers/builtin/scene.h"

#include <algorithm>
#include <cmath>

#include "providers/builtin/lexer.h"

namespace fimd::providers::builtin {
namespace {

struct CursorLine {
  size_t index = 0;
  std::string_view left, right;
};

CursorLine find_line(const context::Text& text, size_t offset) {
  offset = std::min(offset, text.utf8.size());
  while (offset > 0 && offset < text.utf8.size() && (static_cast<unsigned char>(text.utf8[offset]) & 0xc0) == 0x80) {
    --offset;
  }
  const auto after = std::upper_bound(text.lines.begin(), text.lines.end(), offset);
  const auto index = static_cast<size_t>(after - text.lines.begin()) - 1;
  const size_t from = text.lines[index];
  const std::string_view all(text.utf8);
  const size_t to = std::min(all.find_first_of("\r\n", from), all.size());
  offset = std::min(offset, to);  // between \r and \n
  return {index, all.substr(from, offset - from), all.substr(offset, to - offset)};
}

// Tokens of the lines above, oldest first, so that at least `wanted` of them (if there are as many) come along; the
// break behind the last of them is added by the caller. Returns the indentation of the nearest line.
int tokens_above(const OpenDocument& document, size_t line, size_t wanted, std::vector<Token>& out) {
  size_t first = line, n = 0;
  while (first > 0 && n < wanted) n += document.tokens(--first).size() + 1;
  int indent = -1;
  for (size_t i = first; i < line; ++i) {
    const LineTokens& at = document.line(i);
    if (at.indent < 0) continue;
    if (indent >= 0) out.push_back(token(break_between(indent, at.indent), false));
    indent = at.indent;
    const auto tokens = document.tokens(i);
    out.insert(out.end(), tokens.begin(), tokens.end());
  }
  return indent;
}

void tokens_below(const OpenDocument& document, size_t line, int indent, size_t wanted, std::vector<Token>& out) {
  for (size_t i = line; i < document.lines() && out.size() < wanted; ++i) {
    const LineTokens& at = document.line(i);
    if (at.indent < 0) continue;
    out.push_back(token(break_between(indent, at.indent), false));
    indent = at.indent;
    const auto tokens = document.tokens(i);
    out.insert(out.end(), tokens.begin(), tokens.end());
  }
}

// The tokens of the cursor's line; a word that the document lacks cannot occur, its line is in it.
void tokens_left(Scene& scene) {
  const size_t before = scene.before.size();
  std::string_view left = scene.left;
  if (left.size() > kLexedBytes) left.remove_prefix(left.size() - kLexedBytes);
  std::string_view last;
  lex_line(left, [&](std::string_view text, bool blank) {
    last = text;
    const Word word = is_word_byte(text[0]) ? scene.document->words.find(text) : punctuation(text[0]);
    scene.before.push_back(token(word, blank));
  });
  scene.typed = scene.before.size() - before;
  const bool touches = !last.empty() && last.data() + last.size() == left.data() + left.size();
  if (touches && is_word_byte(last[0]) && !is_digit(last[0])) scene.touching = last;
}

void look_above(Scene& scene, size_t line) {
  const OpenDocument& document = *scene.document;
  size_t named = 0;
  scene.in_scope.assign(document.words.end() - kFirstWord, false);
  const auto mark = [&](std::span<const Token> tokens) {
    for (const Token t : tokens) {
      if (is_name(word_of(t)) && word_of(t) < document.words.end()) scene.in_scope[word_of(t) - kFirstWord] = true;
    }
  };
  mark(std::span(scene.before).last(scene.typed));
  for (size_t i = line, seen = 0; i > 0 && seen < std::max(kScopeLines, size_t{64}); ++seen) {
    --i;
    if (document.line(i).indent < 0) continue;
    const auto tokens = document.tokens(i);
    if (scene.lines_above.size() < 12) scene.lines_above.push_back(document.line(i).hash);
    if (named < scene.first_words.size()) scene.first_words[named++] = word_of(tokens.front());
    if (seen < kScopeLines) mark(tokens);
  }
}

void look_below(Scene& scene, size_t line) {
  for (size_t i = line; i < scene.document->lines() && scene.lines_below.size() < 8; ++i) {
    if (scene.document->line(i).indent < 0) continue;
    if (scene.lines_below.empty()) scene.indent_below = scene.document->line(i).indent;
    scene.lines_below.push_back(scene.document->line(i).hash);
  }
}

void look_into_corpus(Scene& scene) {
  const auto translate = [&](std::span<const Token> tokens, std::vector<Token>& out) {
    for (const Token t : tokens) {
      out.push_back(is_name(word_of(t)) ? token(scene.to_corpus(word_of(t)), blank_before(t)) : t);
    }
  };
  translate(std::span(scene.before).last(std::min(kBagTokens, scene.before.size())), scene.foreign_before);
  translate(std::span(scene.after).first(std::min<size_t>(24, scene.after.size())), scene.foreign_after);
  const auto found = scene.corpus->directories->find(std::string(directory_of(scene.path)));
  if (found != scene.corpus->directories->end()) scene.directory = found->second;
}

}  // namespace

double Scene::rarity_here(Word word) const {
  if (word - kFirstWord >= rarity_memo.size()) return 2.0;
  float& memo = rarity_memo[word - kFirstWord];
  if (memo == 0) {
    if (corpus_counts) {
      memo = static_cast<float>(rarity_there(to_corpus(word)));
    } else {
      const double n = document->words.count(word);
      memo = static_cast<float>(0.5 + std::log(std::max(1.0, tokens_known / (n + 1))) / log_tokens);
    }
  }
  return memo;
}

double Scene::rarity_there(Word word) const {
  if (word >= kForeign) return 2.0;
  const uint32_t n = corpus->words.count(word);
  return n == 0 ? 2.0 : 0.5 + std::log(tokens_known / (n + 1.0)) / log_tokens;
}

Word Scene::to_corpus(Word word) const {
  if (word - kFirstWord >= corpus_memo.size()) return kForeign | word;
  Word& memo = corpus_memo[word - kFirstWord];
  if (memo == 0) {
    const Word found = corpus->words.find(document->words.text(word));
    memo = found == kNoWord ? kForeign | word : found;
  }
  return memo;
}

Scene look(const OpenDocument& document, size_t offset, std::string_view path, const Corpus* corpus) {
  Scene scene;
  scene.document = &document;
  scene.corpus = corpus;
  scene.path = path;
  const CursorLine line = find_line(*document.text, offset);
  scene.left = line.left;
  scene.right = line.right;
  const int typed_indent = indentation(scene.left);
  int columns = 0;
  for (const char c : scene.left) columns += c == '\t' ? kTabColumns : 1;
  scene.indent = typed_indent >= 0 ? typed_indent : columns;

  const int above = tokens_above(document, line.index, kWindow + kAlignRoom, scene.before);
  if (above >= 0) scene.before.push_back(token(break_between(above, scene.indent), false));
  tokens_left(scene);
  tokens_below(document, line.index + 1, scene.indent, kWindow, scene.after);
  look_above(scene, line.index);
  look_below(scene, line.index + 1);

  size_t tokens = 0;
  for (const auto& block : document.blocks) tokens += block->tokens.size();
  scene.corpus_counts = corpus != nullptr && corpus->tokens >= tokens;
  scene.tokens_known = static_cast<double>(std::max<size_t>(10, scene.corpus_counts ? corpus->tokens : tokens));
  scene.log_tokens = std::log(scene.tokens_known);
  scene.rarity_memo.assign(document.words.end() - kFirstWord, 0.0F);
  if (corpus != nullptr) {
    scene.corpus_memo.assign(document.words.end() - kFirstWord, 0);
    look_into_corpus(scene);
  }
  return scene;
}

}  // namespace fimd::providers::builtin
