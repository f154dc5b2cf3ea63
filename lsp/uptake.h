// How suggestions fare after they were shown: taken whole, in part, typed key by key or left, and how much of what was
// taken is still there later. Read from the changes of the document, since most editors say nothing.
//
// Pure but for its memory; time is a parameter. Holds text of suggestions for ten minutes and gives away only figures.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "context/budget.h"
#include "context/text.h"
#include "providers/ledger_store.h"

namespace fimd::lsp {

// What an editor was given for a place.
struct Offered {
  uint64_t flight = 0;
  std::string text;
  size_t offset = 0;  // bytes, in the document at that time
  providers::ShownRow row = {};  // provider, language, arm, ms, late, runaway are the caller's
};

class Uptake {
 public:
  // `decided` gets the row of each suggestion when its fate is known, `done` when nothing about it will change any
  // more.
  Uptake(std::function<void(const providers::ShownRow&)> decided, std::function<void(providers::ShownRow)> done);
  ~Uptake();  // gives what is left

  void offered(const std::string& uri, Offered offer);

  // `edits` lead to `after`; none: it was replaced.
  void changed(const std::string& uri, std::span<const context::ByteEdit> edits, const context::Text& after,
               TimePoint now);

  // The editor says that a suggestion of this flight was taken.
  void accepted(uint64_t flight);

  void saved(const std::string& uri, const context::Text& now);
  void closed(const std::string& uri);

  // Measures what is due. `text_of`: the document's text now, or null. Returns when the next look is due.
  std::optional<TimePoint> look(TimePoint now, const std::function<context::Snapshot(const std::string& uri)>& text_of);

 private:
  // On the screen.
  struct Open {
    Offered offer;
    size_t taken = 0;
    bool at_once = false;  // some of it came in one piece
    bool told = false;     // the editor said so
  };
  // In the document.
  struct Kept {
    providers::ShownRow row;
    std::string text;
    size_t begin = 0, end = 0;  // bytes
    TimePoint taken_at{};
    size_t looks = 0;
  };
  struct Watched {
    std::optional<Open> open;
    std::list<Kept> kept;
  };
  void decide(Watched& watched, TimePoint now);
  bool follow(Watched& watched, const context::ByteEdit& edit, const context::Text& after);

  std::function<void(const providers::ShownRow&)> decided_;
  std::function<void(providers::ShownRow)> done_;
  std::map<std::string, Watched> watched_;  // by uri
};

// The share of `text` that is still in `now`: 1 minus the edit distance over the length of the longer, in bytes; long
// texts are compared by their lines. 0 to 1.
[[nodiscard]] double kept_share(std::string_view text, std::string_view now);

}  // namespace fimd::lsp
