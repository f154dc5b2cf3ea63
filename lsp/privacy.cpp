#include "lsp/privacy.h"

#include "context/ignore.h"

namespace fimd::lsp {

void apply_file_rules(Document& document, const Config& config) {
  document.local_only = context::is_private(document.relative_path, context::Globs(config.exclude));
  document.disabled = context::Globs(config.completion.disabled_globs).match(document.relative_path);
}

}  // namespace fimd::lsp
