#include "providers/codecs.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "context/hash.h"
#include "providers/codec_parts.h"
#include "providers/errors.h"
#include "providers/json_read.h"
#include "providers/url.h"

namespace fimd::providers {
using nlohmann::json;

namespace {

struct CodecKind {
  std::string_view name;
  std::string_view url;    // default
  std::string_view model;  // default
  CodecResult (*make)(ProviderConfig, const Caps*);
};

constexpr CodecKind kKinds[] = {
    {"llama.cpp", "http://127.0.0.1:8012", "", &make_llama_server},
    {"ollama", "http://127.0.0.1:11434", "", &make_ollama},
    {"mistral", "https://codestral.mistral.ai", "codestral-latest", &make_mistral},
    {"openai", "", "", &make_openai},
    {"vllm", "http://127.0.0.1:8000", "", &make_openai},
    {"sglang", "http://127.0.0.1:30000", "", &make_openai},
    {"lmstudio", "http://127.0.0.1:1234", "", &make_openai},
    {"deepseek", "https://api.deepseek.com", "deepseek-flash", &make_openai},
    {"mercury", "https://api.inceptionlabs.ai", "mercury-edit-2", &make_openai},
    {"tgi", "http://127.0.0.1:3000", "", &make_tgi},
    {"huggingface", "", "", &make_tgi},
    {"tabby", "http://127.0.0.1:8080", "", &make_tabby},
    {"chat", "", "", &make_chat},
    {"openrouter", "https://openrouter.ai/api", "", &make_chat},
    {"anthropic", "https://api.anthropic.com", "", &make_chat},
};

// Later versions refuse what servers that imitate this one still expect.
constexpr const char* kAnthropicVersion = "2023-06-01";

const CodecKind* find_kind(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kKinds), std::end(kKinds), [&](const CodecKind& k) { return k.name == name; });
  return found == std::end(kKinds) ? nullptr : &*found;
}

// Where hosts process what they are sent, and the law that their operator or its parent answers to, as the operators
// state it (November 2026). The first match wins. Gateways and clouds with a choice of region are left out: where they
// pass a prompt on to does not follow from the host.
struct Host {
  std::string_view name, processed, controlled;
};
constexpr Host kHosts[] = {
    {"api.us.mistral.ai", "us", "eu"},
    {"mistral.ai", "eu", "eu"},
    {"api.scaleway.ai", "eu", "eu"},
    {"endpoints.kepler.ai.cloud.ovh.net", "eu", "eu"},
    {"api.deepseek.com", "cn", "cn"},
    {"open.bigmodel.cn", "cn", "cn"},
    {"api.siliconflow.cn", "cn", "cn"},
    {"api.moonshot.cn", "cn", "cn"},
    {"volces.com", "cn", "cn"},
    {"qianfan.baidubce.com", "cn", "cn"},
    {"dashscope.aliyuncs.com", "cn", "cn"},
    {"dashscope-intl.aliyuncs.com", "sg", "cn"},
    {"api.z.ai", "sg", "cn"},
    {"eu.api.openai.com", "eu", "us"},
    {"api.openai.com", "us", "us"},
    {"api.anthropic.com", "us", "us"},
    {"api.fireworks.ai", "us", "us"},
    {"api.together.xyz", "us", "us"},
    {"api.together.ai", "us", "us"},
    {"api.inceptionlabs.ai", "us", "us"},
    {"api.deepinfra.com", "us", "us"},
    {"api.groq.com", "us", "us"},
    {"api.x.ai", "us", "us"},
    {"api.cerebras.ai", "us", "us"},
    {"api.sambanova.ai", "us", "us"},
    {"integrate.api.nvidia.com", "us", "us"},
};

const Host* find_host(std::string_view name) {
  for (const Host& host : kHosts) {
    if (name == host.name || name.ends_with(fmt::format(".{}", host.name))) return &host;
  }
  return nullptr;
}

// RFC 1918, link-local and unique local addresses, and the names that are used for them.
bool is_lan(std::string_view host) {
  const auto begins = [host](std::string_view part) { return host.starts_with(part); };
  if (host.ends_with(".local") || host.ends_with(".lan") || host.ends_with(".internal")) return true;
  if (host.find(':') != std::string_view::npos) return begins("fc") || begins("fd") || begins("fe80:");
  if (host.find_first_not_of("0123456789.") != std::string_view::npos) return host.find('.') == std::string_view::npos;
  if (begins("10.") || begins("192.168.") || begins("169.254.")) return true;
  if (!begins("172.")) return false;
  const int second = std::atoi(std::string(host.substr(4, 3)).c_str());
  return second >= 16 && second < 32;
}

}  // namespace

