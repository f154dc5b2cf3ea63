// What an agent and a chat model say to each other, and how the dialects of chat APIs spell it.
//
// Pure: encode_chat() makes a request, a TurnReader takes the events of the reply. The dialects are variants of the one
// that OpenAI began; what differs, and what real servers do beyond it, is as their documentation and sources say: calls
// in pieces or whole, indices and ids missing, null or repeated, arguments as text or as an object.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"
#include "providers/agent/tools.h"
#include "providers/provider.h"

namespace fimd::providers::agent {

enum class Dialect { openai, zai, mistral };

// By the host, else by the kind.
[[nodiscard]] Dialect dialect_of(const ProviderConfig& config);

struct Message {
  enum class Role { system, user, assistant, tool };
  Role role = Role::user;
  std::string text;
  std::string reasoning;        // of an assistant: sent back unchanged where the dialect wants it
  std::vector<ToolCall> calls;  // of an assistant
  std::string call_id, tool;    // of a tool: the call that it answers, and its name
};

struct ChatRequest {
  std::vector<Message> messages;
  std::string tools;  // Toolbox::schemas()
  int max_tokens = 8192;
};

[[nodiscard]] HttpRequest encode_chat(const ProviderConfig& config, const ChatRequest& request);

// One answer of the model.
struct Turn {
  Message message;
  Finish finish = Finish::none;  // none: the stream ended without saying so
  Usage usage;

  // The calls may be executed: nothing was cut off.
  [[nodiscard]] bool whole() const { return finish == Finish::stop; }
};

class TurnReader {
 public:
  // Takes one event. Errors: what the server reported in it (errors.h), down when it is of no known shape.
  [[nodiscard]] Result<void> take(const Event& event);

  // What has come, at the end of the stream. Ids that are missing are made up.
  [[nodiscard]] Turn turn() const;

 private:
  struct Open {
    int64_t index = -1;  // as the server counts; -1: it does not
    ToolCall call;
  };
  void take_calls(const nlohmann::json& calls);
  Open& place_of(const nlohmann::json& call);
  void take_content(const nlohmann::json& delta);

  std::string text_, reasoning_;
  std::vector<Open> calls_;
  Finish finish_ = Finish::none;
  Usage usage_;
};

}  // namespace fimd::providers::agent
