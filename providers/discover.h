// Finds out which model servers there are when the configuration says "auto".
//
// A coroutine on the loop thread. Nothing of the user's files is sent here, only the questions of probe.h.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "context/budget.h"
#include "context/result.h"
#include "providers/http.h"
#include "providers/probe.h"
#include "providers/provider.h"

namespace fimd::providers {

// A place where a server may be listening.
struct Endpoint {
  std::string name;  // of the provider, if one is there
  std::string kind;
  std::string url;
};

// Where model servers listen unless they are told otherwise: llama-server, Ollama, LM Studio, vLLM.
[[nodiscard]] std::vector<Endpoint> usual_endpoints();

struct DiscoverInputs {
  std::vector<Endpoint> endpoints = usual_endpoints();
  std::vector<std::pair<std::string, std::string>> environment;  // of it, the keys: {"MISTRAL_API_KEY", "..."}
  std::vector<std::string> jurisdictions;  // allowed ones; {"any"} allows all
  ProbeLimits limits;
};

struct Found {
  ProviderConfig config;
  Caps caps;
  std::string note;  // "llama-server at http://127.0.0.1:8012: infill, 4096 tokens"
};

struct Discovered {
  std::vector<Found> found;        // best first; ends with the builtin provider
  std::vector<std::string> notes;  // what else was seen, and why it is not used
};

// What "auto" means here and now: servers on loopback that can fill in the middle, then remote providers whose key is
// in the environment and whose jurisdiction is allowed, then builtin. All endpoints are asked at once. Never fails.
boost::asio::awaitable<Discovered> discover(Http& http, DiscoverInputs inputs);

}  // namespace fimd::providers
