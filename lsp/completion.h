// Completion of one session: which flight serves which request, and when it is answered.
//
// At most one live flight per document, launched by the first keystroke or request that nothing in the air agrees
// with. Requests wait for it until it is done, until the soft deadline if anything acceptable is there, or until the
// hard deadline. A newer request or change answers the older ones at once with nothing. Loop thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "context/text.h"
#include "lsp/config.h"
#include "lsp/document.h"
#include "lsp/serving.h"

namespace fimd::lsp {

struct Daemon;

struct Answered {
  std::vector<Suggestion> items;  // best first; empty: nothing
  bool superseded = false;
  bool late = false;              // left behind the hard deadline
};
using AnswerFn = std::function<void(Answered)>;

// Why the last request of a document ended as it did, for fimd/explain.
struct Explanation {
  std::string outcome;             // "shown", "empty", "superseded"
  std::string provider;
  double ms = 0;
  std::vector<std::string> story;  // what happened, in order
};

class Completion {
 public:
  // `configuration` must outlive this.
  Completion(Daemon& daemon, const Configuration& configuration);
  ~Completion();

  // After a change (`edits` lead from `before` to the document's text; none if it was replaced): keeps or stops what is
  // in the air, parses, and speculates if the change looks like typing.
  void changed(const std::shared_ptr<Document>& document, const context::Snapshot& before,
               std::span<const context::ByteEdit> edits, TimePoint now);
  void opened(const std::shared_ptr<Document>& document);
  void closed(const std::string& uri);

  // Answers exactly once, unless the returned waiter is dropped by cancel().
  uint64_t request(const std::shared_ptr<Document>& document, Ask ask, AnswerFn answer);
  void cancel(uint64_t waiter);

  // Nobody waits for what is in the air for the document: its connections are closed, and what has come of it is kept.
  void abandon(const std::string& uri);

  // Whether a flight of the document is still waiting for text.
  [[nodiscard]] bool in_air(const std::string& uri) const;

  // The user took a suggestion.
  void accepted(uint64_t flight);

  void saved(const Document& document);

  [[nodiscard]] const Explanation* explain(const std::string& uri) const;

  void pause(bool paused);
  [[nodiscard]] bool paused() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace fimd::lsp
