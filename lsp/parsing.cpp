#include "lsp/parsing.h"

#include "context/log.h"
#include "lsp/daemon.h"
#include "lsp/offload.h"

namespace fimd::lsp {
namespace {

// A first parse of more bytes than this takes longer than a keystroke may wait: it runs on the bulk pool.
constexpr size_t kSlowParse = 200u << 10;

void on_parsed(Daemon& daemon, const std::shared_ptr<Document>& document, const context::Snapshot& text,
               Result<context::Tree> done, const Parsed& parsed) {
  document->parse_running = false;
  discard(daemon.fast, daemon.loop.get_executor(), std::move(document->tree));
  if (done) {
    document->tree = std::move(*done);
  } else {
    log::debug("parse {}: {}", document->uri, done.error().message);
    document->tree = {};
    document->tree_lost = true;
    document->tree_failed = text;
  }
  if (document->text != text) parse_document(daemon, document, parsed);
  parsed(*document, text);
}

}  // namespace

void parse_document(Daemon& daemon, const std::shared_ptr<Document>& document, Parsed parsed) {
  const context::Snapshot text = document->text;
  if (document->parse_running || document->tree_failed == text || !context::has_grammar(text->language)) return;
  if (document->tree && document->tree.text() == text) return;
  const bool fresh = document->tree_lost || !document->tree;
  document->parse_running = true;
  document->parse_stop = std::stop_source();
  auto task = [text, old = fresh ? context::Tree{} : document->tree, edits = std::move(document->edits_since_tree),
               stop = document->parse_stop.get_token()] {
    return old ? context::reparse(old, edits, text, stop) : context::parse(text, stop);
  };
  document->edits_since_tree.clear();
  document->tree_lost = false;
  auto& pool = fresh && text->utf8.size() > kSlowParse ? daemon.bulk : daemon.fast;
  offload(pool, daemon.loop.get_executor(), std::move(task),
          [&daemon, document, text, parsed = std::move(parsed)](Result<context::Tree> done) {
            on_parsed(daemon, document, text, std::move(done), parsed);
          });
}

bool parses_soon(const Document& document) {
  if (!context::has_grammar(document.text->language) || document.tree_failed == document.text) return false;
  return (document.tree && !document.tree_lost) || document.text->utf8.size() <= kSlowParse;
}

}  // namespace fimd::lsp
