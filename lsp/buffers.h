// Tells the workspaces what an editor has open: its texts count before those on the disk, once they have rested. Loop
// thread; one per session.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <string>

#include "lsp/document.h"

namespace fimd::lsp {

struct Daemon;

class Buffers {
 public:
  explicit Buffers(Daemon& daemon);
  void opened(const std::shared_ptr<Document>& document);
  void changed(const std::shared_ptr<Document>& document);
  void closed(const Document& document);
  void end();  // closes them all

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace fimd::lsp
