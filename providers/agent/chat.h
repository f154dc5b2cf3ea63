// What an agent and a chat model say to each other, and how the dialects of chat APIs spell it.
//
// Pure: encode_chat() makes a request, a TurnReader takes the events of the reply. Two families: the chat completions
// that OpenAI began (chat_openai.cpp) and Anthropic's Messages (chat_anthropic.cpp), which Z.ai and DeepSeek speak too.
// What real servers do beyond them is as their documentation and sources say. The bytes of a request begin with those
// of the request before it, up to the end of the messages, so that servers find the prompt in their cache.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"
#include "providers/agent/tools.h"
#include "providers/provider.h"

namespace fimd::providers::agent {

enum class Dialect { openai, zai, mistral, anthropic };

// By the kind, else by the host.
[[nodiscard]] Dialect dialect_of(const ProviderConfig& config);

struct Message {
  enum class Role { system, user, assistant, tool };
  Role role = Role::user;
  std::string text;
  std::string reasoning;        // of an assistant: sent back unchanged where the dialect wants it
  std::vector<ToolCall> calls;  // of an assistant
  std::string call_id, tool;    // of a tool: the call that it answers, and its name
  bool failed = false;          // of a tool: the result says what is wrong
  std::string blocks = {};  // of an assistant: a JSON array of what it said, thoughts and signatures included, where
                            // the dialect wants them back unchanged; belongs to the server that wrote it
};

struct ChatRequest {
  std::vector<Message> messages;
  std::string tools;  // Toolbox::schemas()
  int max_tokens = 8192;
  bool text_tools = false;  // the server takes no tools: calls are written in the text (chat_text.h)
};

[[nodiscard]] HttpRequest encode_chat(const ProviderConfig& config, const ChatRequest& request);

// One answer of the model.
struct Turn {
  Message message;
  Finish finish = Finish::none;  // none: the stream ended without saying so
  bool paused = false;           // the server wants the same messages and this one again, to go on
  Usage usage;

  // The calls may be executed: nothing was cut off.
  [[nodiscard]] bool whole() const { return finish == Finish::stop; }
};

// Reads the events of one reply.
class TurnReader {
 public:
  explicit TurnReader(Dialect dialect = Dialect::openai);
  ~TurnReader();

  // Takes one event. Errors: what the server reported in it (errors.h), down when it is of no known shape.
  [[nodiscard]] Result<void> take(const Event& event);

  // What has come, at the end of the stream. Ids that are missing are made up.
  [[nodiscard]] Turn turn() const;

  // One per family of dialects; see chat_parts.h.
  struct Reader;

 private:
  std::unique_ptr<Reader> reader_;
};

}  // namespace fimd::providers::agent
