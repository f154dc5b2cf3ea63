// The light bulb: what is offered for a place in a document. Pure; no model is asked for a title.
//
// What is chosen runs as the command fimd.fix (lsp/repairs.h). It is no codeAction/resolve: Helix stands still while
// one is open, and a repair may take minutes, in which the text moves on.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "lsp/document.h"
#include "lsp/protocol.h"
#include "providers/agent/prompt.h"

namespace fimd::lsp {

inline constexpr const char* kFixCommand = "fimd.fix";

// The same, run by the client: it asks its user for the words and then calls fimd.fix with them. Only for clients that
// announce experimental.fimdRewrite.
inline constexpr const char* kRewriteCommand = "fimd.rewrite";

// What fimd.fix is called with.
struct FixOrder {
  std::string uri = {};
  size_t line = 1;            // 1-based
  std::string message = {};   // what is wrong or wanted; may be empty
  std::string title = {};     // what the user chose
  size_t last_line = 0;       // of a selection; 0: the same
  providers::agent::Wanted wanted = providers::agent::Wanted::repair;
};
[[nodiscard]] nlohmann::json to_json(const FixOrder& order);
[[nodiscard]] Result<FixOrder> read_fix_order(const nlohmann::json& arguments);  // the command's; bad_input

// The answer to textDocument/codeAction; `params` are those that `asked` was read from. At most five diagnostics are
// offered, those that the client sent before those that it told earlier (fimd/diagnostics).
[[nodiscard]] nlohmann::json code_actions(const nlohmann::json& params, const CodeActionParams& asked,
                                          const Document& document, const ClientFacts& client);

}  // namespace fimd::lsp
