// What the user changed a moment ago, as whole lines before and after: a model that sees the last edits guesses the
// next one. Keystrokes in one place grow one edit; it is told once the user types somewhere else, so that the prompt
// stays the same while one line is typed. Loop thread; one per session.
#pragma once

#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "context/surroundings.h"
#include "lsp/document.h"

namespace fimd::lsp {

class RecentEdits {
 public:
  // After a change of the document; `edits` lead from `before` to its text, none if it was replaced as a whole.
  void changed(const Document& document, const context::Snapshot& before, std::span<const context::ByteEdit> edits);

  // The edits that a prompt for a document may show, oldest first: those in its folder, without files that only local
  // providers may see.
  [[nodiscard]] std::vector<context::RecentEdit> list(const Document& document) const;

 private:
  struct Lines {
    size_t first = 0, end = 0;
  };
  // The place that is typed in: the lines as they were and as they are.
  struct Place {
    std::string uri, root, path;
    bool local_only = false;
    context::Snapshot before, after;
    Lines was, is;
  };
  struct Settled {
    std::string uri, root;
    bool local_only = false;
    context::RecentEdit edit;
  };

  bool grow(std::span<const context::ByteEdit> edits);
  void begin(const Document& document, const context::Snapshot& before, const context::ByteEdit& edit);
  void settle();

  std::optional<Place> place_;
  std::deque<Settled> settled_;
};

}  // namespace fimd::lsp
