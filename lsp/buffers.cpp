#include "lsp/buffers.h"

#include "lsp/config.h"
#include "lsp/daemon.h"

namespace fimd::lsp {

struct Buffers::State : std::enable_shared_from_this<Buffers::State> {
  explicit State(Daemon& d) : daemon(d), timer(d.loop) {}

  struct Place {
    std::string root, path;
  };
  Daemon& daemon;
  boost::asio::steady_timer timer;
  std::map<std::string, Place> open;  // by uri: where the buffer was when it was opened
  std::map<std::string, std::shared_ptr<Document>> restless;

  void rest() {
    timer.expires_after(kBufferRest);
    timer.async_wait([weak = weak_from_this()](const boost::system::error_code& ec) {
      if (const auto self = weak.lock(); self && !ec) self->take();
    });
  }

  void take() {
    for (const auto& [uri, document] : std::exchange(restless, {})) {
      const auto place = open.find(uri);
      if (place == open.end() || document->tainted) continue;
      daemon.workspaces.buffer_rests(place->second.root, place->second.path, document->text->utf8);
    }
  }

  void close(const Place& place) { daemon.workspaces.buffer_closed(place.root, place.path); }
};

Buffers::Buffers(Daemon& daemon) : state_(std::make_shared<State>(daemon)) {}

void Buffers::opened(const std::shared_ptr<Document>& document) {
  closed(*document);
  if (document->root.empty()) return;
  state_->open[document->uri] = {document->root, document->relative_path};
  state_->daemon.workspaces.buffer_opened(document->root, document->relative_path);
  changed(document);
}

void Buffers::changed(const std::shared_ptr<Document>& document) {
  if (!state_->open.contains(document->uri)) return;
  state_->restless[document->uri] = document;
  state_->rest();
}

void Buffers::closed(const Document& document) {
  const auto place = state_->open.find(document.uri);
  if (place == state_->open.end()) return;
  state_->restless.erase(document.uri);
  state_->close(place->second);
  state_->open.erase(place);
}

void Buffers::end() {
  state_->timer.cancel();
  state_->restless.clear();
  for (const auto& [uri, place] : std::exchange(state_->open, {})) state_->close(place);
}

}  // namespace fimd::lsp
