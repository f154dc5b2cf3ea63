// What the dialects of chat.h share. Private to providers/agent; pure.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "providers/agent/chat.h"

namespace fimd::providers::agent {

// Bodies keep the order that they are written in: what stays between requests first, the messages last, and in a
// tool's schema the fields in the order in which a model shall write them.
using Body = nlohmann::ordered_json;

struct TurnReader::Reader {
  virtual ~Reader() = default;
  [[nodiscard]] virtual Result<void> take(const Event& event) = 0;
  [[nodiscard]] virtual Turn turn() const = 0;
};

[[nodiscard]] std::unique_ptr<TurnReader::Reader> openai_reader();
[[nodiscard]] std::unique_ptr<TurnReader::Reader> anthropic_reader();

[[nodiscard]] HttpRequest encode_openai(const ProviderConfig& config, const ChatRequest& request, Dialect dialect);
[[nodiscard]] HttpRequest encode_anthropic(const ProviderConfig& config, const ChatRequest& request);

// A POST of `body` to `path` of the provider; see post_to().
[[nodiscard]] HttpRequest post_body(const ProviderConfig& config, std::string_view path, std::string_view overlap,
                                    const Body& body);

// Nine letters and digits made from `id`: the only form that Mistral takes. One that has it stays as it is.
[[nodiscard]] std::string nine_letters(std::string_view id);

// `arguments`, or "{}" where they are no JSON object: several servers refuse a history with such a call.
[[nodiscard]] std::string sound_arguments(const std::string& arguments);

// The tools as an ordered array; empty when there are none.
[[nodiscard]] Body tools_of(const ChatRequest& request);

// A call that is complete but for what may be missing: an id is made up, no arguments are "{}".
[[nodiscard]] ToolCall completed(ToolCall call, size_t position);

}  // namespace fimd::providers::agent
