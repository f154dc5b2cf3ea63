#include "providers/server_facts.h"

#include <fmt/core.h>

#include <algorithm>

#include "providers/fim_template.h"
#include "providers/json_read.h"

namespace fimd::providers {
using nlohmann::json;

namespace {

constexpr size_t kMaxContext = 10'000'000;  // what is larger is not believed

size_t context_of(std::optional<int64_t> tokens, size_t otherwise) {
  return tokens && *tokens > 0 && *tokens < static_cast<int64_t>(kMaxContext) ? static_cast<size_t>(*tokens)
                                                                              : otherwise;
}

bool holds(const json& value, const char* key, std::string_view word) {
  const json* list = member(value, key);
  return list && list->is_array() && std::find(list->begin(), list->end(), json(word)) != list->end();
}

// Ollama: "name" and "name:latest" are the same model.
std::string_view without_latest(std::string_view model) {
  constexpr std::string_view kLatest = ":latest";
  return model.ends_with(kLatest) ? model.substr(0, model.size() - kLatest.size()) : model;
}

bool completes(std::string_view model) {
  const std::string_view family = fim_family_of(model);
  return !family.empty() && family != kPrefixOnly;
}

}  // namespace

Result<Caps> read_llama_props(const json& props) {
  const json* settings = member(props, "default_generation_settings");
  if (!settings || !member(props, "total_slots")) {
    const bool router = string_at(props, "role") == "router";
    if (!router) return fail(Error::Code::unsupported, "no llama-server answers here");
  }
  Caps caps;
  caps.extra = caps.prompt_cache = true;
  if (settings) caps.context = context_of(count_at(*settings, "n_ctx"), caps.context);
  caps.model = string_at(props, "model_alias");
  if (caps.model.empty()) caps.model = string_at(props, "model_path");
  caps.model.erase(0, caps.model.find_last_of("/\\") + 1);  // paths of somebody's disk are nobody's business
  return caps;
}

Infill read_infill_answer(int status) {
  if (status == 501) return Infill::no_tokens;
  return status == 404 || status == 405 ? Infill::no_endpoint : Infill::yes;
}

std::vector<std::string> read_ollama_tags(const json& tags) {
  std::vector<std::string> out;
  const json* models = member(tags, "models");
  if (!models || !models->is_array()) return out;
  for (const json& model : *models) {
    const auto name = string_at(model, "name");
    if (!name.empty()) out.emplace_back(name);
  }
  std::stable_partition(out.begin(), out.end(), [](const std::string& name) { return completes(name); });
  return out;
}

Result<Caps> read_ollama_show(const json& show, std::string_view family) {
  if (!member(show, "capabilities") && !member(show, "model_info")) {
    return fail(Error::Code::unsupported, "no ollama answers here");
  }
  Caps caps;
  caps.extra = caps.prompt_cache = true;
  caps.suffix = holds(show, "capabilities", "insert");
  // The server's own template is missing from many imported models whose weights know fill in the middle all the same.
  if (!family.empty()) {
    caps.family = family;
    caps.suffix = family != kPrefixOnly;
  }
  if (const json* info = member(show, "model_info"); info && info->is_object()) {
    for (const auto& [key, value] : info->items()) {
      if (key.ends_with(".context_length")) caps.context = context_of(count_at(*info, key.c_str()), caps.context);
    }
  }
  constexpr size_t kDefault = 8192;  // more costs memory that nobody asked for
  caps.context = std::min(caps.context, kDefault);
  caps.note = caps.family.empty() ? caps.suffix ? "the server's insert template" : "no fill in the middle"
                                  : fmt::format("template {}", caps.family);
  return caps;
}

void read_ollama_ps(const json& ps, std::string_view model, Caps& caps) {
  caps.loaded = false;
  const json* models = member(ps, "models");
  if (!models || !models->is_array()) return;
  for (const json& loaded : *models) {
    if (without_latest(string_at(loaded, "name")) != without_latest(model)) continue;
    caps.loaded = true;
    caps.context = context_of(count_at(loaded, "context_length"), caps.context);
  }
}

Result<Caps> read_tgi_info(const json& info, const ProviderConfig& config) {
  const auto model = string_at(info, "model_id");
  if (model.empty()) return fail(Error::Code::unsupported, "no text generation inference answers here");
  Caps caps;
  caps.extra = caps.prompt_cache = true;
  caps.model = config.model.empty() ? std::string(model) : config.model;
  for (const char* key : {"max_total_tokens", "max_input_tokens"})
    caps.context = context_of(count_at(info, key), caps.context);
  caps.family = config.fim_template.empty() ? fim_family_of(model) : std::string_view(config.fim_template);
  caps.suffix = !caps.family.empty() && caps.family != kPrefixOnly;
  caps.note = fmt::format("model {}, {} tokens, {}", model, caps.context,
                          caps.suffix ? "template " + caps.family : "no known fill-in-the-middle template");
  return caps;
}

Result<Caps> read_tabby_health(const json& health) {
  if (!member(health, "device") && !member(health, "version")) {
    return fail(Error::Code::unsupported, "no tabby answers here");
  }
  Caps caps;
  caps.extra = true;
  caps.stream = false;
  caps.model = string_at(health, "model");
  if (caps.model.empty()) return fail(Error::Code::not_found, "the tabby server has no completion model");
  caps.note = fmt::format("model {}, prompt rendered by the server", caps.model);
  return caps;
}

Result<Caps> read_models(const json& models, const ProviderConfig& config) {
  const json* data = member(models, "data");
  if (!data || !data->is_array()) return fail(Error::Code::unsupported, "no list of models");
  const json* chosen = nullptr;
  for (const json& model : *data) {
    const auto id = string_at(model, "id");
    if (id.empty()) continue;
    const bool wanted = config.model.empty() ? !chosen || (completes(id) && !completes(string_at(*chosen, "id")))
                                             : id == config.model || holds(model, "aliases", config.model);
    if (wanted) chosen = &model;
  }
  const bool chat = config.via == "chat" || config.kind == "chat" || config.kind == "openrouter" ||
                    config.kind == "anthropic";
  if (!chat && !data->empty() && string_at(data->front(), "owned_by") == "llamacpp") {
    return fail(Error::Code::unsupported, "this is a llama-server: use kind \"llama.cpp\"");
  }
  if (!chosen && config.model.empty()) return fail(Error::Code::not_found, "the server has no model");
  const json unlisted = json::object();
  const bool listed = chosen != nullptr;
  if (!listed) chosen = &unlisted;
  Caps caps;
  if (config.kind == "mistral") caps.context = 32768;
  caps.model = config.model.empty() ? std::string(string_at(*chosen, "id")) : config.model;
  for (const char* key : {"max_model_len", "max_context_length", "context_length"}) {
    caps.context = context_of(count_at(*chosen, key), caps.context);
  }
  const bool renders = chat || config.fim_template == kServerRenders ||
                       (config.fim_template.empty() && (config.kind == "deepseek" || config.kind == "mercury"));
  caps.family = renders                               ? std::string_view()
                : !config.fim_template.empty()        ? std::string_view(config.fim_template)
                                                      : fim_family_of(caps.model);
  caps.suffix = renders || (!caps.family.empty() && caps.family != kPrefixOnly);
  if (config.kind == "mistral") {
    caps.family.clear();
    caps.suffix = true;
    const json* can = member(*chosen, "capabilities");
    const json* fim = can ? member(*can, "completion_fim") : nullptr;
    if (fim && fim->is_boolean() && !fim->get<bool>()) {
      return fail(Error::Code::unsupported, fmt::format("model {} does not fill in the middle", caps.model));
    }
  }
  const std::string_view how = chat                      ? "asked by chat, which is slower than fill in the middle"
                               : !caps.suffix            ? "no known fill-in-the-middle template"
                               : caps.family.empty() ? "prompt rendered by the server"
                                                         : std::string_view(caps.family);
  caps.note = fmt::format("model {}{}, {} tokens, {}", caps.model, listed ? "" : " (not in the server's list)",
                          caps.context, how);
  return caps;
}

}  // namespace fimd::providers
