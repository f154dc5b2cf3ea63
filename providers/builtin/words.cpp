#include "providers/builtin/words.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace fimd::providers::builtin {
namespace {

// Words that carry grammar in some language: they are compared like punctuation and never renamed.
// clang-format off
constexpr std::array<std::string_view, kKeywords> kKeywordTexts = {
    "abstract", "and", "as", "assert", "async", "await", "auto", "bool", "boolean", "break", "byte", "case", "catch",
    "chan", "char", "class", "const", "constexpr", "continue", "crate", "def", "default", "defer", "del", "delete",
    "do", "double", "dyn", "elif", "else", "end", "enum", "except", "explicit", "export", "extends", "extern", "False",
    "false", "final", "finally", "float", "fn", "for", "foreach", "from", "func", "function", "global", "go", "goto",
    "if", "impl", "implements", "import", "in", "include", "inline", "instanceof", "int", "interface", "internal", "is",
    "lambda", "let", "long", "loop", "match", "mod", "module", "mut", "namespace", "new", "nil", "None", "nonlocal",
    "not", "null", "nullptr", "operator", "or", "override", "package", "pass", "private", "protected", "pub", "public",
    "raise", "readonly", "ref", "return", "self", "short", "signed", "sizeof", "static", "string", "struct", "super",
    "switch", "template", "then", "this", "throw", "throws", "trait", "True", "true", "try", "type", "typedef",
    "typename", "undefined", "union", "unsigned", "use", "using", "var", "virtual", "void", "where", "while", "with",
    "yield"};
// clang-format on

struct KeywordIndex {
  std::array<uint8_t, 1024> slots{};  // 1 + index
};

constexpr size_t keyword_hash(std::string_view text) {
  size_t h = text.size();
  for (const char c : text) h = h * 31 + static_cast<unsigned char>(c);
  return (h ^ (h >> 10)) & 1023;
}

constexpr KeywordIndex index_keywords() {
  KeywordIndex index;
  for (size_t i = 0; i < kKeywordTexts.size(); ++i) {
    size_t at = keyword_hash(kKeywordTexts[i]);
    while (index.slots[at] != 0) at = (at + 1) & 1023;
    index.slots[at] = static_cast<uint8_t>(i + 1);
  }
  return index;
}

constexpr KeywordIndex kKeywordIndex = index_keywords();

constexpr std::array<char, '~' - '!' + 1> visible_bytes() {
  std::array<char, '~' - '!' + 1> all{};
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<char>('!' + i);
  return all;
}
constexpr auto kVisible = visible_bytes();

}  // namespace

std::string_view fixed_text(Word word) {
  if (is_keyword(word)) return kKeywordTexts[word - kKeyword];
  if (is_punctuation(word)) return {&kVisible[word - kPunctuation], 1};
  return {};
}

Word keyword(std::string_view text) {
  if (text.size() > 10 || text.size() < 2) return kNoWord;
  for (size_t at = keyword_hash(text); kKeywordIndex.slots[at] != 0; at = (at + 1) & 1023) {
    const size_t i = kKeywordIndex.slots[at] - 1U;
    if (kKeywordTexts[i] == text) return kKeyword + static_cast<Word>(i);
  }
  return kNoWord;
}

// Eight bytes at a time; words are short, so mixing quality matters more than bulk speed.
uint64_t hash_bytes(std::string_view text) {
  uint64_t h = 0x9e3779b97f4a7c15ULL ^ text.size();
  const auto mix = [&h](uint64_t v) {
    h = (h ^ v) * 0xff51afd7ed558ccdULL;
    h ^= h >> 32;
  };
  size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    uint64_t v = 0;
    std::memcpy(&v, text.data() + i, 8);
    mix(v);
  }
  if (i < text.size()) {
    uint64_t v = 0;
    std::memcpy(&v, text.data() + i, text.size() - i);
    mix(v);
  }
  return h ^ (h >> 29);
}

WordTable::WordTable(Word first) : first_(first) {}

size_t WordTable::slot_of(std::string_view text) const {
  const size_t mask = slots_.size() - 1;
  size_t at = hash_bytes(text) & mask;
  while (slots_[at] != 0) {
    const size_t i = slots_[at] - 1;
    const uint32_t from = starts_[i];
    if (starts_[i + 1] - from == text.size() && std::memcmp(arena_.data() + from, text.data(), text.size()) == 0) break;
    at = (at + 1) & mask;
  }
  return at;
}

Word WordTable::find(std::string_view text) const {
  if (first_ == kFirstWord) {
    if (const Word k = keyword(text); k != kNoWord) return k;
  }
  if (slots_.empty()) return kNoWord;
  const uint32_t found = slots_[slot_of(text)];
  return found == 0 ? kNoWord : first_ + found - 1;
}

Word WordTable::add(std::string_view text) {
  if (first_ == kFirstWord) {
    if (const Word k = keyword(text); k != kNoWord) return k;
  }
  if ((size() + 1) * 3 > slots_.size() * 2) grow();
  const size_t at = slot_of(text);
  if (slots_[at] == 0) {
    arena_ += text;
    starts_.push_back(static_cast<uint32_t>(arena_.size()));
    slots_[at] = static_cast<uint32_t>(size());
  }
  return first_ + slots_[at] - 1;
}

std::string_view WordTable::text(Word id) const {
  const size_t i = id - first_;
  return std::string_view(arena_).substr(starts_[i], starts_[i + 1] - starts_[i]);
}

size_t WordTable::bytes() const {
  return arena_.capacity() + (starts_.capacity() + slots_.capacity()) * sizeof(uint32_t);
}

void WordTable::grow() {
  slots_.assign(std::max<size_t>(64, slots_.size() * 2), 0);
  const size_t mask = slots_.size() - 1;
  for (size_t i = 0; i < size(); ++i) {
    size_t at = hash_bytes(text(first_ + static_cast<Word>(i))) & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = static_cast<uint32_t>(i + 1);
  }
}

}  // namespace fimd::providers::builtin
