#include "providers/agent/chat.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "providers/codec_parts.h"
#include "providers/json_read.h"
#include "providers/url.h"

namespace fimd::providers::agent {
namespace {

using nlohmann::json;
using Role = Message::Role;

// Mistral refuses ids of any other form than nine letters and digits.
std::string nine_letters(std::string_view id) {
  const bool fits = id.size() == 9 && std::ranges::all_of(id, [](unsigned char c) { return std::isalnum(c) != 0; });
  if (fits) return std::string(id);
  uint64_t hash = 14695981039346656037U;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  constexpr std::string_view kLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::string out;
  for (int i = 0; i < 9; ++i, hash /= kLetters.size()) out += kLetters[hash % kLetters.size()];
  return out;
}

std::string spelled(std::string_view id, Dialect dialect) {
  return dialect == Dialect::mistral ? nine_letters(id) : std::string(id);
}

bool wants_reasoning(const ProviderConfig& config, Dialect dialect) {
  return dialect == Dialect::zai || config.url.find("deepseek") != std::string::npos;
}

// Several servers refuse a history with arguments that are no JSON.
std::string sound_arguments(const std::string& arguments) {
  return parse_json(arguments).is_object() ? arguments : "{}";
}

json message_json(const Message& message, const ProviderConfig& config, Dialect dialect) {
  constexpr const char* kRoles[] = {"system", "user", "assistant", "tool"};
  json out = {{"role", kRoles[static_cast<size_t>(message.role)]}, {"content", message.text}};
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

}  // namespace

Dialect dialect_of(const ProviderConfig& config) {
  const auto url = parse_url(config.url);
  const std::string host = url ? url->host : "";
  if (host.ends_with("z.ai") || host.ends_with("bigmodel.cn") || config.kind == "zai") return Dialect::zai;
  if (host.ends_with("mistral.ai") || config.kind == "mistral") return Dialect::mistral;
  return Dialect::openai;
}

HttpRequest encode_chat(const ProviderConfig& config, const ChatRequest& request) {
  const Dialect dialect = dialect_of(config);
  json body = {{"stream", true}, {"max_tokens", request.max_tokens}};
  if (!config.model.empty()) body["model"] = config.model;
  for (const Message& message : request.messages) body["messages"].push_back(message_json(message, config, dialect));
  const json tools = parse_json(request.tools);
  if (tools.is_array() && !tools.empty()) {
    for (const json& tool : tools) body["tools"].push_back({{"type", "function"}, {"function", tool}});
    body["tool_choice"] = "auto";
  }
  if (dialect == Dialect::openai) body["stream_options"] = {{"include_usage", true}};
  if (dialect == Dialect::zai) {
    body["tool_stream"] = true;
    body["thinking"] = {{"type", "enabled"}, {"clear_thinking", false}};
  }
  // Z.ai's base url ends with a version of its own.
  const std::string_view path = dialect == Dialect::zai ? "/chat/completions" : "/v1/chat/completions";
  return post_to(config, path, dialect == Dialect::zai ? "" : "/v1", body, HttpRequest::Framing::sse);
}

// What of a call may be missing: its index, its id, its name; only the last call that was opened is certain.
TurnReader::Open& TurnReader::place_of(const json& call) {
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

void TurnReader::take_calls(const json& calls) {
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
void TurnReader::take_content(const json& delta) {
  text_ += content_of(delta);
  const json* content = member(delta, "content");
  if (!content || !content->is_array()) return;
  for (const json& piece : *content) {
    const json* thinking = member(piece, "thinking");
    if (!thinking || !thinking->is_array()) continue;
    for (const json& part : *thinking) reasoning_ += string_at(part, "text");
  }
}

Result<void> TurnReader::take(const Event& event) {
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
  if (reason == "sensitive" || reason == "content_filter") return fail(Error::Code::refused, "the provider's policy stopped the answer");
  if (reason == "error") return fail(Error::Code::down, "the server broke the answer off");
  finish_ = reason == "length" || reason == "model_context_window_exceeded" || reason == "model_length" ? Finish::length : Finish::stop;
  return {};
}

Turn TurnReader::turn() const {
  Turn out;
  out.message.role = Role::assistant;
  out.message.text = text_;
  out.message.reasoning = reasoning_;
  for (const Open& open : calls_) {
    ToolCall call = open.call;
    if (call.id.empty()) call.id = nine_letters("call " + std::to_string(out.message.calls.size()) + call.name + call.arguments);
    if (call.arguments.empty()) call.arguments = "{}";
    out.message.calls.push_back(std::move(call));
  }
  out.finish = finish_;
  out.usage = usage_;
  return out;
}

}  // namespace fimd::providers::agent
