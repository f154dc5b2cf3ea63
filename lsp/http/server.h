// The HTTP endpoint: other programs' completions, with fimd's routing, privacy, budget and ledger in front of the
// models.
//
//   GET  /health          whether it runs; needs no token
//   GET  /v1/models       one model, "fimd"
//   POST /v1/completions  as OpenAI's (openai.h)
//   POST /infill          as llama.cpp's (infill.h)
//   GET  /metrics         figures for Prometheus (exposition.h)
//
// On loopback or a unix socket only, and only where it was asked for. TCP needs a token: everyone on the machine can
// connect there. Loop thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "context/result.h"
#include "lsp/http/connection.h"
#include "lsp/http/desk.h"
#include "lsp/transport.h"

namespace fimd::lsp::http {

struct ServerOptions {
  std::string where;                  // as Listener takes it
  std::string token_file;             // empty: of TCP the one in fimd's own folder, of a unix socket none
  std::vector<std::string> settings;  // --set key=value
};

class Server {
 public:
  // Errors: bad_input (not an address on this machine, a wrong setting), refused (in use; the token file is not only
  // the user's), io.
  [[nodiscard]] static Result<std::unique_ptr<Server>> open(Daemon& daemon, const ServerOptions& options);
  ~Server();

  [[nodiscard]] std::string address() const;                                   // with the real port
  [[nodiscard]] const std::string& token_file() const { return token_file_; }  // empty: none is needed

 private:
  using ConnectionPtr = std::shared_ptr<Connection>;
  struct Route;
  struct Voice;  // how a dialect says things

  explicit Server(Daemon& daemon) : daemon_(daemon) {}
  [[nodiscard]] static const std::vector<Route>& routes();
  [[nodiscard]] std::optional<Refusal> check(const Request& request) const;
  void serve(const Request& request, const ConnectionPtr& connection);
  void health(const Request& request, const ConnectionPtr& connection);
  void models(const Request& request, const ConnectionPtr& connection);
  void metrics(const Request& request, const ConnectionPtr& connection);
  void completions(const Request& request, const ConnectionPtr& connection);
  void infill(const Request& request, const ConnectionPtr& connection);
  void fill(const Request& request, const ConnectionPtr& connection, Wish wish, Voice voice);

  Daemon& daemon_;
  bool tcp_ = true;
  std::string token_, token_file_;
  std::shared_ptr<Desk> desk_;
  std::shared_ptr<Connection::Endpoint> endpoint_;
  std::unique_ptr<Listener> listener_;
  uint64_t answers_ = 0;
};

}  // namespace fimd::lsp::http
