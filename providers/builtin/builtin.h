// The provider that needs no server: completions copied, renamed and ranked from the user's own code.
//
// complete() is a pure function of an open document, the corpus of the workspace (which may be missing or empty) and a
// deadline; it runs on the fast pool within a few milliseconds. The corpus is built on the bulk thread (corpus.h), the
// document is kept with retokenize() (open_document.h).
#pragma once

#include <cstddef>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "context/budget.h"
#include "providers/builtin/corpus.h"
#include "providers/builtin/line.h"
#include "providers/builtin/open_document.h"

namespace fimd::providers::builtin {

struct Request {
  OpenDocumentPtr document;
  size_t offset = 0;  // bytes; anywhere in the text
  std::string path;   // of the document, as the corpus spells it; its own version there is not searched
  CorpusPtr corpus;   // of the document's family; null: none yet
  size_t max_lines = 1;
  Thresholds thresholds;
  SearchLimits limits;
  TimePoint deadline = TimePoint::max();  // checked between stages: what is ready then is the answer
};

struct Offer {
  std::string text;         // to insert at the cursor; LF between lines, the document's own indentation
  double probability = 0;   // that all of it is right
  bool whole_line = false;  // false: a sure beginning of the line
  size_t lines = 1;
  std::string why;  // where it comes from, a phrase for --explain
};

// nullopt: nothing is sure enough, or stop was requested.
[[nodiscard]] std::optional<Offer> complete(const Request& request, std::stop_token stop);

// The family of languages that share a corpus ("c", "python", ...) by a file's extension; empty: not indexed.
[[nodiscard]] std::string_view family_of(std::string_view path);

}  // namespace fimd::providers::builtin
