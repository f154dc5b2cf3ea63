// Tabby's completion endpoint: the path is that of OpenAI's, the body is its own.
//
// The server chooses and renders the prompt, and neither the length of the answer nor the texts that end it can be set.
// It does not stream: the answer is one object without usage and without a finish reason.
#include <fmt/core.h>

#include <algorithm>

#include "providers/codec_parts.h"
#include "providers/json_read.h"

namespace fimd::providers {
using nlohmann::json;

namespace {

Caps tabby_caps(const ProviderConfig& config, const Caps* probed) {
  Caps caps = probed ? *probed : Caps{};
  if (config.context > 0) caps.context = config.context;
  caps.suffix = caps.extra = true;
  caps.stream = false;
  caps.family.clear();
  return caps;
}

class Tabby : public Codec {
 public:
  Tabby(ProviderConfig config, const Caps* probed) : config_(std::move(config)), caps_(tabby_caps(config_, probed)) {}

  const Caps& caps() const override { return caps_; }

  Result<HttpRequest> encode(const Prompt& prompt) const override {
    json segments{{"prefix", prompt.prefix}};
    if (!prompt.suffix.empty()) segments["suffix"] = prompt.suffix;
    if (!prompt.path.empty()) segments["filepath"] = prompt.path;
    json files = json::array();
    for (const Extra& extra : prompt.extra) files.push_back({{"filepath", extra.path}, {"body", extra.text}});
    if (!files.empty()) segments["declarations"] = std::move(files);
    json body{{"language", prompt.language}, {"segments", std::move(segments)}, {"temperature", prompt.temperature}};
    set_user(body, config_, prompt);
    return post_prompt(config_, "/v1/completions", "/v1", body, HttpRequest::Framing::whole, prompt);
  }

  Result<Token> decode(const Event& event) const override {
    Result<json> body = read_event(event);
    if (!body) return tl::unexpected<Error>(body.error());
    const json* choices = member(*body, "choices");
    if (!choices || !choices->is_array()) return fail(Error::Code::down, "tabby: an answer without choices");
    Token token;
    token.finish = Finish::stop;
    if (choices->empty()) return token;  // it has nothing to suggest
    const json* text = member(choices->front(), "text");
    if (!text || !text->is_string()) return fail(Error::Code::down, "tabby: a choice without text");
    token.text = text->get<std::string>();
    return token;
  }

 private:
  ProviderConfig config_;
  Caps caps_;
};

}  // namespace

CodecResult make_tabby(ProviderConfig config, const Caps* probed) {
  return std::make_shared<const Tabby>(std::move(config), probed);
}

}  // namespace fimd::providers
