// What the codecs share: requests with the configured headers, and the reading of events. Private to providers/.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"
#include "providers/fim_template.h"
#include "providers/provider.h"

namespace fimd::providers {

// One per kind; see codecs.h. `config` has its defaults filled in and has been checked.
using CodecResult = Result<std::shared_ptr<const Codec>>;
[[nodiscard]] CodecResult make_llama_server(ProviderConfig config, const Caps* probed);
[[nodiscard]] CodecResult make_ollama(ProviderConfig config, const Caps* probed);
[[nodiscard]] CodecResult make_mistral(ProviderConfig config, const Caps* probed);
[[nodiscard]] CodecResult make_openai(ProviderConfig config, const Caps* probed);
[[nodiscard]] CodecResult make_tabby(ProviderConfig config, const Caps* probed);
[[nodiscard]] CodecResult make_tgi(ProviderConfig config, const Caps* probed);
[[nodiscard]] CodecResult make_chat(ProviderConfig config, const Caps* probed);

// A request to `path` of the provider, with its key and its configured headers, which win over ours. `overlap` is the
// part of the path that the configured url may already end with ("/v1").
[[nodiscard]] HttpRequest request_to(const ProviderConfig& config, std::string_view path,
                                     std::string_view overlap = {});

// The same as a POST of `body`.
[[nodiscard]] HttpRequest post_to(const ProviderConfig& config, std::string_view path, std::string_view overlap,
                                  const nlohmann::json& body, HttpRequest::Framing framing);

// A prompt's request: to the configured path, which is taken as it is, else to `usual`; with the session's header where
// one is configured.
[[nodiscard]] HttpRequest post_prompt(const ProviderConfig& config, std::string_view usual, std::string_view overlap,
                                      const nlohmann::json& body, HttpRequest::Framing framing,
                                      const Prompt& prompt);
// What is the same for all requests of a workspace and tells nothing about it: its name, hashed with the salt.
[[nodiscard]] std::string session_of(const ProviderConfig& config, const Prompt& prompt);
// The session as the "user" field, where that is configured, for the APIs that have one.
void set_user(nlohmann::json& body, const ProviderConfig& config, const Prompt& prompt);

// An event as an object. Errors: what the server reported in it; down when it is no JSON object.
[[nodiscard]] Result<nlohmann::json> read_event(const Event& event);

// `first` and then `more` without repetitions and empty texts, at most `limit`.
[[nodiscard]] std::vector<std::string> join_stops(const std::vector<std::string>& first,
                                                  const std::vector<std::string>& more, size_t limit);

// The FIM family in force: the configured one, else the probed one, else the one that the model's name tells.
[[nodiscard]] std::string family_for(const ProviderConfig& config, const Caps* probed);

// Sets the family of a model whose prompts we write; where none is known the prefix alone is sent, and a note says so.
void set_family(Caps& caps, const ProviderConfig& config, const Caps* probed);

// Usage of the OpenAI shape ("usage": {"prompt_tokens": ...}), when `body` has one.
[[nodiscard]] std::optional<Usage> openai_usage(const nlohmann::json& body);
// A finish reason of the OpenAI shape; null and "" are none.
[[nodiscard]] Finish openai_finish(std::string_view reason);

// The content of a chat message: a text, or the text parts of a list of typed parts.
[[nodiscard]] std::string content_of(const nlohmann::json& message);

// The logarithms of [{"logprob": -0.1}, {"prob": 0.9}, ...] or of [-0.1, ...].
[[nodiscard]] std::vector<double> logprobs_in(const nlohmann::json* list);

}  // namespace fimd::providers
