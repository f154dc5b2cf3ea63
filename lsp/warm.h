// Warming: feeds a local server's prompt cache with the long prompt, piece by piece, while the user is idle, so that
// the next keystroke finds it processed. Loop thread.
//
// A server finishes the prompt it works on before it looks at anything else, so a piece is small enough for a
// keystroke to wait for it (kWarmPiece); the next keystroke stops the sequence.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "context/gather.h"
#include "lsp/provider_set.h"

namespace fimd::lsp {

struct Daemon;

struct WarmInputs {
  ProviderPtr provider;
  context::Snapshot text;
  size_t cursor = 0;
  context::Tree tree;
  context::GatherLimits limits;
  context::Surroundings around;
  std::string uri, relative_path, repo;
};

class Warming {
 public:
  // `inputs` is asked before each piece; nullopt means not now.
  Warming(Daemon& daemon, std::function<std::optional<WarmInputs>()> inputs);
  ~Warming();

  void rest();   // the user may be idle now: begin after kIdle
  void pause();  // the user is typing: send no further piece

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace fimd::lsp
