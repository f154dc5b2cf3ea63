// Ollama's /api/generate, as lines of JSON.
//
// A model whose family we know gets the whole prompt from us ("raw"), which puts other files where the model was
// trained to see them. A model with the server's own insert template gets prefix and suffix; any other model gets
// just the prefix. Ollama reloads a model when num_ctx changes, so every request names the same one.
#include <fmt/core.h>

#include "providers/codec_parts.h"
#include "providers/codecs.h"
#include "providers/errors.h"
#include "providers/json_read.h"

namespace fimd::providers {
using nlohmann::json;

namespace {

constexpr size_t kContext = 8192;        // tokens, when neither the configuration nor a loaded model says
constexpr std::string_view kKeep = "30m";  // how long the model stays loaded after an answer

Caps ollama_caps(const ProviderConfig& config, const Caps* probed) {
  Caps caps = probed ? *probed : Caps{};
  if (!probed) caps.context = kContext;
  caps.extra = true;
  caps.prompt_cache = true;
  caps.cancel_on_close = true;
  if (config.context > 0) caps.context = config.context;
  caps.family = family_for(config, probed);
  if (!caps.family.empty()) caps.suffix = caps.family != kPrefixOnly;
  if (caps.family.empty() && !caps.suffix) caps.family = kPrefixOnly;
  return caps;
}

// 0 is "no limit" to Ollama.
int answer_limit(const Prompt& prompt) { return prompt.warm ? 1 : std::max(1, prompt.max_tokens); }

class Ollama : public Codec {
 public:
  Ollama(ProviderConfig config, const Caps* probed) : config_(std::move(config)), caps_(ollama_caps(config_, probed)) {}

  const Caps& caps() const override { return caps_; }

  Result<HttpRequest> encode(const Prompt& prompt) const override {
    json body{{"model", config_.model}, {"stream", true}, {"keep_alive", kKeep}};
    std::vector<std::string> stop = prompt.stop;
    if (caps_.family.empty()) {
      // The server reads special tokens in the text, and which ones depends on a template that we do not know.
      const Result<Prompt> clear = clear_of_tokens(prompt, all_fim_tokens());
      if (!clear) return tl::unexpected<Error>(clear.error());
      // An empty prompt only loads the model, and without a suffix the chat template is used: both must hold something.
      body["prompt"] = prefix_with_comments(*clear);
      body["suffix"] = clear->suffix;
      for (const char* key : {"prompt", "suffix"}) {
        if (body[key].get_ref<const std::string&>().empty()) body[key] = "\n";
      }
    } else {
      Result<FimPrompt> rendered = render_fim(caps_.family, prompt);
      if (!rendered) return tl::unexpected<Error>(rendered.error());
      body["prompt"] = rendered->text.empty() ? "\n" : std::move(rendered->text);
      body["raw"] = true;
      stop = join_stops(stop, rendered->stop, 64);
    }
    json options{
        {"num_predict", answer_limit(prompt)}, {"num_ctx", caps_.context}, {"temperature", prompt.temperature}};
    if (!stop.empty()) options["stop"] = join_stops(stop, {}, 64);
    body["options"] = std::move(options);
    if (prompt.logprobs) body["logprobs"] = true;
    return post_prompt(config_, "/api/generate", {}, body, HttpRequest::Framing::ndjson, prompt);
  }

  Result<Token> decode(const Event& event) const override {
    Result<json> body = read_event(event);
    if (!body) return tl::unexpected<Error>(body.error());
    if (!member(*body, "response") && !member(*body, "done")) {
      return fail(Error::Code::down, "ollama: a line without a response");
    }
    Token token;
    token.text = string_at(*body, "response");
    token.logprobs = logprobs_in(member(*body, "logprobs"));
    if (!true_at(*body, "done")) return token;
    token.finish = string_at(*body, "done_reason") == "length" ? Finish::length : Finish::stop;
    Usage usage;
    usage.prompt_tokens = count_at(*body, "prompt_eval_count");  // all of them; only the time shows a cache hit
    usage.output_tokens = count_at(*body, "eval_count");
    if (const auto ns = number_at(*body, "prompt_eval_duration")) usage.prompt_ms = *ns / 1e6;
    if (const auto ns = number_at(*body, "eval_duration")) usage.output_ms = *ns / 1e6;
    token.usage = usage;
    return token;
  }

 private:
  ProviderConfig config_;
  Caps caps_;
};

}  // namespace

CodecResult make_ollama(ProviderConfig config, const Caps* probed) {
  if (config.model.empty()) {
    return fail(Error::Code::bad_input, fmt::format("provider {}: ollama needs a model", config.name));
  }
  return std::make_shared<const Ollama>(std::move(config), probed);
}

std::optional<HttpRequest> load_request(const ProviderConfig& given, const Caps& caps) {
  if (given.kind != "ollama") return std::nullopt;
  ProviderConfig config = with_defaults(given);
  if (config.model.empty()) config.model = caps.model;
  const size_t context = config.context > 0 ? config.context : caps.context;
  const json body{{"model", config.model}, {"keep_alive", kKeep}, {"options", {{"num_ctx", context}}}};
  return post_to(config, "/api/generate", {}, body, HttpRequest::Framing::ndjson);
}

}  // namespace fimd::providers
