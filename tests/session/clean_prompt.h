// A prompt for a provider on this machine, as stream() wants it.
#pragma once

#include <memory>
#include <utility>

#include "providers/outgoing.h"

namespace fimd::tests {

inline providers::CleanPrompt as_it_is(std::shared_ptr<const providers::Codec> codec, providers::Prompt prompt) {
  providers::ProviderConfig here;
  here.jurisdiction = "local";
  return *providers::outgoing(std::move(prompt), {std::move(codec), here}, {}, {}).prompt;
}

}  // namespace fimd::tests
