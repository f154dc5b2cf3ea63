#include "providers/probe.h"

#include <fmt/core.h>

#include <algorithm>

#include "providers/codec_parts.h"
#include "providers/codecs.h"
#include "providers/confidence.h"
#include "providers/errors.h"
#include "providers/fim_template.h"
#include "providers/json_read.h"
#include "providers/ledger_entry.h"
#include "providers/server_facts.h"

namespace fimd::providers {
using nlohmann::json;
template <class T>
using Awaitable = boost::asio::awaitable<T>;

namespace {

constexpr size_t kMaxAnswer = 4u << 20;   // Ollama's /api/show holds the model's licence
constexpr size_t kMaxModelsAsked = 8;     // of an Ollama without a configured model

struct Asker {
  Http& http;
  ProviderConfig config;
  ProbeLimits limits;
};

struct Reply {
  int status = 0;
  json body;
};

// One question. Errors: those of Http, and what the server answered where that is neither 2xx nor in `fine`.
Awaitable<Result<Reply>> ask(const Asker& a, HttpRequest request, std::vector<int> fine) {
  const HttpLimits limits{.deadline = a.limits.deadline, .connect = a.limits.connect, .max_body = kMaxAnswer};
  request.entry = new_entry(a.config, Purpose::probe);
  Result<HttpResponse> response = co_await a.http.fetch(std::move(request), limits);
  if (!response) co_return tl::unexpected<Error>(response.error());
  const bool good = response->status >= 200 && response->status < 300;
  if (!good && std::find(fine.begin(), fine.end(), response->status) == fine.end()) {
    const HttpFailure failure{.status = response->status, .body = std::move(response->body), .retry_after = {}};
    co_return tl::unexpected<Error>(to_error(read_failure(failure)));
  }
  co_return Reply{.status = response->status, .body = parse_json(response->body)};
}

Awaitable<Result<Reply>> get(const Asker& a, std::string_view path, std::string_view overlap = {}) {
  HttpRequest request = request_to(a.config, path, overlap);
  const std::vector<int> none;
  co_return co_await ask(a, std::move(request), none);
}

Awaitable<Result<Reply>> post(const Asker& a, std::string_view path, json body, std::vector<int> fine = {}) {
  HttpRequest request = post_to(a.config, path, {}, body, HttpRequest::Framing::whole);
  co_return co_await ask(a, std::move(request), std::move(fine));
}

// Whether llama-server's model has the tokens of a family: each must become a single token.
Awaitable<bool> has_tokens(const Asker& a, std::string_view family) {
  const std::span<const std::string_view> tokens = fim_tokens(family);
  const size_t asked = std::min<size_t>(2, tokens.size());  // the first two are those of prefix and suffix
  std::string text;
  for (size_t i = 0; i < asked; ++i) text += tokens[i];
  json question{{"content", text}, {"parse_special", true}};
  const Result<Reply> reply = co_await post(a, "/tokenize", std::move(question));
  const json* list = reply ? member(reply->body, "tokens") : nullptr;
  co_return asked > 0 && list && list->is_array() && list->size() == asked;
}

// A model without fill-in-the-middle tokens in its metadata may have them all the same: the server knows some families
// only by id, and Codestral's and Seed-Coder's tokens not at all.
Awaitable<std::string> family_of_tokens(const Asker& a, std::string model) {
  std::vector<std::string_view> families{fim_family_of(model), "codestral", "seed-coder"};
  for (const std::string_view family : families) {
    if (family.empty() || family == kPrefixOnly) continue;
    const bool there = co_await has_tokens(a, family);
    if (there) co_return std::string(family);
  }
  co_return std::string();
}

Awaitable<Result<Caps>> probe_llama(const Asker& a) {
  const Result<Reply> props = co_await get(a, "/props");
  if (!props) co_return tl::unexpected<Error>(props.error());
  Result<Caps> caps = read_llama_props(props->body);
  if (!caps) co_return caps;
  json nothing = json::object();
  if (!a.config.model.empty()) nothing["model"] = a.config.model;
  const std::vector<int> fine{400, 404, 405, 501};
  const Result<Reply> infill = co_await post(a, "/infill", std::move(nothing), fine);
  if (!infill) co_return tl::unexpected<Error>(infill.error());
  const bool can = read_infill_answer(infill->status) == Infill::yes;
  if (!can) {
    const std::string model = a.config.model.empty() ? caps->model : a.config.model;
    caps->family = co_await family_of_tokens(a, model);
    caps->suffix = !caps->family.empty();
  }
  const std::string how = can            ? std::string("infill")
                          : caps->suffix ? fmt::format("no infill, template {}", caps->family)
                                         : std::string("the model has no fill-in-the-middle tokens");
  caps->note = fmt::format("model {}, {} tokens, {}", caps->model, caps->context, how);
  co_return caps;
}

// Asks about one model.
Awaitable<Result<Caps>> ask_ollama(const Asker& a, std::string model) {
  json question{{"model", model}};
  const Result<Reply> show = co_await post(a, "/api/show", std::move(question));
  if (!show) co_return tl::unexpected<Error>(show.error());
  std::string family = a.config.fim_template == kServerRenders ? std::string() : a.config.fim_template;
  if (a.config.fim_template.empty()) family = fim_family_of(model);
  Result<Caps> caps = read_ollama_show(show->body, family);
  if (caps) caps->model = model;
  co_return caps;
}

Awaitable<Result<Caps>> choose_ollama_model(const Asker& a) {
  const Result<Reply> tags = co_await get(a, "/api/tags");
  if (!tags) co_return tl::unexpected<Error>(tags.error());
  if (!member(tags->body, "models")) co_return fail(Error::Code::unsupported, "no ollama answers here");
  std::vector<std::string> models = read_ollama_tags(tags->body);
  if (models.empty()) co_return fail(Error::Code::not_found, "ollama has no model");
  models.resize(std::min(models.size(), kMaxModelsAsked));
  Result<Caps> first = fail(Error::Code::not_found, "ollama has no model");
  for (const std::string& model : models) {
    Result<Caps> caps = co_await ask_ollama(a, model);
    if (caps && caps->suffix) co_return caps;
    if (!first) first = std::move(caps);
  }
  co_return first;
}

Awaitable<Result<Caps>> probe_ollama(const Asker& a) {
  Result<Caps> caps = fail(Error::Code::internal, "");
  if (a.config.model.empty()) {
    caps = co_await choose_ollama_model(a);
  } else {
    caps = co_await ask_ollama(a, a.config.model);
  }
  if (!caps) co_return caps;
  const Result<Reply> ps = co_await get(a, "/api/ps");
  if (ps) read_ollama_ps(ps->body, caps->model, *caps);
  caps->note = fmt::format("model {}, {} tokens, {}{}", caps->model, caps->context, caps->note,
                           caps->loaded ? "" : ", not loaded yet");
  co_return caps;
}

// Servers that do not list their models are taken as configured.
Awaitable<Result<Caps>> probe_models(const Asker& a) {
  const Result<Reply> models = co_await get(a, "/v1/models", "/v1");
  if (models) co_return read_models(models->body, a.config);
  const bool silent = models.error().code == Error::Code::unsupported;
  if (!silent || a.config.model.empty()) co_return tl::unexpected<Error>(models.error());
  const json nothing{{"data", json::array()}};
  co_return read_models(nothing, a.config);
}

// Hosted endpoints may hide what the server says about itself: they are taken as configured.
Awaitable<Result<Caps>> probe_tgi(const Asker& a) {
  const Result<Reply> info = co_await get(a, "/info");
  if (info) co_return read_tgi_info(info->body, a.config);
  if (info.error().code != Error::Code::unsupported || a.config.model.empty())
    co_return tl::unexpected<Error>(info.error());
  const json configured{{"model_id", a.config.model}};
  co_return read_tgi_info(configured, a.config);
}

Awaitable<Result<Caps>> probe_tabby(const Asker& a) {
  const Result<Reply> health = co_await get(a, "/v1/health", "/v1");
  if (!health) co_return tl::unexpected<Error>(health.error());
  co_return read_tabby_health(health->body);
}

Awaitable<Result<Caps>> probe_kind(const Asker& a) {
  const std::string& kind = a.config.kind;
  if (a.config.via == "chat") co_return co_await probe_models(a);
  if (kind == "llama.cpp") co_return co_await probe_llama(a);
  if (kind == "ollama") co_return co_await probe_ollama(a);
  if (kind == "tabby") co_return co_await probe_tabby(a);
  if (kind == "tgi" || kind == "huggingface") co_return co_await probe_tgi(a);
  const auto kinds = codec_kinds();
  if (std::find(kinds.begin(), kinds.end(), kind) != kinds.end()) co_return co_await probe_models(a);
  co_return fail(Error::Code::bad_input, fmt::format("no kind \"{}\"", kind));
}

// The servers that only a try tells about. llama.cpp and Ollama are asked in their own ways, and a try could load a
// model.
bool is_tried(const ProviderConfig& config) {
  constexpr std::string_view kUntried[] = {"llama.cpp", "ollama", "mistral"};
  return config.via == "chat" || std::find(std::begin(kUntried), std::end(kUntried), config.kind) == std::end(kUntried);
}

std::string_view advice(FailureKind kind) {
  switch (kind) {
    case FailureKind::auth: return "check the key and its host";
    case FailureKind::billing: return "check the account's balance";
    case FailureKind::model_missing: return "check \"model\"";
    case FailureKind::not_supported:
      return "check \"kind\", \"url\" and \"path\", or set \"via\": \"chat\" for a model that only chats";
    default: return "check \"kind\", \"model\", \"fim_template\" and \"logprobs\"";
  }
}

// What a server says instead of a completion; nullopt where it gives one.
std::optional<Failure> failure_in(const HttpResponse& response) {
  if (response.status < 200 || response.status >= 300) {
    return read_failure({.status = response.status, .body = response.body, .retry_after = {}});
  }
  return read_error_object(parse_json(response.body));  // some servers refuse with status 200
}

// What may pass (load, limits, no answer in time) is no refusal.
bool is_lasting(FailureKind kind) {
  constexpr FailureKind kLasting[] = {FailureKind::auth, FailureKind::billing, FailureKind::model_missing,
                                      FailureKind::not_supported, FailureKind::bad_request};
  return std::find(std::begin(kLasting), std::end(kLasting), kind) != std::end(kLasting);
}

// Asks for one token after a made-up line, with all that a keystroke may ask for. What there is to say beside that it
// may be asked; empty if it answered.
Awaitable<Result<std::string>> try_completion(const Asker& a, const Caps& caps) {
  const auto codec = make_codec(a.config, &caps);
  if (!codec) co_return tl::unexpected<Error>(codec.error());
  Prompt prompt;
  prompt.prefix = "x = ";
  prompt.suffix = "\n";
  prompt.path = "try.py";
  prompt.language = "python";
  prompt.max_tokens = 1;
  prompt.stop = {"\n"};
  prompt.logprobs = a.limits.probabilities && wants_logprobs(a.config, {});
  Result<HttpRequest> request = (*codec)->encode(prompt);
  if (!request) co_return tl::unexpected<Error>(request.error());
  const HttpLimits limits{.deadline = a.limits.deadline, .connect = a.limits.connect, .max_body = kMaxAnswer};
  const LedgerEntryPtr entry = new_entry(a.config, Purpose::probe);
  request->entry = entry;
  const size_t prompt_bytes = request->body.size();
  Result<HttpResponse> response = co_await a.http.fetch(std::move(*request), limits);
  if (!response) co_return fmt::format("no answer to a try: {}", response.error().message);
  count(*entry, {}, prompt_bytes, 1);
  const size_t first = response->body.find_first_not_of(" \t\r\n");
  const bool good = response->status >= 200 && response->status < 300;
  if (good && first != std::string::npos && response->body[first] == '<') {
    co_return fail(Error::Code::unsupported,
                   fmt::format("answers completions with a web page ({})", advice(FailureKind::not_supported)));
  }
  const std::optional<Failure> failure = failure_in(*response);
  if (!failure) co_return std::string();
  const Error error = to_error(*failure);
  if (!is_lasting(failure->kind)) co_return fmt::format("a try failed: {}", error.message);
  co_return fail(error.code, fmt::format("refuses completions: {} ({})", error.message, advice(failure->kind)));
}

}  // namespace

Awaitable<Result<Caps>> probe(Http& http, ProviderConfig config, ProbeLimits limits) {
  const Asker asker{.http = http, .config = with_defaults(std::move(config)), .limits = limits};
  Result<Caps> caps = co_await probe_kind(asker);
  if (caps && limits.named && is_tried(asker.config)) {
    const Result<std::string> tried = co_await try_completion(asker, *caps);
    if (!tried) co_return tl::unexpected<Error>(tried.error());
    if (!tried->empty()) caps->note += "; " + *tried;
  }
  if (caps && asker.config.context > 0) caps->context = asker.config.context;
  co_return caps;
}

}  // namespace fimd::providers
