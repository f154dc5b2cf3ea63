// llama-server of llama.cpp: /infill, where the server renders the prompt from the model's own tokens, or /completion
// with a prompt that we render (or just the prefix) when the model file names no such tokens.
//
// Measured on build 11669: a stream is noticed to be closed at the next token, an answer that is not streamed after up
// to a second, so every request streams. Slots are not pinned, since a request for a busy slot waits for it beside a
// free one; the server itself picks the slot whose cached prompt is most alike.
#include <fmt/core.h>

#include <algorithm>

#include "providers/codec_parts.h"
#include "providers/errors.h"
#include "providers/json_read.h"

namespace fimd::providers {
using nlohmann::json;

namespace {

// With its default batch of 2048 tokens the server keeps the last three quarters of a batch of the prefix and the
// first quarter of the suffix. The batch size cannot be asked for.
constexpr size_t kInfillPrefix = 1530;
constexpr size_t kInfillSuffix = 500;
// Of input_extra it keeps the end, as much as the context has beside a batch and twice the answer.
constexpr size_t kInfillBatch = 2048;

Caps infill_caps(const ProviderConfig& config, const Caps* probed) {
  Caps caps = probed ? *probed : Caps{};
  caps.extra = true;
  caps.prompt_cache = true;
  caps.cancel_on_close = true;
  if (config.context > 0) caps.context = config.context;
  if (!config.fim_template.empty()) caps.family = family_for(config, probed);
  const bool infill = caps.family.empty() && caps.suffix;
  if (!infill && caps.family.empty()) caps.family = kPrefixOnly;
  if (!infill) caps.suffix = caps.family != kPrefixOnly;
  caps.max_prefix = infill ? kInfillPrefix : 0;
  caps.max_suffix = infill ? kInfillSuffix : 0;
  const size_t taken = kInfillBatch + 2 * static_cast<size_t>(std::max(0, config.max_tokens));
  if (infill) caps.max_extra = caps.context - std::min(caps.context, taken);
  return caps;
}

void set_sampling(json& body, double temperature) {
  if (temperature <= 0) {
    body["temperature"] = 0.0;
    body["top_k"] = 1;
    body["samplers"] = json::array({"top_k"});
  } else {
    body["temperature"] = temperature;
    body["top_k"] = 40;
    body["top_p"] = 0.95;
    body["samplers"] = json::array({"top_k", "top_p", "temperature"});
  }
}

class LlamaServer : public Codec {
 public:
  LlamaServer(ProviderConfig config, const Caps* probed)
      : config_(std::move(config)), caps_(infill_caps(config_, probed)) {}

  const Caps& caps() const override { return caps_; }

  Result<HttpRequest> encode(const Prompt& prompt) const override {
    json body;
    std::vector<std::string> stop = prompt.stop;
    if (caps_.family.empty()) {
      // The server puts "prompt" behind "input_prefix"; one text makes for the same tokens as in training. Text that
      // spells a special token stays text here.
      body["input_prefix"] = prompt.prefix;
      body["input_suffix"] = prompt.suffix;
      body["prompt"] = "";
      json& extra = body["input_extra"] = json::array();
      for (const Extra& e : prompt.extra) extra.push_back({{"filename", e.path}, {"text", e.text}});
    } else {
      Result<FimPrompt> rendered = render_fim(caps_.family, prompt);
      if (!rendered) return tl::unexpected<Error>(rendered.error());
      body["prompt"] = std::move(rendered->text);
      stop = join_stops(stop, rendered->stop, 64);
    }
    if (!config_.model.empty()) body["model"] = config_.model;  // only a router of several models looks at it
    body["n_predict"] = prompt.warm ? 0 : prompt.max_tokens;
    set_sampling(body, prompt.temperature);
    body["stop"] = join_stops(stop, {}, 64);
    body["stream"] = true;
    body["cache_prompt"] = true;
    if (prompt.logprobs && !prompt.warm) body["n_probs"] = 1;
    // Looked at only after the first line break of the answer, so it is no deadline, just a second brake.
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(prompt.time_left).count();
    if (left > 0) body["t_max_predict_ms"] = left;
    // Without this the last event repeats the whole prompt and all settings.
    body["response_fields"] = {"content", "stop", "stop_type", "truncated", "tokens_evaluated", "tokens_predicted",
                               "timings"};
    return post_prompt(config_, caps_.family.empty() ? "/infill" : "/completion", {}, body, HttpRequest::Framing::sse,
                       prompt);
  }

  Result<Token> decode(const Event& event) const override {
    Result<json> body = read_event(event);
    if (!body) return tl::unexpected<Error>(body.error());
    const json* content = member(*body, "content");
    if (!content && !member(*body, "stop") && !member(*body, "prompt_progress")) {
      return fail(Error::Code::down, "llama.cpp: an event without content");
    }
    Token token;
    token.text = string_at(*body, "content");
    token.logprobs = logprobs_in(member(*body, "completion_probabilities"));
    if (true_at(*body, "stop")) {
      const bool limit = string_at(*body, "stop_type") == "limit" || true_at(*body, "stopped_limit");
      token.finish = limit ? Finish::length : Finish::stop;
      token.usage = usage_of(*body);
    }
    return token;
  }

 private:
  // Timings come as an object, or flat ("timings/prompt_ms") from servers that were asked for single fields.
  static Usage usage_of(const json& body) {
    const json* timings = member(body, "timings");
    const auto timing = [&](const char* key) {
      const std::string flat = fmt::format("timings/{}", key);
      return timings ? number_at(*timings, key) : number_at(body, flat.c_str());
    };
    const auto count = [](std::optional<double> number) {
      return number ? std::optional(static_cast<int64_t>(*number)) : std::nullopt;
    };
    Usage usage;
    usage.cached_tokens = count(timing("cache_n"));
    const std::optional<int64_t> fresh = count(timing("prompt_n"));
    if (fresh) usage.prompt_tokens = *fresh + usage.cached_tokens.value_or(0);
    if (!usage.prompt_tokens) usage.prompt_tokens = count_at(body, "tokens_evaluated");
    usage.output_tokens = count(timing("predicted_n"));
    if (!usage.output_tokens) usage.output_tokens = count_at(body, "tokens_predicted");
    usage.prompt_ms = timing("prompt_ms");
    usage.output_ms = timing("predicted_ms");
    return usage;
  }

  ProviderConfig config_;
  Caps caps_;
};

}  // namespace

CodecResult make_llama_server(ProviderConfig config, const Caps* probed) {
  return std::make_shared<const LlamaServer>(std::move(config), probed);
}

}  // namespace fimd::providers
