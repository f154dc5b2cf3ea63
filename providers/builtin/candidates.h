// Candidates: the rest of each source's line, copied through the renaming, equal lines merged.
//
// The pieces' texts point into the vocabularies or into `owned`. Pure values on the worker's stack.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "providers/builtin/sources.h"

namespace fimd::providers::builtin {

struct Piece {
  std::string_view text;
  Word word = kNoWord;  // in the document's ids; kNoWord: the document does not have it
  bool blank = false;
};

struct Candidate {
  Source source;  // the best of those that give this line
  Bindings bindings;
  std::vector<Piece> pieces;   // the first one whole, also where half of it is typed already
  std::string text;            // to insert at the cursor
  std::vector<uint32_t> ends;  // where each piece ends in it
  size_t count = 1;            // sources that give this line
  size_t place = 0;            // in the list of its reading
  size_t changed = 0;          // words that were renamed
  bool parts_renamed = false;  // some by the rule for parts of words
  bool completes = false;      // of the second reading
  double posterior = 0;        // among the candidates of its reading
  uint32_t line_end = 0;       // position of the line break behind the source's line
};

struct Candidates {
  std::vector<Candidate> list;
  std::deque<std::string> owned;
};

inline constexpr size_t kMaxCandidates = 24;
inline constexpr size_t kMaxLineTokens = 60;

// Appends the distinct lines of the sources, best first, at most kMaxCandidates, with their posteriors.
void copy_lines(const Scene& scene, const Reading& reading, const Gathered& gathered, Candidates& out);

// The part of `word` named by renaming `from` to `to` carried over: ("Foo", "Bar", "newFoo") gives "newBar"; empty if
// the rule does not apply.
[[nodiscard]] std::string rename_part(std::string_view from, std::string_view to, std::string_view word);

}  // namespace fimd::providers::builtin
