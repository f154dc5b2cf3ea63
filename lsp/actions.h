// The light bulb: what is offered for a place in a document. Pure; no model is asked for a title.
//
// What is chosen runs as the command fimd.fix (lsp/repairs.h). It is no codeAction/resolve: Helix stands still while one
// is open, and a repair may take minutes, in which the text moves on.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "lsp/document.h"
#include "lsp/protocol.h"

namespace fimd::lsp {

inline constexpr const char* kFixCommand = "fimd.fix";

// What fimd.fix is called with.
struct FixOrder {
  std::string uri;
  size_t line = 1;      // 1-based
  std::string message;  // what is wrong or wanted; may be empty
  std::string title;    // what the user chose
};
[[nodiscard]] nlohmann::json to_json(const FixOrder& order);
[[nodiscard]] Result<FixOrder> read_fix_order(const nlohmann::json& arguments);  // the command's; bad_input

// The answer to textDocument/codeAction; `params` are those that `asked` was read from. At most five diagnostics are
// offered, those that the client sent before those that it told earlier (fimd/diagnostics).
[[nodiscard]] nlohmann::json code_actions(const nlohmann::json& params, const CodeActionParams& asked, const Document& document,
                                          const ClientFacts& client);

}  // namespace fimd::lsp
