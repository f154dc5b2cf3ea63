// Mistral's FIM endpoint, at codestral.mistral.ai and api.mistral.ai (the keys of the two are not the same).
//
// The server renders the prompt, suffix first; special tokens in the text stay text. It refuses every field that it
// does not know, so the body holds only documented ones. Replies are shaped like those of a chat.
#include <fmt/core.h>

#include "providers/codec_parts.h"
#include "providers/errors.h"
#include "providers/json_read.h"

namespace fimd::providers {
using nlohmann::json;

namespace {

Caps mistral_caps(const ProviderConfig& config, const Caps* probed) {
  Caps caps = probed ? *probed : Caps{};
  if (!probed) caps.context = 32768;
  if (config.context > 0) caps.context = config.context;
  caps.extra = true;
  caps.suffix = true;
  caps.cancel_on_close = false;  // not documented; closing is tried, the tokens may be billed all the same
  caps.family.clear();
  return caps;
}

class Mistral : public Codec {
 public:
  Mistral(ProviderConfig config, const Caps* probed)
      : config_(std::move(config)), caps_(mistral_caps(config_, probed)) {}

  const Caps& caps() const override { return caps_; }

  Result<HttpRequest> encode(const Prompt& prompt) const override {
    json body{{"model", config_.model},
              {"prompt", prefix_with_files(prompt)},
              {"max_tokens", prompt.warm ? 1 : std::max(1, prompt.max_tokens)},
              {"temperature", std::min(prompt.temperature, 1.5)},
              {"stream", true}};
    if (!prompt.suffix.empty()) body["suffix"] = prompt.suffix;
    std::vector<std::string> marks;
    if (!prompt.extra.empty()) marks.emplace_back(kFileMark);
    const std::vector<std::string> stop = join_stops(prompt.stop, marks, 16);
    if (!stop.empty()) body["stop"] = stop;
    return post_prompt(config_, "/v1/fim/completions", "/v1", body, HttpRequest::Framing::sse, prompt);
  }

  Result<Token> decode(const Event& event) const override {
    Result<json> body = read_event(event);
    if (!body) return tl::unexpected<Error>(body.error());
    const json* choices = member(*body, "choices");
    if (!choices || !choices->is_array()) return fail(Error::Code::down, "mistral: an event without choices");
    Token token;
    token.usage = openai_usage(*body);
    const json* choice = first_of(*body, "choices");
    if (!choice) return token;
    // Pieces of a stream are deltas, a whole answer is a message; some servers send both, which say the same.
    for (const char* key : {"delta", "message"}) {
      const json* message = token.text.empty() ? member(*choice, key) : nullptr;
      if (message) token.text = content_of(*message);
    }
    token.finish = openai_finish(string_at(*choice, "finish_reason"));
    if (token.finish == Finish::error) return fail(Error::Code::down, "mistral: the server broke the answer off");
    return token;
  }

 private:
  ProviderConfig config_;
  Caps caps_;
};

}  // namespace

CodecResult make_mistral(ProviderConfig config, const Caps* probed) {
  return std::make_shared<const Mistral>(std::move(config), probed);
}

}  // namespace fimd::providers