std::span<const std::string_view> codec_kinds() {
  static constexpr auto kNames = [] {
    std::array<std::string_view, std::size(kKinds)> names;
    for (size_t i = 0; i < names.size(); ++i) names[i] = kKinds[i].name;
    return names;
  }();
  return kNames;
}

std::string default_jurisdiction(const ProviderConfig& config) {
  if (config.kind == "builtin" || !config.unix_socket.empty()) return "local";
  const Result<Url> url = parse_url(config.url);
  if (!url) return "unknown";
  if (is_loopback(url->host)) return "local";
  if (is_lan(url->host)) return "lan";
  const Host* host = find_host(url->host);
  return host ? std::string(host->processed) : "unknown";
}

std::string controlled_from(const ProviderConfig& config) {
  const std::string where = default_jurisdiction(config);
  if (where == "local" || where == "lan") return where;
  const Result<Url> url = parse_url(config.url);
  const Host* host = url ? find_host(url->host) : nullptr;
  return host ? std::string(host->controlled) : "unknown";
}

ProviderConfig with_defaults(ProviderConfig config) {
  const CodecKind* kind = find_kind(config.kind);
  if (config.url.empty() && !config.unix_socket.empty()) config.url = "http://localhost";
  if (config.url.empty() && kind) config.url = kind->url;
  if (config.model.empty() && kind) config.model = kind->model;
  if (config.api_key_header.empty() && config.kind == "anthropic") config.api_key_header = "x-api-key";
  if (config.jurisdiction.empty()) config.jurisdiction = default_jurisdiction(config);
  return config;
}

Result<std::shared_ptr<const Codec>> make_codec(const ProviderConfig& given, const Caps* probed) {
  const CodecKind* kind = find_kind(given.kind);
  if (!kind) return fail(Error::Code::bad_input, fmt::format("provider {}: no kind \"{}\"", given.name, given.kind));
  ProviderConfig config = with_defaults(given);
  if (const Result<Url> url = parse_url(config.url); !url) {
    return fail(Error::Code::bad_input, fmt::format("provider {}: {}", config.name, url.error().message));
  }
  const auto families = fim_families();
  const bool ours = config.fim_template.empty() || config.fim_template == kServerRenders ||
                    std::find(families.begin(), families.end(), config.fim_template) != families.end();
  if (!ours) {
    return fail(Error::Code::bad_input,
                fmt::format("provider {}: no fim_template \"{}\"", config.name, config.fim_template));
  }
  if (config.model.empty() && probed) config.model = probed->model;
  if (config.via == "chat" && (config.kind == "tabby" || config.kind == "mistral")) {
    return fail(Error::Code::bad_input,
                fmt::format("provider {}: kind {} has no chat: use kind \"chat\"", config.name, config.kind));
  }
  return config.via == "chat" ? make_chat(std::move(config), probed) : kind->make(std::move(config), probed);
}

HttpRequest request_to(const ProviderConfig& config, std::string_view path, std::string_view overlap) {
  HttpRequest request;
  request.method = HttpMethod::get;
  request.url = join_url(config.url, path, overlap);
  request.unix_socket = config.unix_socket;
  if (!config.api_key.empty() && config.api_key_header.empty()) {
    request.headers.emplace_back("Authorization", "Bearer " + config.api_key);
  } else if (!config.api_key.empty()) {
    request.headers.emplace_back(config.api_key_header, config.api_key);
  }
  if (config.kind == "anthropic") request.headers.emplace_back("anthropic-version", kAnthropicVersion);
  for (const auto& [name, value] : config.headers) {
    std::erase_if(request.headers,
                  [wanted = lower(name)](const auto& header) { return lower(header.first) == wanted; });
    request.headers.emplace_back(name, value);
  }
  return request;
}

HttpRequest post_to(const ProviderConfig& config, std::string_view path, std::string_view overlap, const json& body,
                    HttpRequest::Framing framing) {
  HttpRequest request = request_to(config, path, overlap);
  request.method = HttpMethod::post;
  request.headers.emplace_back("Content-Type", "application/json");
  if (framing == HttpRequest::Framing::sse) request.headers.emplace_back("Accept", "text/event-stream");
  request.body = dump_json(body);
  request.framing = framing;
  return request;
}

