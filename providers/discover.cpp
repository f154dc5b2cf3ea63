#include "providers/discover.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <nlohmann/json.hpp>

#include "providers/codec_parts.h"
#include "providers/codecs.h"
#include "providers/probe.h"

namespace fimd::providers {
namespace asio = boost::asio;

namespace {

struct RemoteKey {
  std::string_view variable, name, url;
};
// A key of the one host is refused by the other.
constexpr RemoteKey kRemoteKeys[] = {{"CODESTRAL_API_KEY", "codestral", "https://codestral.mistral.ai"},
                                     {"MISTRAL_API_KEY", "mistral", "https://api.mistral.ai"}};

// What one endpoint turned out to be.
struct Answer {
  std::optional<Found> found;
  std::string note;
};

bool fills_the_middle(const Caps& caps) { return caps.suffix && caps.family != kPrefixOnly; }

asio::awaitable<Answer> ask(Http& http, Endpoint endpoint, ProbeLimits limits) {
  limits.named = false;
  ProviderConfig config;
  config.name = endpoint.name;
  config.kind = endpoint.kind;
  config.url = endpoint.url;
  config = with_defaults(std::move(config));
  Result<Caps> caps = co_await probe(http, config, limits);
  // A llama-server behind a port of others drops "suffix" on the common endpoint: it has to be asked in its own way.
  if (!caps && caps.error().code == Error::Code::unsupported && config.kind == "openai") {
    config.kind = "llama.cpp";
    caps = co_await probe(http, config, limits);
  }
  if (!caps) {
    co_return Answer{.found = std::nullopt, .note = fmt::format("{}: {}", endpoint.url, caps.error().message)};
  }
  if (config.model.empty()) config.model = caps->model;
  std::string note = fmt::format("{} at {}: {}", config.kind, endpoint.url, caps->note);
  if (!fills_the_middle(*caps)) {
    co_return Answer{.found = std::nullopt, .note = note + "; not used unless the configuration names it"};
  }
  co_return Answer{.found = Found{.config = std::move(config), .caps = std::move(*caps), .note = note}, .note = {}};
}

asio::awaitable<std::vector<Answer>> ask_all(Http& http, std::vector<Endpoint> endpoints, ProbeLimits limits) {
  if (endpoints.empty()) co_return std::vector<Answer>();
  const auto executor = co_await asio::this_coro::executor;
  using Asking = decltype(asio::co_spawn(executor, ask(http, Endpoint{}, limits), asio::deferred));
  std::vector<Asking> asking;
  for (Endpoint& endpoint : endpoints) {
    asking.push_back(asio::co_spawn(executor, ask(http, std::move(endpoint), limits), asio::deferred));
  }
  auto group = asio::experimental::make_parallel_group(std::move(asking));
  const asio::experimental::wait_for_all all;
  auto [order, errors, answers] = co_await group.async_wait(all, asio::use_awaitable);
  for (const std::exception_ptr& error : errors) {
    if (error) std::rethrow_exception(error);
  }
  co_return std::move(answers);
}

std::string value_of(const DiscoverInputs& inputs, std::string_view variable) {
  for (const auto& [name, value] : inputs.environment) {
    if (name == variable) return value;
  }
  return {};
}

void add_remote(const DiscoverInputs& inputs, Discovered& out) {
  for (const RemoteKey& remote : kRemoteKeys) {
    ProviderConfig config;
    config.api_key = value_of(inputs, remote.variable);
    if (config.api_key.empty()) continue;
    config.name = remote.name;
    config.kind = "mistral";
    config.url = remote.url;
    config = with_defaults(std::move(config));
    const auto& allowed = inputs.jurisdictions;
    const bool may = std::any_of(allowed.begin(), allowed.end(), [&](const std::string& where) {
      return where == "any" || where == config.jurisdiction;
    });
    if (!may) {
      out.notes.push_back(fmt::format("{} is set, but privacy.jurisdictions does not allow \"{}\"", remote.variable,
                                      config.jurisdiction));
      continue;
    }
    const Result<std::shared_ptr<const Codec>> codec = make_codec(config);
    if (!codec) continue;
    Found found{.config = std::move(config), .caps = (*codec)->caps(), .note = {}};
    found.note = fmt::format("mistral at {}: key from {}, jurisdiction {}", remote.url, remote.variable,
                             found.config.jurisdiction);
    out.found.push_back(std::move(found));
  }
}

Found builtin_model() {
  Found found;
  found.config.name = found.config.kind = "builtin";
  found.config.jurisdiction = "local";
  found.note = "builtin: needs no server";
  return found;
}

}  // namespace

std::vector<Endpoint> usual_endpoints() {
  return {{"llama-server", "llama.cpp", "http://127.0.0.1:8012"},
          {"llama-server-9931", "llama.cpp", "http://127.0.0.1:9931"},
          {"llama-server-8080", "llama.cpp", "http://127.0.0.1:8080"},
          {"ollama", "ollama", "http://127.0.0.1:11434"},
          {"lm-studio", "openai", "http://127.0.0.1:1234"},
          {"vllm", "openai", "http://127.0.0.1:8000"}};
}

asio::awaitable<Discovered> discover(Http& http, DiscoverInputs inputs) {
  Discovered out;
  std::vector<Answer> answers = co_await ask_all(http, inputs.endpoints, inputs.limits);
  for (Answer& answer : answers) {
    if (answer.found) out.found.push_back(std::move(*answer.found));
    if (!answer.note.empty()) out.notes.push_back(std::move(answer.note));
  }
  add_remote(inputs, out);
  out.found.push_back(builtin_model());
  co_return out;
}

}  // namespace fimd::providers
