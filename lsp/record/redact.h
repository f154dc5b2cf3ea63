// What of a session may be written into a record. Loop thread.
//
// Text keeps its shape: line breaks, blanks, punctuation, and for every letter another of the same case, for every
// digit another digit, for every other character one as long in UTF-8 and UTF-16. A letter has one replacement in a
// record, so that equal texts stay equal and a beginning stays a beginning, however they come in pieces; but 26 letters
// become six, so that what was written cannot be told. With `text` only secrets are taken out.
#pragma once

#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace fimd::lsp {

class Redactor {
 public:
  Redactor(bool text, uint64_t seed);

  [[nodiscard]] bool keeps_text() const { return text_; }
  [[nodiscard]] char letter(char c) const;  // of ASCII
  [[nodiscard]] std::string text(std::string_view utf8) const;

  // A message; `method` is that of the request that a response answers.
  [[nodiscard]] nlohmann::json message(const nlohmann::json& message, const std::string& method) const;

 private:
  [[nodiscard]] std::string uri(const std::string& uri) const;
  void walk(nlohmann::json& value, const std::string& key) const;

  bool text_;
  std::array<char, 256> table_{};
};

// The parts of a configuration that a replay needs: no keys, headers, commands or files.
[[nodiscard]] nlohmann::json recordable_config(const nlohmann::json& config);
inline constexpr const char* kReplayKey = "FIMD_REPLAY_KEY";  // the variable that replaces the names of keys

// The body of a reply, in pieces as it came: in JSON the texts but for names of models and kinds, else everything.
class ReplyRedactor {
 public:
  ReplyRedactor(const Redactor& redactor, bool is_json) : redactor_(redactor), json_(is_json) {}
  [[nodiscard]] std::string next(std::string_view bytes);

 private:
  char plain(char c);
  char escaped(char c);
  char in_string(char c);

  const Redactor& redactor_;
  bool json_;
  bool string_ = false, key_ = false, keep_ = false, backslash_ = false;
  char before_ = 0;   // the last character outside of strings
  std::string nest_;  // what is open, as brackets
  std::string name_;  // of the member
  size_t hex_ = 0;    // of \uXXXX: how many are left
  std::array<char, 4> hex_digits_{};
  size_t character_ = 0, left_ = 0;  // of a longer character: its bytes, and how many are left
};

}  // namespace fimd::lsp
