// Chat completions, as OpenAI began them and Z.ai, Mistral and many servers speak them, each in its own way: calls in
// pieces or whole, indices and ids missing, null or repeated, arguments as text or as an object.
#include "providers/agent/chat_parts.h"
#include "providers/agent/defuse.h"
#include "providers/codec_parts.h"
#include "providers/json_read.h"

namespace fimd::providers::agent {
namespace {

using nlohmann::json;
using Role = Message::Role;

std::string spelled(std::string_view id, Dialect dialect) {
  return dialect == Dialect::mistral ? nine_letters(id) : std::string(id);
}

bool wants_reasoning(const ProviderConfig& config, Dialect dialect) {
  return dialect == Dialect::zai || config.url.find("deepseek") != std::string::npos;
}

Body message_json(const Message& message, const ProviderConfig& config, Dialect dialect) {
  constexpr const char* kRoles[] = {"system", "user", "assistant", "tool"};
  const bool ours = message.role == Role::system || dialect != Dialect::openai;
  Body out = {{"role", kRoles[static_cast<size_t>(message.role)]},
              {"content", ours ? message.text : defused(message.text)}};
  if (message.role == Role::tool) {
    out["tool_call_id"] = spelled(message.call_id, dialect);
    if (dialect != Dialect::zai) out["name"] = message.tool;
  }
  if (!message.reasoning.empty() && wants_reasoning(config, dialect)) out["reasoning_content"] = message.reasoning;
  for (const ToolCall& call : message.calls) {
    out["tool_calls"].push_back({{"id", spelled(call.id, dialect)},
                                 {"type", "function"},
                                 {"function", {{"name", call.name}, {"arguments", sound_arguments(call.arguments)}}}});
  }
  return out;
}

class ChatReader : public TurnReader::Reader {
 public:
  Result<void> take(const Event& event) override;
  Turn turn() const override;

 private:
  struct Open {
    int64_t index = -1;  // as the server counts; -1: it does not
    ToolCall call;
  };
  void take_calls(const json& calls);
  Open& place_of(const json& call);
  void take_content(const json& delta);

  std::string text_, reasoning_;
  std::vector<Open> calls_;
  Finish finish_ = Finish::none;
  Usage usage_;
};

// What of a call may be missing: its index, its id, its name; only the last call that was opened is certain.
ChatReader::Open& ChatReader::place_of(const json& call) {
  const std::string_view id = string_at(call, "id") == "null" ? "" : string_at(call, "id");
  const json* function = member(call, "function");
  const std::string_view name = function ? string_at(*function, "name") : "";
  const auto index = count_at(call, "index");
  for (auto open = calls_.rbegin(); open != calls_.rend(); ++open) {
    if (index && open->index != *index) continue;
    if (!index && !id.empty() && open->call.id != id) continue;
    // Some servers count every call as the first: another id with a name is another call.
    if (index && !id.empty() && !name.empty() && !open->call.id.empty() && open->call.id != id) continue;
    if (!index && id.empty() && !name.empty() && !open->call.name.empty() && open->call.name != name) break;
    return *open;
  }
  calls_.push_back({.index = index.value_or(-1), .call = {}});
  return calls_.back();
}

void ChatReader::take_calls(const json& calls) {
  for (const json& each : calls) {
    if (!each.is_object()) continue;
    ToolCall& call = place_of(each).call;
    const std::string_view id = string_at(each, "id");
    if (call.id.empty() && id != "null") call.id = id;
    const json* function = member(each, "function");
    if (!function) continue;
    if (call.name.empty()) call.name = string_at(*function, "name");
    const json* arguments = member(*function, "arguments");
    if (!arguments) continue;
    if (arguments->is_object()) call.arguments = dump_json(*arguments);
    if (arguments->is_string()) call.arguments += arguments->get_ref<const std::string&>();
  }
}

// Text, or a list of pieces with types, as reasoning models of Mistral send it.
void ChatReader::take_content(const json& delta) {
  text_ += content_of(delta);
  const json* content = member(delta, "content");
  if (!content || !content->is_array()) return;
  for (const json& piece : *content) {
    const json* thinking = member(piece, "thinking");
    if (!thinking || !thinking->is_array()) continue;
    for (const json& part : *thinking) reasoning_ += string_at(part, "text");
  }
}

Result<void> ChatReader::take(const Event& event) {
  if (event.data == "[DONE]") {
    if (finish_ == Finish::none) finish_ = Finish::stop;  // some say no reason, but that they are done
    return {};
  }
  auto body = read_event(event);
  if (!body) return tl::unexpected(body.error());
  if (const auto usage = openai_usage(*body)) usage_ = *usage;
  const json* choice = first_of(*body, "choices");
  if (!choice) return {};
  const json* delta = member(*choice, "delta");
  if (!delta) delta = member(*choice, "message");  // an answer that was not streamed
  if (delta && delta->is_object()) {
    take_content(*delta);
    const std::string_view reasoning = string_at(*delta, "reasoning_content");
    reasoning_ += reasoning.empty() ? string_at(*delta, "reasoning") : reasoning;
    if (const json* calls = member(*delta, "tool_calls"); calls && calls->is_array()) take_calls(*calls);
  }
  const std::string_view reason = string_at(*choice, "finish_reason");
  if (reason.empty()) return {};
  if (reason == "network_error") return fail(Error::Code::down, "the model's server lost its connection");
  if (reason == "sensitive" || reason == "content_filter")
    return fail(Error::Code::refused, "the provider's policy stopped the answer");
  if (reason == "error") return fail(Error::Code::down, "the server broke the answer off");
  finish_ = reason == "length" || reason == "model_context_window_exceeded" || reason == "model_length" ? Finish::length
                                                                                                        : Finish::stop;
  return {};
}

Turn ChatReader::turn() const {
  Turn out;
  out.message.role = Role::assistant;
  out.message.text = restored(text_);
  out.message.reasoning = reasoning_;
  for (const Open& open : calls_) {
    out.message.calls.push_back(completed(open.call, out.message.calls.size()));
    out.message.calls.back().arguments = restored(out.message.calls.back().arguments);
  }
  out.finish = finish_;
  out.usage = usage_;
  return out;
}

}  // namespace

std::unique_ptr<TurnReader::Reader> openai_reader() { return std::make_unique<ChatReader>(); }

HttpRequest encode_openai(const ProviderConfig& config, const ChatRequest& request, Dialect dialect) {
  Body body;
  if (!config.model.empty()) body["model"] = config.model;
  body["stream"] = true;
  body["max_tokens"] = request.max_tokens;
  if (dialect == Dialect::openai) body["stream_options"] = {{"include_usage", true}};
  if (dialect == Dialect::zai) {
    body["tool_stream"] = true;
    body["thinking"] = {{"type", "enabled"}, {"clear_thinking", false}};
  }
  for (Body& tool : tools_of(request)) body["tools"].push_back({{"type", "function"}, {"function", std::move(tool)}});
  if (body.contains("tools")) body["tool_choice"] = "auto";
  for (const Message& message : request.messages) body["messages"].push_back(message_json(message, config, dialect));
  // Z.ai's base url ends with a version of its own.
  if (dialect == Dialect::zai) return post_body(config, "/chat/completions", "", body);
  return post_body(config, "/v1/chat/completions", "/v1", body);
}

}  // namespace fimd::providers::agent
