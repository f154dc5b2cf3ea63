// What each tool takes: the schemas that models are sent and the check of what they send back. Private to
// providers/agent; pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"

namespace fimd::providers::agent {

enum class FieldType { text, integer, flag, words };

struct ToolField {
  std::string_view name;
  FieldType type = FieldType::text;
  bool required = false;
  std::string_view description;
  std::string_view aliases;  // names that other agents' tools have, with blanks between
};

struct ToolSpec {
  std::string_view name;
  std::string_view description;
  std::span<const ToolField> fields;
};

[[nodiscard]] std::span<const ToolSpec> tool_specs();
[[nodiscard]] const ToolSpec* find_tool(std::string_view name);

// Arguments that were checked: every required field is there, every value has its type.
class Arguments {
 public:
  // Errors: bad_input, with all that is wrong in words that a model can act on. Nothing is guessed but for values that
  // can only mean one thing ("3" for 3).
  [[nodiscard]] static Result<Arguments> check(const ToolSpec& tool, std::string_view text);

  [[nodiscard]] std::string text(const char* name, std::string_view otherwise = {}) const;
  [[nodiscard]] size_t count(const char* name, size_t otherwise, size_t most) const;  // 1 to `most`
  [[nodiscard]] bool flag(const char* name) const;
  [[nodiscard]] std::vector<std::string> words(const char* name) const;
  [[nodiscard]] bool has(const char* name) const { return values_.contains(name); }

 private:
  nlohmann::json values_ = nlohmann::json::object();
};

}  // namespace fimd::providers::agent
