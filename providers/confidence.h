// How sure a model is of what it writes, as far as its server tells the probabilities of its tokens, and how unsure a
// text may be and still be worth showing. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "providers/health.h"
#include "providers/provider.h"

namespace fimd::providers {

// Natural logarithms of probabilities, over the tokens of a text.
struct Sureness {
  double mean = 0;
  double lowest = 0;
};

// What a server tells about the tokens of a reply while it streams.
class Scores {
 public:
  // The next `bytes` of the reply, and the log-probabilities of the tokens in them; none: the server tells nothing.
  void add(size_t bytes, std::span<const double> logprobs);

  // Over the tokens that reach into the bytes [from, to) of the reply. nullopt: nothing is known of them.
  [[nodiscard]] std::optional<Sureness> over(size_t from, size_t to) const;

 private:
  struct Piece {
    size_t end = 0;  // bytes of the reply
    double sum = 0, lowest = 0;
    size_t tokens = 0;
  };
  std::vector<Piece> pieces_;
};

// Learns from what users take below which probability a model's tokens are not worth showing: a suggestion whose least
// probable token lies where hardly any was taken is cut there. What is not shown is not learned about, so old
// experience fades and it is tried again.
class Threshold {
 public:
  // A suggestion was shown whose least probable token had this log-probability.
  void learn(double lowest_logprob, bool taken);

  // A log-probability: that of `least` (a probability), or more where experience says so, at most that of one half.
  // Minus infinity for 0.
  [[nodiscard]] double above(double least) const;

 private:
  static constexpr size_t kSteps = 10;  // of 5 % each
  struct Step {
    double shown = 0, taken = 0;
  };
  std::array<Step, kSteps> steps_{};
};

// Whether to ask the provider for log-probabilities: as its configuration says; else where they cost next to nothing,
// which is where they are computed on the way (vLLM, SGLang, DeepSeek), or where a token takes much longer than sorting
// the vocabulary for it does (llama-server, Ollama: half a millisecond for 49,000 tokens, measured).
[[nodiscard]] bool wants_logprobs(const ProviderConfig& config, const Rates& rates);

}  // namespace fimd::providers
