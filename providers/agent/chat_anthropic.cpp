// Anthropic's Messages, version 2023-06-01, which Z.ai and DeepSeek offer too: the system text stands apart, an answer
// is a list of blocks, the results of tools are blocks of a user's message.
//
// Source: the API's reference and the schema of its SDK (November 2026). Blocks with thoughts carry a signature and are
// sent back unchanged and in their order as long as tools are called. Sampling parameters are never sent: newer models
// refuse them.
#include <fmt/core.h>

#include <algorithm>

#include "providers/agent/chat_parts.h"
#include "providers/errors.h"
#include "providers/json_read.h"
#include "providers/url.h"

namespace fimd::providers::agent {
namespace {

using nlohmann::json;
using Role = Message::Role;

// Where the server may keep what stands before it: at most four places in a request.
void mark(Body& block) { block["cache_control"] = {{"type", "ephemeral"}}; }

Body text_block(std::string_view text) { return {{"type", "text"}, {"text", text}}; }

Body result_block(const Message& message) {
  Body out = {{"type", "tool_result"}, {"tool_use_id", message.call_id}, {"content", message.text}};
  if (message.failed) out["is_error"] = true;
  return out;
}

Body assistant_blocks(const Message& message) {
  if (!message.blocks.empty()) {
    Body kept = Body::parse(message.blocks, nullptr, false);
    if (kept.is_array()) return kept;
  }
  Body out = Body::array();
  if (!message.text.empty()) out.push_back(text_block(message.text));
  for (const ToolCall& call : message.calls) {
    Body input = Body::parse(call.arguments, nullptr, false);
    if (!input.is_object()) input = Body::object();
    out.push_back({{"type", "tool_use"}, {"id", call.id}, {"name", call.name}, {"input", std::move(input)}});
  }
  return out;
}

// Users and assistants take turns: neighbours of one role become one message, and none is empty.
Body turns_of(const std::vector<Message>& messages) {
  Body out = Body::array();
  for (const Message& message : messages) {
    if (message.role == Role::system) continue;
    Body blocks = Body::array();
    if (message.role == Role::assistant) blocks = assistant_blocks(message);
    if (message.role == Role::tool) blocks.push_back(result_block(message));
    if (message.role == Role::user && !message.text.empty()) blocks.push_back(text_block(message.text));
    if (blocks.empty()) continue;
    const char* role = message.role == Role::assistant ? "assistant" : "user";
    if (out.empty() || out.back()["role"] != role) out.push_back({{"role", role}, {"content", Body::array()}});
    for (Body& block : blocks) out.back()["content"].push_back(std::move(block));
  }
  return out;
}

void mark_last_of_users(Body& turns) {
  int left = 2;
  for (auto turn = turns.rbegin(); turn != turns.rend() && left > 0; ++turn) {
    if ((*turn)["role"] != "user") continue;
    mark((*turn)["content"].back());
    --left;
  }
}

class BlockReader : public TurnReader::Reader {
 public:
  Result<void> take(const Event& event) override;
  Turn turn() const override;

 private:
  struct Block {
    int64_t index = 0;
    json start;             // as the server began it
    std::string text;       // of a text or a thought
    std::string signature;  // of a thought
    std::string input;      // of a call, as JSON text
    bool closed = false;
  };
  void take_start(const json& body);
  void take_delta(const json& body);
  void take_usage(const json& usage);
  [[nodiscard]] Result<void> take_reason(std::string_view reason);
  [[nodiscard]] Result<void> take_whole(const json& body);
  [[nodiscard]] Block* open_block(const json& body);
  static Body added(const Block& block, Message& message);

