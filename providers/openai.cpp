// The completions endpoint that OpenAI began and others imitate: vLLM, SGLang, LM Studio, DeepSeek, Mercury, gateways,
// clouds.
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

// How a kind differs. Servers differ in how many stop texts they take; four is what all of them do.
struct Dialect {
  std::string_view kind;
  std::string_view path = "/v1/completions";
  bool renders = false;  // the server writes the prompt
  size_t stops = 4;
  double max_temperature = 2;
};
constexpr Dialect kDialects[] = {
    {.kind = "deepseek", .path = "/beta/completions", .renders = true, .stops = 16},
    {.kind = "mercury", .path = "/v1/fim/completions", .renders = true, .max_temperature = 1},
};

Dialect dialect_of(std::string_view kind) {
  for (const Dialect& dialect : kDialects) {
    if (dialect.kind == kind) return dialect;
  }
  return Dialect{.kind = kind};
}

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

Caps openai_caps(const ProviderConfig& config, const Caps* probed, bool server_renders) {
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
  set_family(caps, config, probed);
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
std::vector<double> logprobs_of(const json& choice) {
  const json* logprobs = member(choice, "logprobs");
  if (!logprobs) return {};
  const json* content = member(*logprobs, "content");
  return logprobs_in(content ? content : member(*logprobs, "token_logprobs"));
}

class OpenAi : public Codec {
 public:
  OpenAi(ProviderConfig config, const Caps* probed, const Dialect& dialect)
      : config_(std::move(config)), caps_(openai_caps(config_, probed, dialect.renders)), dialect_(dialect) {}

  const Caps& caps() const override { return caps_; }

  Result<HttpRequest> encode(const Prompt& prompt) const override {
    json body{{"model", config_.model},
              {"max_tokens", prompt.warm ? 1 : std::max(1, prompt.max_tokens)},  // the default would be 16
              {"temperature", std::min(prompt.temperature, dialect_.max_temperature)},
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
      stop = join_stops(stop, rendered->stop, dialect_.stops);
    }
    stop = join_stops(stop, {}, dialect_.stops);
    if (!stop.empty()) body["stop"] = stop;
    if (prompt.logprobs && !prompt.warm) body["logprobs"] = 1;
    const std::string_view overlap = dialect_.path.substr(0, dialect_.path.find('/', 1));
    set_user(body, config_, prompt);
    return post_prompt(config_, dialect_.path, overlap, body, HttpRequest::Framing::sse, prompt);
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
    token.logprobs = logprobs_of(*choice);
    token.finish = openai_finish(string_at(*choice, "finish_reason"));
    if (token.finish == Finish::error) return fail(Error::Code::down, "completions: the server broke the answer off");
    return token;
  }

 private:
  ProviderConfig config_;
  Caps caps_;
  Dialect dialect_;
};

}  // namespace

CodecResult make_openai(ProviderConfig config, const Caps* probed) {
  if (config.model.empty()) {
    return fail(Error::Code::bad_input, fmt::format("provider {}: kind {} needs a model", config.name, config.kind));
  }
  const Host* host = rendering_host(config);
  Dialect dialect = dialect_of(config.kind);
  dialect.renders = config.fim_template.empty() ? host || dialect.renders : config.fim_template == kServerRenders;
  if (dialect.renders && host) {
    dialect.path = host->path;  // it is the host's, whatever was configured
    config.url = origin(config.url);
  }
  return std::make_shared<const OpenAi>(std::move(config), probed, dialect);
}

}  // namespace fimd::providers
