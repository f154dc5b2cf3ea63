#include "providers/agent/chat.h"

#include <algorithm>
#include <cctype>

#include "providers/agent/chat_parts.h"
#include "providers/agent/chat_text.h"
#include "providers/codec_parts.h"
#include "providers/json_read.h"
#include "providers/url.h"

namespace fimd::providers::agent {

Dialect dialect_of(const ProviderConfig& config) {
  if (config.kind == "anthropic") return Dialect::anthropic;
  const auto url = parse_url(config.url);
  const std::string host = url ? url->host : "";
  if (host.ends_with("z.ai") || host.ends_with("bigmodel.cn")) return Dialect::zai;
  if (host.ends_with("mistral.ai") || config.kind == "mistral") return Dialect::mistral;
  return Dialect::openai;
}

HttpRequest encode_chat(const ProviderConfig& config, const ChatRequest& request) {
  if (request.text_tools) return encode_chat(config, as_text(request));
  const Dialect dialect = dialect_of(config);
  return dialect == Dialect::anthropic ? encode_anthropic(config, request) : encode_openai(config, request, dialect);
}

TurnReader::TurnReader(Dialect dialect)
    : reader_(dialect == Dialect::anthropic ? anthropic_reader() : openai_reader()) {}
TurnReader::~TurnReader() = default;
Result<void> TurnReader::take(const Event& event) { return reader_->take(event); }
Turn TurnReader::turn() const { return reader_->turn(); }

HttpRequest post_body(const ProviderConfig& config, std::string_view path, std::string_view overlap, const Body& body) {
  HttpRequest request = post_to(config, path, overlap, nlohmann::json(), HttpRequest::Framing::sse);
  request.body = body.dump(-1, ' ', false, Body::error_handler_t::replace);
  return request;
}

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

std::string sound_arguments(const std::string& arguments) {
  return parse_json(arguments).is_object() ? arguments : "{}";
}

Body tools_of(const ChatRequest& request) {
  Body tools = Body::parse(request.tools, nullptr, false);
  return tools.is_array() ? tools : Body::array();
}

ToolCall completed(ToolCall call, size_t position) {
  if (call.id.empty()) call.id = nine_letters("call " + std::to_string(position) + call.name + call.arguments);
  if (call.arguments.empty()) call.arguments = "{}";
  return call;
}

}  // namespace fimd::providers::agent
