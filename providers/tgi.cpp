// Text Generation Inference's own endpoint, which dedicated endpoints of model hubs speak too.
//
// The prompt is ours. Greedy decoding is asked for by leaving the temperature out: zero is an error. Special tokens
// come as events of their own and are left out; a stop text stays at the end of the answer and is cut off. There is no
// [DONE]: the last event holds "generated_text".
#include <fmt/core.h>

#include <algorithm>

#include "providers/codec_parts.h"
#include "providers/json_read.h"

namespace fimd::providers {
using nlohmann::json;

namespace {

constexpr size_t kStops = 4;  // more are an error

Caps tgi_caps(const ProviderConfig& config, const Caps* probed) {
  Caps caps = probed ? *probed : Caps{};
  if (config.context > 0) caps.context = config.context;
  caps.extra = caps.prompt_cache = true;
  set_family(caps, config, probed);
  return caps;
}

Finish finish_of(std::string_view reason) {
  if (reason == "length") return Finish::length;
  return reason.empty() ? Finish::none : Finish::stop;
}

class Tgi : public Codec {
 public:
  Tgi(ProviderConfig config, const Caps* probed) : config_(std::move(config)), caps_(tgi_caps(config_, probed)) {
    const auto tokens = fim_tokens(caps_.family);
    marks_.assign(tokens.begin(), tokens.end());
    marks_.emplace_back("<|endoftext|>");
  }

  const Caps& caps() const override { return caps_; }

  Result<HttpRequest> encode(const Prompt& prompt) const override {
    Result<FimPrompt> rendered = render_fim(caps_.family, prompt);
    if (!rendered) return tl::unexpected<Error>(rendered.error());
    json parameters{{"max_new_tokens", prompt.warm ? 1 : std::max(1, prompt.max_tokens)},
                    {"return_full_text", false},
                    {"details", true}};
    if (prompt.temperature > 0) {
      parameters["do_sample"] = true;
      parameters["temperature"] = prompt.temperature;
    }
    const std::vector<std::string> stop = join_stops(prompt.stop, rendered->stop, kStops);
    if (!stop.empty()) parameters["stop"] = stop;
    json body{{"inputs", std::move(rendered->text)}, {"parameters", std::move(parameters)}};
    return post_prompt(config_, "/generate_stream", {}, body, HttpRequest::Framing::sse, prompt);
  }

  Result<Token> decode(const Event& event) const override {
    Result<json> body = read_event(event);
    if (!body) return tl::unexpected<Error>(body.error());
    const json* piece = member(*body, "token");
    const json* whole = member(*body, "generated_text");
    const bool last = whole && whole->is_string();
    if (!last && (!piece || !piece->is_object())) return fail(Error::Code::down, "tgi: an event without a token");
    Token token;
    if (!piece) {
      token.text = whole->get<std::string>();  // a server that does not stream
    } else if (!true_at(*piece, "special")) {
      token.text = string_at(*piece, "text");
      if (const auto log = number_at(*piece, "logprob")) token.logprobs = {std::min(*log, 0.0)};
    }
    if (last) take_end(*body, token);
    return token;
  }

 private:
  void take_end(const json& body, Token& token) const {
    token.finish = Finish::stop;
    const json* details = member(body, "details");
    if (!details) return;
    token.finish = finish_of(string_at(*details, "finish_reason"));
    if (token.finish == Finish::none) token.finish = Finish::stop;
    Usage usage;
    usage.output_tokens = count_at(*details, "generated_tokens");
    usage.prompt_tokens = count_at(*details, "input_length");
    if (usage.output_tokens || usage.prompt_tokens) token.usage = usage;
    if (string_at(*details, "finish_reason") != "stop_sequence") return;
    for (const std::string& mark : marks_) {
      if (token.text.ends_with(mark)) token.text.resize(token.text.size() - mark.size());
    }
  }

  ProviderConfig config_;
  Caps caps_;
  std::vector<std::string> marks_;
};

}  // namespace

CodecResult make_tgi(ProviderConfig config, const Caps* probed) {
  return std::make_shared<const Tgi>(std::move(config), probed);
}

}  // namespace fimd::providers
