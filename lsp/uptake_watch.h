// Watches how suggestions fare in one session: gives Uptake what happens and the ledger what came of it. Loop thread.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "lsp/document.h"
#include "lsp/serving.h"
#include "lsp/uptake.h"

namespace fimd::lsp {

struct Daemon;

class UptakeWatch {
 public:
  explicit UptakeWatch(Daemon& daemon);

  // An answer has left: what the editor shows now for `ask`, after `took`.
  void offered(const std::shared_ptr<Document>& document, const Suggestion& suggestion, const Ask& ask, Duration took,
               bool late, const std::string& arm);
  void changed(const Document& document, std::span<const context::ByteEdit> edits, TimePoint now);
  void accepted(uint64_t flight);
  void saved(const Document& document);
  void closed(const std::string& uri);

 private:
  void look();

  Daemon& daemon_;
  std::map<std::string, std::weak_ptr<Document>> documents_;  // by uri
  Uptake uptake_;
  boost::asio::steady_timer timer_;
  bool waiting_ = false;
};

}  // namespace fimd::lsp
