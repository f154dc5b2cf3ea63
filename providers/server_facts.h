// Reads what model servers say about themselves. Sans I/O: probe.h asks. Private to providers/.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"
#include "providers/provider.h"

namespace fimd::providers {

// llama-server: GET /props. Errors: unsupported (this is no answer of llama-server).
[[nodiscard]] Result<Caps> read_llama_props(const nlohmann::json& props);

// llama-server: the answer to a POST of {} to /infill. A model with fill-in-the-middle tokens makes it a 400 about the
// missing fields, one without a 501; nothing is computed in either case.
enum class Infill { yes, no_tokens, no_endpoint };
[[nodiscard]] Infill read_infill_answer(int status);

// Ollama: GET /api/tags, the names of the models there, those that look like completion models first.
[[nodiscard]] std::vector<std::string> read_ollama_tags(const nlohmann::json& tags);
// Ollama: POST /api/show. `family` is what the configuration or the model's name says. Errors: unsupported.
[[nodiscard]] Result<Caps> read_ollama_show(const nlohmann::json& show, std::string_view family);
// Ollama: GET /api/ps. Fills in whether the model is loaded, and with which context.
void read_ollama_ps(const nlohmann::json& ps, std::string_view model, Caps& caps);

// TGI: GET /info. Errors: unsupported.
[[nodiscard]] Result<Caps> read_tgi_info(const nlohmann::json& info, const ProviderConfig& config);
// Tabby: GET /v1/health. Errors: unsupported.
[[nodiscard]] Result<Caps> read_tabby_health(const nlohmann::json& health);

// The list of GET /v1/models (OpenAI's shape; Mistral's too). `config.model` empty: a model with a known FIM family is
// taken, else the first. A configured model that is not listed is taken all the same, since gateways know more names
// than they list; the note says so. Errors: unsupported (no such list, a llama-server behind it, a model that its
// server says cannot fill in the middle), not_found (an empty list).
[[nodiscard]] Result<Caps> read_models(const nlohmann::json& models, const ProviderConfig& config);

}  // namespace fimd::providers
