#include "lsp/uptake_watch.h"

#include <algorithm>

#include "lsp/daemon.h"

namespace fimd::lsp {
namespace {

// Whether a model would have gone on and on.
bool ran_away(const std::vector<providers::GateNote>& notes) {
  return std::any_of(notes.begin(), notes.end(), [](const providers::GateNote& note) {
    return note.gate == "line_limit" || note.gate == "repetition" || note.gate == "repeats_below";
  });
}

}  // namespace

UptakeWatch::UptakeWatch(Daemon& daemon)
    : daemon_(daemon),
      uptake_([&daemon](const providers::ShownRow& row) {
                daemon.metrics.fared(row);
                daemon.learn_taste(row);
              },
              [&daemon](providers::ShownRow row) {
                daemon.metrics.kept(row);
                daemon.ledger.add(std::move(row));
              }),
      timer_(daemon.loop) {}

void UptakeWatch::offered(const std::shared_ptr<Document>& document, const Suggestion& suggestion, const Ask& ask,
                          Duration took, bool late, const std::string& arm) {
  if (ask.text != document->text) return;  // with a popup's entry put in, which is not there yet
  documents_[document->uri] = document;
  Offered offer{.flight = suggestion.flight, .text = suggestion.text, .offset = ask.offset};
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  offer.row.at_ms = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  offer.row.provider = suggestion.provider;
  offer.row.language = document->text->language;
  offer.row.arm = arm;
  offer.row.ms = to_ms(took);
  offer.row.late = late;
  offer.row.runaway = ran_away(suggestion.notes);
  if (suggestion.sure) offer.row.lowest_logprob = suggestion.sure->lowest;
  uptake_.offered(document->uri, std::move(offer));
}

void UptakeWatch::changed(const Document& document, std::span<const context::ByteEdit> edits, TimePoint now) {
  uptake_.changed(document.uri, edits, *document.text, now);
  if (!waiting_) look();
}

void UptakeWatch::accepted(uint64_t flight) { uptake_.accepted(flight); }

void UptakeWatch::saved(const Document& document) { uptake_.saved(document.uri, *document.text); }

void UptakeWatch::closed(const std::string& uri) {
  uptake_.closed(uri);
  documents_.erase(uri);
}

void UptakeWatch::look() {
  const auto next = uptake_.look(Clock::now(), [this](const std::string& uri) -> context::Snapshot {
    const auto it = documents_.find(uri);
    const auto document = it == documents_.end() ? nullptr : it->second.lock();
    return document ? document->text : nullptr;
  });
  waiting_ = next.has_value();
  if (!next) return;
  timer_.expires_at(*next);
  timer_.async_wait([this](const boost::system::error_code& ec) {
    if (!ec) look();
  });
}

}  // namespace fimd::lsp
