// Makes the codec of a configured provider, and knows what the kinds of providers have by default.
//
// "builtin" is a function, not a codec. Pure functions.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "context/result.h"
#include "providers/provider.h"

namespace fimd::providers {

// The codec for `config`. `probed` is what discover.h found out about the server, or null: then the kind's defaults
// and what the model's name tells are taken. Errors: bad_input (no such kind or template, not a url, no model where
// one is needed).
[[nodiscard]] Result<std::shared_ptr<const Codec>> make_codec(const ProviderConfig& config,
                                                              const Caps* probed = nullptr);

// The configuration with the defaults of its kind filled in: url, model, jurisdiction. What is set stays.
[[nodiscard]] ProviderConfig with_defaults(ProviderConfig config);

// Where a provider processes what it is sent, when the configuration does not say: "local" (this machine), "lan",
// "eu", "us", "cn", "sg", or "unknown", by the host that is connected to.
[[nodiscard]] std::string default_jurisdiction(const ProviderConfig& config);

// The law that the provider's operator or its parent answers to, by the same rules: "eu" text may be processed under
// control from elsewhere.
[[nodiscard]] std::string controlled_from(const ProviderConfig& config);

// A request that makes the server load its model, where that is a matter of its own (Ollama); nullopt elsewhere. It is
// to be run without a cancel and with a long deadline: the server gives a load up when the connection closes.
[[nodiscard]] std::optional<HttpRequest> load_request(const ProviderConfig& config, const Caps& caps);

// The names of the kinds, in the order of the documentation.
[[nodiscard]] std::span<const std::string_view> codec_kinds();

}  // namespace fimd::providers