std::string session_of(const ProviderConfig& config, const Prompt& prompt) {
  return fmt::format("{:016x}", context::hash_bytes(fmt::format("{}\n{}", config.session_salt, prompt.repo)));
}

void set_user(json& body, const ProviderConfig& config, const Prompt& prompt) {
  if (config.session_user) body["user"] = session_of(config, prompt);
}

HttpRequest post_prompt(const ProviderConfig& config, std::string_view usual, std::string_view overlap,
                        const json& body, HttpRequest::Framing framing, const Prompt& prompt) {
  HttpRequest request = config.path.empty() ? post_to(config, usual, overlap, body, framing)
                                            : post_to(config, config.path, {}, body, framing);
  if (!config.session_header.empty()) {
    request.headers.emplace_back(config.session_header, session_of(config, prompt));
  }
  return request;
}

Result<json> read_event(const Event& event) {
  json body = parse_json(event.data);
  if (event.name == "error") {
    if (!body.is_object()) body = json{{"error", event.data}};
    if (!member(body, "error")) body = json{{"error", body}};
  }
  if (!body.is_object()) {
    return fail(Error::Code::down, fmt::format("reply: not a json object: {}", printable(event.data.substr(0, 80))));
  }
  if (const auto failure = read_error_object(body)) return tl::unexpected<Error>(to_error(*failure));
  return body;
}

std::vector<std::string> join_stops(const std::vector<std::string>& first, const std::vector<std::string>& more,
                                    size_t limit) {
  std::vector<std::string> out;
  for (const auto* list : {&first, &more}) {
    for (const std::string& stop : *list) {
      if (out.size() == limit) return out;
      if (!stop.empty() && std::find(out.begin(), out.end(), stop) == out.end()) out.push_back(stop);
    }
  }
  return out;
}

std::string family_for(const ProviderConfig& config, const Caps* probed) {
  if (config.fim_template == kServerRenders) return {};
  if (!config.fim_template.empty()) return config.fim_template;
  if (probed) return probed->family;
  return std::string(fim_family_of(config.model));
}

void set_family(Caps& caps, const ProviderConfig& config, const Caps* probed) {
  caps.family = family_for(config, probed);
  if (caps.family.empty()) {
    caps.family = kPrefixOnly;
    caps.note = fmt::format("model {} has no known fill-in-the-middle template: set fim_template", config.model);
  }
  caps.suffix = caps.family != kPrefixOnly;
}

std::string content_of(const json& message) {
  const json* content = member(message, "content");
  if (!content) return {};
  if (content->is_string()) return content->get<std::string>();
  std::string out;
  if (!content->is_array()) return out;
  for (const json& part : *content) {
    if (string_at(part, "type") == "text") out += string_at(part, "text");
  }
  return out;
}

std::optional<Usage> openai_usage(const json& body) {
  const json* usage = member(body, "usage");
  if (!usage || !usage->is_object()) return std::nullopt;
  Usage out;
  out.prompt_tokens = count_at(*usage, "prompt_tokens");
  out.output_tokens = count_at(*usage, "completion_tokens");
  out.cached_tokens = count_at(*usage, "prompt_cache_hit_tokens");
  if (const json* details = member(*usage, "prompt_tokens_details"); details && !out.cached_tokens) {
    out.cached_tokens = count_at(*details, "cached_tokens");
  }
  // Some gateways repeat a usage of zeros in every chunk.
  if (!out.prompt_tokens.value_or(0) && !out.output_tokens.value_or(0)) return std::nullopt;
  return out;
}

Finish openai_finish(std::string_view reason) {
  if (reason.empty()) return Finish::none;
  if (reason == "length" || reason == "model_length") return Finish::length;
  if (reason == "error" || reason == "abort" || reason == "insufficient_system_resource" || reason == "network_error") {
    return Finish::error;
  }
  return Finish::stop;
}

std::vector<double> logprobs_in(const json* list) {
  std::vector<double> logs;
  if (!list || !list->is_array()) return logs;
  for (const json& entry : *list) {
    std::optional<double> log = entry.is_number() ? std::optional(entry.get<double>()) : number_at(entry, "logprob");
    if (const auto prob = number_at(entry, "prob"); !log && prob && *prob > 0) log = std::log(*prob);
    if (log && !std::isnan(*log)) logs.push_back(std::min(*log, 0.0));
  }
  return logs;
}

}  // namespace fimd::providers
