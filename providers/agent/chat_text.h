// Calls of tools as text, for models and servers without an interface for them: one line a call, and blocks with the
// text to find and the text to put there for edits. Also the calls that a server should have read but left in the text.
//
// Pure. What is not certain is a call with a fault, never a guess.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "providers/agent/chat.h"

namespace fimd::providers::agent {

// The request for a server that knows nothing of tools: how to call them is told in the system text, calls and results
// are text, and users and assistants take turns.
[[nodiscard]] ChatRequest as_text(const ChatRequest& request);

// The calls in the text of an answer, in their order. A block that does not end, or that can be read in two ways, is a
// call with a fault.
[[nodiscard]] std::vector<ToolCall> calls_in(std::string_view text);

// The one call that is the whole of an answer, in the forms that models are trained on; nullopt when it is anything
// else.
[[nodiscard]] std::optional<ToolCall> foreign_call(std::string_view text);

}  // namespace fimd::providers::agent
