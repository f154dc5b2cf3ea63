#include "providers/token_count.h"

#include "providers/codec_parts.h"
#include "providers/json_read.h"
#include "providers/url.h"

namespace fimd::providers {
using nlohmann::json;

std::optional<HttpRequest> count_request(const ProviderConfig& config, std::string_view text) {
  const std::string content(text);
  json body;
  if (config.kind == "llama.cpp") {
    body = {{"content", content}, {"add_special", false}, {"parse_special", false}};
  } else if (config.kind == "openai" || config.kind == "vllm") {
    body = {{"model", config.model}, {"prompt", content}, {"add_special_tokens", false}};
  } else {
    return std::nullopt;
  }
  ProviderConfig at = config;
  if (at.url.ends_with("/v1") || at.url.ends_with("/v1/"))
    at.url.erase(at.url.rfind("/v1"));  // it stands beside the API
  return post_to(at, "/tokenize", {}, body, HttpRequest::Framing::whole);
}

Result<size_t> read_count(std::string_view body) {
  const json reply = parse_json(body);
  if (const auto count = count_at(reply, "count")) return static_cast<size_t>(*count);
  const json* tokens = member(reply, "tokens");
  if (tokens && tokens->is_array()) return tokens->size();
  return fail(Error::Code::unsupported, "the server does not count tokens");
}

}  // namespace fimd::providers
