// What lies around a document: everything besides its text that a prompt may draw from, as values.
//
// Filled in on the loop (lsp/), read by gather() on the fast pool. All parts are shared and immutable, so a copy is
// cheap.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "context/files.h"
#include "context/index.h"
#include "context/text.h"

namespace fimd::context {

// Another document that is open, or was a moment ago.
struct OpenText {
  std::string path;  // relative to the workspace
  Snapshot text;
};

// Lines that were changed a moment ago.
struct RecentEdit {
  std::string path;
  size_t line = 0;  // zero-based, where the new lines begin
  std::string before, after;  // whole lines
};

// What a compiler or linter said about the document.
struct Diagnostic {
  Range range;
  std::string message;
};

// What the last gather chose and what it found out on the way; hand it back in for the same document. Opaque.
struct Choice;
using ChoicePtr = std::shared_ptr<const Choice>;

struct Surroundings {
  IndexPtr index;    // null: no snippets
  std::string path;  // of the document, relative to the workspace
  std::vector<OpenText> open;           // without the document, most recent first
  std::vector<RecentEdit> edits;        // oldest first
  std::vector<Diagnostic> diagnostics;  // of the document
  std::shared_ptr<const FileSource> files;  // for texts of files that are not open; null: only what the index says
  std::string root;                         // of the workspace, for `files`
  size_t tokens = 2048;                     // of all snippets together
  size_t snippets = 32;
  bool whole_repository = false;  // files as they are, in the order of their imports, instead of excerpts
  ChoicePtr last;
};

}  // namespace fimd::context
