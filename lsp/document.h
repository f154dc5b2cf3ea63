// One open document of one session: its text, its tree, and what is remembered between keystrokes. Loop thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "context/surroundings.h"
#include "context/syntax.h"
#include "context/text.h"
#include "providers/builtin/open_document.h"
#include "providers/outgoing.h"

namespace fimd::lsp {

struct Document {
  std::string uri;   // normalised
  std::string path;  // of a file: URI, else empty
  std::string relative_path;  // to its workspace folder, else the file's name
  std::string root;           // its workspace folder's path, or empty
  bool local_only = false;    // only local providers may see it
  std::string local_only_why;  // the rule that says so, in a sentence
  TimePoint rules_at{};        // when the rules of files were last looked at
  bool disabled = false;      // the user wants no completion in this file
  context::Snapshot text;
  bool tainted = false;  // the client and we disagree about the text: no answers until a whole text arrives

  // The newest tree there is, of this text or an earlier one, and the edits since.
  context::Tree tree;
  std::vector<context::ByteEdit> edits_since_tree;
  bool tree_lost = true;        // the edits do not lead from the tree to the text: parse from scratch
  bool parse_running = false;   // one at a time; the newest text is parsed next
  context::Snapshot tree_failed; // a text that could not be parsed: not tried again
  std::stop_source parse_stop;

  providers::builtin::OpenDocumentPtr tokens;  // of this text or an earlier one
  providers::ScannedPtr scanned;               // the secrets of this text or an earlier one
  size_t window_start = 0;                     // of the last prompt's prefix, hints that keep windows still
  uint64_t window_head = 0;
  std::vector<context::Diagnostic> diagnostics;  // the last that the client told
  context::ChoicePtr choice;                   // of the last prompt's snippets
  std::vector<providers::Extra> given;         // pieces of other files that a client sent along
  int max_tokens = 0;                          // that a client wants at most; 0: the provider's own limit
  size_t cursor = 0;                           // as far as typing and requests told, in bytes of the text
};

// The language id of a document: the editor's, in its standard spelling, else by the file's name; lower case.
[[nodiscard]] std::string language_for(std::string_view editor_id, std::string_view path);

// The tree if it is of exactly this text, else an empty one.
[[nodiscard]] inline context::Tree fresh_tree(const Document& document) {
  return document.tree && document.tree.text() == document.text ? document.tree : context::Tree{};
}

}  // namespace fimd::lsp
