// The completions endpoint that OpenAI began and others imitate: vLLM, SGLang, TGI, LM Studio, gateways, clouds.
//
// Nearly all of them refuse or silently drop "suffix", so the prompt is rendered by us. Where the server is known to
// render it (DeepSeek, OpenAI's own), or is told to by fim_template "server", prefix and suffix are sent apart.
#include <fmt/core.h>

#include "providers/codec_parts.h"
#include "providers/errors.h"
#include "providers/json_read.h"
#include "providers/url.h"

namespace fimd::providers {
using nlohmann::json;

namespace {

// Servers differ in how many stop texts they take; four is what all of them do.
constexpr size_t kStops = 4;

struct Host {
  std::string_view name;
  std::string_view path;  // of the completions endpoint
};
constexpr Host kServerRenderedHosts[] = {{"api.deepseek.com", "/beta/completions"},
                                         {"api.openai.com", "/v1/completions"},
                                         {"api.inceptionlabs.ai", "/v1/fim/completions"},
                                         {"api.siliconflow.cn", "/v1/completions"},
                                         {"api.siliconflow.com", "/v1/completions"}};

const Host* rendering_host(const ProviderConfig& config) {
  const Result<Url> url = parse_url(config.url);
  for (const Host& host : kServerRenderedHosts) {
    if (url && config.unix_socket.empty() && url->host == host.name) return &host;
  }
  return nullptr;
}

Caps caps_of(const ProviderConfig& config, const Caps* probed, bool server_renders) {
  Caps caps = probed ? *probed : Caps{};
  if (config.context > 0) caps.context = config.context;
  caps.extra = true;
  if (server_renders) {
    caps.suffix = true;
    caps.family.clear();
    caps.cancel_on_close = false;
    return caps;
  }
  caps.prompt_cache = true;
  caps.family = family_for(config, probed);
  if (caps.family.empty()) {
    caps.family = kPrefixOnly;
    caps.note = fmt::format("model {} has no known fill-in-the-middle template: set fim_template", config.model);
  }
  caps.suffix = caps.family != kPrefixOnly;
  return caps;
}

// The text of a choice: of completions, or of a gateway that answers in the shape of a chat.
std::string_view text_of(const json& choice) {
  if (const auto text = string_at(choice, "text"); !text.empty()) return text;
  for (const char* key : {"delta", "message"}) {
    if (const json* message = member(choice, key)) return string_at(*message, "content");
  }
  return {};
}

// OpenAI's list of numbers, or the list of objects of llama-server and of chats.
std::optional<double> logprob_of(const json& choice) {
  const json* logprobs = member(choice, "logprobs");
  if (!logprobs) return std::nullopt;
  if (const auto mean = mean_logprob(member(*logprobs, "content"))) return mean;
  const json* numbers = member(*logprobs, "token_logprobs");
  if (!numbers || !numbers->is_array()) return std::nullopt;
  double sum = 0;
  size_t count = 0;
  for (const json& number : *numbers) {
    if (!number.is_number()) continue;
    sum += number.get<double>();
    ++count;
  }
  return count > 0 ? std::optional(sum / static_cast<double>(count)) : std::nullopt;
}

class OpenAi : public Codec {
 public:
  OpenAi(ProviderConfig config, const Caps* probed, bool server_renders, std::string path)
      : config_(std::move(config)), caps_(caps_of(config_, probed, server_renders)), path_(std::move(path)) {}

  const Caps& caps() const override { return caps_; }

  Result<HttpRequest> encode(const Prompt& prompt) const override {
    json body{{"model", config_.model},
              {"max_tokens", prompt.warm ? 1 : std::max(1, prompt.max_tokens)},  // the default would be 16
              {"temperature", prompt.temperature},
              {"stream", true},
              {"stream_options", {{"include_usage", true}}}};
    std::vector<std::string> stop = prompt.stop;
    if (caps_.family.empty()) {
      body["prompt"] = prefix_with_comments(prompt);
      if (!prompt.suffix.empty()) body["suffix"] = prompt.suffix;
    } else {
      Result<FimPrompt> rendered = render_fim(caps_.family, prompt);
      if (!rendered) return tl::unexpected<Error>(rendered.error());
      body["prompt"] = std::move(rendered->text);
      stop = join_stops(stop, rendered->stop, kStops);
    }
    stop = join_stops(stop, {}, kStops);
    if (!stop.empty()) body["stop"] = stop;
    return post_to(config_, path_, path_.substr(0, path_.find('/', 1)), body, HttpRequest::Framing::sse);
  }

  Result<Token> decode(const Event& event) const override {
    Result<json> body = read_event(event);
    if (!body) return tl::unexpected<Error>(body.error());
    const json* choices = member(*body, "choices");
    if (!choices || !choices->is_array()) return fail(Error::Code::down, "completions: an event without choices");
    Token token;
    token.usage = openai_usage(*body);
    if (const json* timings = member(*body, "timings")) {
      if (!token.usage) token.usage.emplace();
      token.usage->prompt_ms = number_at(*timings, "prompt_ms");
      token.usage->output_ms = number_at(*timings, "predicted_ms");
    }
    const json* choice = first_of(*body, "choices");
    if (!choice) return token;
    token.text = text_of(*choice);
    token.logprob = logprob_of(*choice);
    token.finish = openai_finish(string_at(*choice, "finish_reason"));
    if (token.finish == Finish::error) return fail(Error::Code::down, "completions: the server broke the answer off");
    return token;
  }

 private:
  ProviderConfig config_;
  Caps caps_;
  std::string path_;
};

}  // namespace

CodecResult make_openai(ProviderConfig config, const Caps* probed) {
  if (config.model.empty()) {
    return fail(Error::Code::bad_input, fmt::format("provider {}: kind openai needs a model", config.name));
  }
  const Host* host = rendering_host(config);
  const bool server_renders = config.fim_template == kServerRenders || (host && config.fim_template.empty());
  std::string path(server_renders && host ? host->path : "/v1/completions");
  if (server_renders && host) config.url = origin(config.url);  // the path is the host's, whatever was configured
  return std::make_shared<const OpenAi>(std::move(config), probed, server_renders, std::move(path));
}

}  // namespace fimd::providers
