// What the configuration's file rules say of one document. Pure.
#pragma once

#include "lsp/config.h"
#include "lsp/document.h"

namespace fimd::lsp {

// Sets the document's `local_only` and `disabled` from the configuration and where the document lies. To be called when
// either changes: matching dozens of globs is not for every keystroke.
void apply_file_rules(Document& document, const Config& config);

}  // namespace fimd::lsp
