// Reads the members of a request's JSON object and remembers the first thing that is wrong with them. A member that is
// null counts as absent.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"

namespace fimd::lsp::http {

// The JSON object that a body holds. Errors: bad_input.
[[nodiscard]] Result<nlohmann::json> read_object(std::string_view body);

class Members {
 public:
  explicit Members(const nlohmann::json& object) : object_(object) {}

  [[nodiscard]] bool has(const char* name) const;
  std::string text(const char* name);
  std::string required_text(const char* name);
  std::vector<std::string> texts(const char* name);  // a string is a list of one
  int64_t number(const char* name, int64_t fallback);
  bool flag(const char* name);

  void complain(std::string what);
  [[nodiscard]] const std::string& wrong() const { return wrong_; }  // empty: nothing

 private:
  [[nodiscard]] const nlohmann::json* find(const char* name) const;
  const nlohmann::json& object_;
  std::string wrong_;
};

// A client's count of tokens as Wish::max_tokens: what is not positive, or beyond all reason, is no limit.
[[nodiscard]] int token_limit(int64_t wanted);

}  // namespace fimd::lsp::http
