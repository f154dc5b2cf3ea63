// The server's three ways to run: on stdin and stdout, as a daemon on a socket, and as a bridge between the two.
#pragma once

#include <string>
#include <vector>

namespace fimd::lsp {

// Serves one editor on stdin and stdout; returns the exit code the protocol asks for.
[[nodiscard]] int serve_stdio(const std::vector<std::string>& settings);

// Serves every editor that connects to "unix:PATH" or "127.0.0.1:PORT", until SIGTERM or SIGINT.
[[nodiscard]] int serve_socket(const std::string& where, const std::vector<std::string>& settings);

// Copies between stdin/stdout and a daemon's socket; with `spawn` starts the daemon if none answers.
[[nodiscard]] int bridge(const std::string& where, bool spawn, const std::vector<std::string>& settings);

}  // namespace fimd::lsp
