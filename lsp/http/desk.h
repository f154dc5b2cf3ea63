// Where the HTTP endpoint's requests become completions: each is a change of a document and a question about it, as
// from an editor, and takes the same way from there (lsp/completion.h), with the same rules, budget, ledger and
// figures.
//
// Clients send no documents but the text around a cursor. A text that is mostly that of an earlier request is taken for
// the same document after some typing, so that what was suggested serves the next keystrokes and a server's prompt
// cache is known. Loop thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lsp/completion.h"
#include "lsp/config.h"
#include "lsp/document.h"
#include "lsp/http/wish.h"

namespace fimd::lsp {
struct Daemon;
}

namespace fimd::lsp::http {

class Desk {
 public:
  using Growing = std::function<void(const std::string& text_so_far)>;
  using Done = std::function<void(const Fill&)>;

  // `settings` are those of --set. Errors: bad_input (one of them is wrong).
  [[nodiscard]] static Result<std::unique_ptr<Desk>> open(Daemon& daemon, std::vector<std::string> settings);
  explicit Desk(Daemon& daemon, std::vector<std::string> settings);

  // Calls `growing` with a model's text as it comes and `done` once, perhaps before this returns; within the wait of
  // the wish or of the configuration, counted from `received`. Returns what drop() takes. Errors: refused (too many at
  // once).
  Result<uint64_t> ask(const Wish& wish, TimePoint received, Growing growing, Done done);

  // The client is gone: neither is called any more, and the connections to models are closed.
  void drop(uint64_t ticket);

  [[nodiscard]] const Config& config() const { return configuration_.now(); }

 private:
  // A document that requests are about; one request at a time.
  struct Seat {
    std::shared_ptr<Document> document;
    std::string path;     // as the client names it
    uint64_t ticket = 0;  // of the request that waits; 0: none
    uint64_t used = 0;    // the last ticket
  };

  [[nodiscard]] std::vector<ConfigProblem> load();
  void apply(const std::vector<ConfigProblem>& problems);
  void reload_files(TimePoint now);
  Seat* take_seat(const Wish& wish, TimePoint now);
  Seat* seat_of(uint64_t ticket);
  void sit_down(Seat& seat, const Wish& wish, std::string text);
  void retype(const std::shared_ptr<Document>& document, const std::string& text, TimePoint now);

  Daemon& daemon_;
  std::vector<std::string> settings_;
  Configuration configuration_;
  Completion completion_;
  std::vector<std::unique_ptr<Seat>> seats_;
  std::string files_stamp_;
  TimePoint files_checked_{};
  uint64_t next_ = 1;
};

}  // namespace fimd::lsp::http
