// The server's ways to run: on stdin and stdout, as a daemon on a socket, over HTTP, and as a bridge to a daemon.
#pragma once

#include <string>
#include <vector>

namespace fimd::lsp {

struct RecordChoice {
  std::string file;   // empty: nothing is recorded
  bool text = false;  // as it is but for secrets, else redacted
};

// Serves one editor on stdin and stdout; returns the exit code the protocol asks for.
[[nodiscard]] int serve_stdio(const std::vector<std::string>& settings, const RecordChoice& record);

// Where a daemon listens: "unix:PATH" or "127.0.0.1:PORT" each; empty: not at all.
struct Doors {
  std::string editors;     // that speak LSP
  std::string http;        // programs that speak HTTP (lsp/http/server.h)
  std::string http_token;  // the file that holds their token; empty: the usual one
};

// Serves every editor and program that connects, until SIGTERM or SIGINT.
[[nodiscard]] int serve_sockets(const Doors& doors, const std::vector<std::string>& settings);

// Copies between stdin/stdout and a daemon's socket; with `spawn` starts the daemon if none answers.
[[nodiscard]] int bridge(const std::string& where, bool spawn, const std::vector<std::string>& settings);

}  // namespace fimd::lsp
