// Keeps an open document's tree up to date: one parse at a time per document, the newest text next. Loop thread.
#pragma once

#include <functional>
#include <memory>

#include "lsp/document.h"

namespace fimd::lsp {

struct Daemon;

// Called on the loop after a parse: the document (its tree is new, or empty if the parse failed), and the text that
// was parsed. `parse_running` tells whether a newer text is being parsed already.
using Parsed = std::function<void(Document& document, const context::Snapshot& text)>;

// Starts a parse of the document's text unless one is running (then the text of that moment is parsed after it), the
// tree is fresh, or there is no grammar.
void parse_document(Daemon& daemon, const std::shared_ptr<Document>& document, Parsed parsed);

// Whether a tree of the document's text can be expected within a few milliseconds.
[[nodiscard]] bool parses_soon(const Document& document);

}  // namespace fimd::lsp
