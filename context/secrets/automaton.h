// The keywords of all rules in one automaton: one table look-up per byte, without regard to case, "-" and "_" alike.
//
// Built on first use from the families' shapes and a list of keywords; immutable afterwards.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "context/secrets/rules.h"

namespace fimd::context::secrets {

struct Keyword {
  Verifier verifier;
  uint16_t family = 0;
  uint16_t length = 0;
};

class Automaton {
 public:
  Automaton();

  // Reads on from `at` until behind the next byte at which keywords end. `at` is past `to` when there is none.
  struct Stop {
    size_t at = 0;
    uint32_t state = 0;
  };
  [[nodiscard]] Stop run(std::string_view text, size_t at, size_t to, uint32_t state) const;
  [[nodiscard]] std::span<const Keyword> keywords(uint32_t state) const;
  [[nodiscard]] uint32_t start() const { return start_; }
  [[nodiscard]] size_t longest() const { return longest_; }

 private:
  struct Node;
  void number_states(const std::vector<Node>& nodes);
  static constexpr uint32_t kStride = 64;  // classes of bytes, at most
  std::array<uint8_t, 256> class_of_{};
  uint32_t classes_ = 1, start_ = 0, first_ending_ = 0;
  size_t longest_ = 0;
  std::vector<uint16_t> table_;    // states are numbered so that those at which a keyword ends are the highest
  std::vector<uint32_t> offsets_;  // of the keywords of each ending state
  std::vector<Keyword> endings_;
};

[[nodiscard]] const Automaton& automaton();

}  // namespace fimd::context::secrets