  std::vector<Block> blocks_;
  Finish finish_ = Finish::none;
  bool paused_ = false;
  int64_t fresh_ = 0, cached_ = 0, written_ = 0;
  std::optional<int64_t> output_;
};

ToolCall call_of(const json& start, const std::string& input, size_t position) {
  ToolCall call{
      .id = std::string(string_at(start, "id")), .name = std::string(string_at(start, "name")), .arguments = input};
  const json* whole = member(start, "input");
  if (input.empty() && whole && whole->is_object() && !whole->empty()) call.arguments = dump_json(*whole);
  return completed(std::move(call), position);
}

BlockReader::Block* BlockReader::open_block(const json& body) {
  const auto index = count_at(body, "index");
  for (auto block = blocks_.rbegin(); block != blocks_.rend(); ++block) {
    if (!block->closed && (!index || block->index == *index)) return &*block;
  }
  return nullptr;
}

void BlockReader::take_start(const json& body) {
  const json* block = member(body, "content_block");
  if (!block || !block->is_object()) return;
  Block& opened = blocks_.emplace_back();
  opened.index = count_at(body, "index").value_or(static_cast<int64_t>(blocks_.size()) - 1);
  opened.start = *block;
  opened.text = string_at(*block, "type") == "thinking" ? string_at(*block, "thinking") : string_at(*block, "text");
  opened.signature = string_at(*block, "signature");
}

void BlockReader::take_delta(const json& body) {
  const json* delta = member(body, "delta");
  Block* block = open_block(body);
  if (!delta || !block) return;
  const std::string_view type = string_at(*delta, "type");
  if (type == "text_delta") block->text += string_at(*delta, "text");
  if (type == "thinking_delta") block->text += string_at(*delta, "thinking");
  if (type == "signature_delta") block->signature += string_at(*delta, "signature");
  if (type == "input_json_delta") block->input += string_at(*delta, "partial_json");
}

// Comes at the beginning and at the end; what grows is counted from the beginning, what is not known is 0.
void BlockReader::take_usage(const json& usage) {
  const auto most = [&](int64_t& value, const char* key) { value = std::max(value, count_at(usage, key).value_or(0)); };
  most(fresh_, "input_tokens");
  most(cached_, "cache_read_input_tokens");
  most(written_, "cache_creation_input_tokens");
  if (const auto output = count_at(usage, "output_tokens")) output_ = std::max(output_.value_or(0), *output);
}

Result<void> BlockReader::take_reason(std::string_view reason) {
  if (reason.empty()) return {};
  if (reason == "refusal") return fail(Error::Code::refused, "the model refused to answer");
  paused_ = reason == "pause_turn";
  finish_ = reason == "max_tokens" || reason == "model_context_window_exceeded" ? Finish::length : Finish::stop;
  return {};
}

// An answer that was not streamed.
Result<void> BlockReader::take_whole(const json& body) {
  const json* content = member(body, "content");
  if (!content || !content->is_array()) return fail(Error::Code::down, "messages: an answer without content");
  for (const json& block : *content) {
    take_start({{"content_block", block}});
    if (!blocks_.empty()) blocks_.back().closed = true;
  }
  if (const json* usage = member(body, "usage")) take_usage(*usage);
  return take_reason(string_at(body, "stop_reason"));
}

Result<void> BlockReader::take(const Event& event) {
  const json body = parse_json(event.data);
  if (!body.is_object()) {
    return fail(Error::Code::down, fmt::format("reply: not a json object: {}", printable(event.data.substr(0, 80))));
  }
  const std::string_view type = string_at(body, "type");
  if (type == "error" || event.name == "error" || (type.empty() && member(body, "error"))) {
    const auto failure = read_error_object(member(body, "error") ? body : json{{"error", body}});
    return tl::unexpected<Error>(failure ? to_error(*failure)
                                         : Error{Error::Code::down, "the server broke the answer off"});
  }
  if (type == "message") return take_whole(body);
  if (type == "content_block_start") take_start(body);
  if (type == "content_block_delta") take_delta(body);
  if (type == "content_block_stop") {
    if (Block* block = open_block(body)) block->closed = true;
  }
  if (type == "message_start") {
    const json* message = member(body, "message");
    const json* usage = message ? member(*message, "usage") : nullptr;
    if (usage) take_usage(*usage);
  }
  if (type == "message_delta") {
    if (const json* usage = member(body, "usage")) take_usage(*usage);
    if (const json* delta = member(body, "delta")) return take_reason(string_at(*delta, "stop_reason"));
  }
  if (type == "message_stop" && finish_ == Finish::none) finish_ = Finish::stop;
  return {};
}

// Adds a block to the message; how it is sent back, or null where it is not.
Body BlockReader::added(const Block& block, Message& message) {
  const std::string_view type = string_at(block.start, "type");
  if (type == "text") {
    message.text += block.text;
    return block.text.empty() ? Body() : text_block(block.text);
  }
  if (type == "thinking") {
    message.reasoning += block.text;
    if (!block.closed) return {};  // without its signature it would be refused
    return {{"type", "thinking"}, {"thinking", block.text}, {"signature", block.signature}};
  }
  if (type == "redacted_thinking") return {{"type", "redacted_thinking"}, {"data", string_at(block.start, "data")}};
  if (type != "tool_use") return {};
  const ToolCall call = call_of(block.start, block.input, message.calls.size());
  message.calls.push_back(call);
  return {{"type", "tool_use"},
          {"id", call.id},
          {"name", call.name},
          {"input", Body::parse(sound_arguments(call.arguments))}};
}

Turn BlockReader::turn() const {
  Turn out;
  out.message.role = Role::assistant;
  Body kept = Body::array();
  bool thoughts = false, cut = false;
  for (const Block& block : blocks_) {
    Body sent = added(block, out.message);
    if (sent.is_null()) continue;
    thoughts = thoughts || sent["type"].get_ref<const std::string&>().ends_with("thinking");
    cut = cut || (sent["type"] == "tool_use" && !block.closed);
    kept.push_back(std::move(sent));
  }
  if (thoughts) out.message.blocks = kept.dump(-1, ' ', false, Body::error_handler_t::replace);
  out.finish = cut && finish_ == Finish::stop ? Finish::none : finish_;
  out.paused = paused_;
  out.usage.output_tokens = output_;
  if (fresh_ + cached_ + written_ > 0) {  // counted apart from each other, unlike elsewhere
    out.usage.prompt_tokens = fresh_ + cached_ + written_;
    out.usage.cached_tokens = cached_;
  }
  return out;
}

}  // namespace

std::unique_ptr<TurnReader::Reader> anthropic_reader() { return std::make_unique<BlockReader>(); }

HttpRequest encode_anthropic(const ProviderConfig& config, const ChatRequest& request) {
  Body body = {{"model", config.model}, {"max_tokens", request.max_tokens}, {"stream", true}};
  Body tools = Body::array();
  for (Body& tool : tools_of(request)) {
    tools.push_back(
        {{"name", tool["name"]}, {"description", tool["description"]}, {"input_schema", tool["parameters"]}});
  }
  if (!tools.empty()) {
    mark(tools.back());
    body["tools"] = std::move(tools);
    body["tool_choice"] = {{"type", "auto"}};
  }
  for (const Message& message : request.messages) {
    if (message.role == Role::system) body["system"].push_back(text_block(message.text));
  }
  if (body.contains("system")) mark(body["system"].back());
  body["messages"] = turns_of(request.messages);
  mark_last_of_users(body["messages"]);
  return post_body(config, "/v1/messages", "/v1", body);
}

}  // namespace fimd::providers::agent
