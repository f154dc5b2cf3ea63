// Which snippets stay from one keystroke to the next.
//
// A model server keeps what it has worked through of the last prompt's beginning. So what was chosen stays, in its
// place and as it was, as long as it is worth nearly as much as a new choice would be; what became likely since then is
// put behind it. Only when the old choice has lost its worth is everything chosen anew, and then what is the same as
// before comes first.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "context/gather.h"
#include "context/snippets/excerpts.h"
#include "context/snippets/similar.h"
#include "context/surroundings.h"

namespace fimd::context {

struct Choice {
  // A snippet, and the symbols that it shows.
  struct Kept {
    Snippet snippet;
    std::vector<uint64_t> symbols;  // key_of()
    bool fresh = false;             // came behind the stable ones
  };
  std::vector<Kept> kept;  // in the order of the prompt
  std::shared_ptr<const snippets::KnownBindings> bindings;
  std::vector<snippets::FileWordsPtr> words;  // of the texts that were compared
  snippets::Alike window;                     // that is shown; without a file: none
  std::vector<Snippet> whole;                 // of a whole repository
  IndexPtr index;                             // that all this was chosen from
};

}  // namespace fimd::context

namespace fimd::context::snippets {

// Chooses excerpts; `last` may be null. `tokens` and `snippets` are the room for them.
// `checked`: the last choice was made from the same index.
[[nodiscard]] std::vector<Choice::Kept> choose_lasting(const Scene& scene, const Table& table,
                                                       const std::vector<Ranked>& ranked, const Choice* last,
                                                       const Room& room, bool checked, Texts& texts);

}  // namespace fimd::context::snippets
