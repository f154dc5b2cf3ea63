// Who may talk to the HTTP endpoint: whoever knows the token, under a name of this machine.
#pragma once

#include <string>
#include <string_view>

#include "context/result.h"

namespace fimd::lsp::http {

// The token in a file that only its owner can read, made of random bytes when there is no such file. Errors: refused
// (others could read it, or it is not the user's), bad_input (it holds no token), io.
[[nodiscard]] Result<std::string> token_in(const std::string& path);

// The token of "Bearer TOKEN", or empty.
[[nodiscard]] std::string_view bearer_of(std::string_view authorization);

// Whether two tokens are the same; how long it takes does not tell where they differ.
[[nodiscard]] bool same_token(std::string_view given, std::string_view wanted);

// Whether a Host header names this machine. A page on the web whose name was pointed here sends its own name.
[[nodiscard]] bool names_this_machine(std::string_view host);

}  // namespace fimd::lsp::http
