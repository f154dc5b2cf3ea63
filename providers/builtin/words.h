// Words and tokens of the built-in model: what the lexer makes and everything else compares.
//
// A token is a word id and one bit, "a blank stood before it". Ids below kFirstWord mean the same everywhere: the file
// separator, the three line breaks, every visible byte, the keywords. Above, an id belongs to the table that gave it.
// Plain values: any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fimd::providers::builtin {

using Word = uint32_t;
using Token = uint32_t;  // word << 1 | blank before it

// Line breaks carry the indentation of the next line that is not blank, compared with the last one.
inline constexpr Word kSeparator = 0, kSame = 1, kDeeper = 2, kShallower = 3;
inline constexpr Word kPunctuation = 4;                           // + byte - '!'
inline constexpr Word kKeyword = kPunctuation + ('~' - '!' + 1);  // + place in the list of keywords
inline constexpr Word kKeywords = 125;
inline constexpr Word kFirstWord = kKeyword + kKeywords;
inline constexpr Word kNoWord = 0x7fffffff;

constexpr Token token(Word word, bool blank) {
  return word << 1 | static_cast<Token>(blank);
}
constexpr Word word_of(Token t) {
  return t >> 1;
}
constexpr bool blank_before(Token t) {
  return (t & 1) != 0;
}
constexpr bool is_break(Word w) {
  return w >= kSame && w <= kShallower;
}
constexpr bool is_punctuation(Word w) {
  return w >= kPunctuation && w < kKeyword;
}
constexpr bool is_keyword(Word w) {
  return w >= kKeyword && w < kFirstWord;
}
constexpr bool is_name(Word w) {
  return w >= kFirstWord;
}  // identifier or number: what may be renamed
constexpr Word punctuation(char c) {
  return kPunctuation + static_cast<Word>(static_cast<unsigned char>(c) - '!');
}

// Bytes of identifiers and numbers; every other visible byte is a token of its own.
constexpr bool is_word_byte(char c) {
  const auto b = static_cast<unsigned char>(c);
  return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_' || b == '$' ||
         b >= 0x80;
}
constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_visible(char c) {
  return static_cast<unsigned char>(c) > ' ' && c != 0x7f;
}

// The text of an id below kFirstWord; empty for separators and line breaks.
[[nodiscard]] std::string_view fixed_text(Word word);

// Interns words. Ids count up from `first`; a table that starts at kFirstWord also answers for the keywords.
class WordTable {
 public:
  explicit WordTable(Word first = kFirstWord);

  // The id of a word; kNoWord if the table lacks it.
  [[nodiscard]] Word find(std::string_view text) const;
  Word add(std::string_view text);

  // `id` must be one of this table's own: first() <= id < end().
  [[nodiscard]] std::string_view text(Word id) const;
  [[nodiscard]] Word first() const { return first_; }
  [[nodiscard]] Word end() const { return first_ + static_cast<Word>(starts_.size() - 1); }
  [[nodiscard]] size_t size() const { return starts_.size() - 1; }
  [[nodiscard]] size_t bytes() const;

 private:
  [[nodiscard]] size_t slot_of(std::string_view text) const;
  void grow();

  Word first_;
  std::string arena_;
  std::vector<uint32_t> starts_ = {0};
  std::vector<uint32_t> slots_;  // 1 + index into starts_, 0 = free
};

// The id of a keyword, kNoWord for any other word.
[[nodiscard]] Word keyword(std::string_view text);

[[nodiscard]] uint64_t hash_bytes(std::string_view text);

}  // namespace fimd::providers::builtin
