#include "lsp/http/desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "context/gather.h"
#include "context/log.h"
#include "lsp/daemon.h"
#include "lsp/http/outflow.h"
#include "lsp/privacy.h"

namespace fimd::lsp::http {
namespace {

constexpr size_t kSeats = 16;  // requests at a time, and documents that are remembered

// How much two texts have in common at their beginnings and at their ends, in whole code points.
struct Common {
  size_t front = 0, back = 0;
};

bool continues(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0u) == 0x80u;
}

Common common_ends(std::string_view a, std::string_view b) {
  const size_t most = std::min(a.size(), b.size());
  Common c;
  c.front = static_cast<size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(most), b.begin()).first - a.begin());
  const auto inside = [&](size_t at) {
    return (at < a.size() && continues(a[at])) || (at < b.size() && continues(b[at]));
  };
  while (c.front > 0 && inside(c.front)) --c.front;
  while (c.back < most - c.front && a[a.size() - 1 - c.back] == b[b.size() - 1 - c.back]) ++c.back;
  while (c.back > 0 && continues(a[a.size() - c.back])) --c.back;
  return c;
}

// Whether one is the other after some typing.
bool alike(std::string_view a, std::string_view b) {
  const Common c = common_ends(a, b);
  return (c.front + c.back) * 4 >= std::max(a.size(), b.size()) * 3;
}

// The newest pieces that fit what the configuration allows, in their order.
std::vector<providers::Extra> allowed(const std::vector<providers::Extra>& extra, const Config& config) {
  size_t tokens = 0, first = extra.size();
  while (first > 0 && extra.size() - first < config.max_snippets) {
    tokens += context::estimate_tokens(extra[first - 1].text) + context::estimate_tokens(extra[first - 1].path);
    if (tokens > config.snippet_tokens) break;
    --first;
  }
  return {extra.begin() + static_cast<std::ptrdiff_t>(first), extra.end()};
}

// The wait, with the soft deadline where the configuration has it for editors.
Budget budget_for(const Wish& wish, const Config& config, TimePoint received) {
  const Duration hard =
      std::clamp<Duration>(wish.wait.value_or(config.http_wait), std::chrono::milliseconds(1), config.http_max_wait);
  const double share = to_ms(config.completion.soft) / std::max(to_ms(config.completion.hard), 1.0);
  const auto soft = std::chrono::duration_cast<Duration>(hard * std::min(share, 1.0));
  return Budget::from(received, soft, hard);
}

// What happened to a request until it was answered.
struct Progress {
  std::optional<TimePoint> first;
  Desk::Growing growing;
  Desk::Done done;
};

Fill fill_of(const Answered& answered, const Wish& wish, const Progress& progress, TimePoint received) {
  Fill fill;
  const TimePoint now = Clock::now();
  fill.took = now - received;
  fill.first = progress.first.value_or(now) - received;
  fill.late = answered.late;
  if (answered.items.empty()) return fill;
  fill.text = before_stop(answered.items.front().text, wish.stop);
  fill.provider = answered.items.front().provider;
  return fill;
}

}  // namespace

Desk::Desk(Daemon& daemon, std::vector<std::string> settings)
    : daemon_(daemon), settings_(std::move(settings)), completion_(daemon, configuration_) {}

Result<std::unique_ptr<Desk>> Desk::open(Daemon& daemon, std::vector<std::string> settings) {
  auto desk = std::make_unique<Desk>(daemon, std::move(settings));
  desk->files_stamp_ = config_stamp({});
  desk->apply(desk->load());
  // Asking begins with the request; nobody types here who could be ahead of it.
  for (const auto& setting : desk->settings_) {
    for (const auto& problem : desk->configuration_.set_key(setting)) {
      if (problem.fatal) return fail(Error::Code::bad_input, fmt::format("--set: {} {}", problem.path, problem.what));
    }
  }
  for (const auto& problem : desk->configuration_.set_key("completion.speculate=off")) log::bug(problem.what);
  log::configure(desk->config().log);
  daemon.providers.when_probed(desk->config(), [] {});
  return desk;
}

std::vector<ConfigProblem> Desk::load() {
  return load_files(configuration_, {});
}

void Desk::apply(const std::vector<ConfigProblem>& problems) {
  for (const auto& p : problems) log::warn("configuration: {} {} ({})", p.path, p.what, p.source);
  daemon_.ledger.enable(config().ledger);
  for (const auto& seat : seats_) apply_file_rules(*seat->document, config());
}

// As a session does: files are looked at while the endpoint is in use.
void Desk::reload_files(TimePoint now) {
  if (now - files_checked_ < kConfigLook) return;
  files_checked_ = now;
  const std::string stamp = config_stamp({});
  if (stamp == files_stamp_) return;
  files_stamp_ = stamp;
  log::info("a configuration file has changed");
  apply(load());
}

Desk::Seat* Desk::seat_of(uint64_t ticket) {
  const auto found =
      std::find_if(seats_.begin(), seats_.end(), [&](const auto& seat) { return seat->ticket == ticket; });
  return found == seats_.end() ? nullptr : found->get();
}

Result<uint64_t> Desk::ask(const Wish& wish, TimePoint received, Growing growing, Done done) {
  reload_files(received);
  Seat* seat = take_seat(wish, received);
  if (!seat) return fail(Error::Code::refused, fmt::format("{} requests are being answered already", kSeats));
  const uint64_t ticket = next_++;
  seat->ticket = seat->used = ticket;
  seat->document->given = allowed(wish.extra, config());
  seat->document->max_tokens = wish.max_tokens;

  const auto progress = std::make_shared<Progress>();
  progress->growing = std::move(growing);
  progress->done = std::move(done);
  Ask ask{.text = seat->document->text, .offset = wish.prefix.size(), .budget = budget_for(wish, config(), received)};
  ask.growing = [progress](const std::string& text) {
    if (!progress->first) progress->first = Clock::now();
    if (progress->growing) progress->growing(text);
  };
  completion_.request(seat->document, std::move(ask),
                      [this, ticket, progress, wish, received](const Answered& answered) {
                        if (Seat* at = seat_of(ticket)) at->ticket = 0;
                        progress->done(fill_of(answered, wish, *progress, received));
                      });
  return ticket;
}

void Desk::drop(uint64_t ticket) {
  Seat* seat = seat_of(ticket);
  if (!seat) return;
  seat->ticket = 0;
  completion_.abandon(seat->document->uri);
}

// The seat of the same text a little earlier, else a new one, in the place of the one that was not used for longest.
Desk::Seat* Desk::take_seat(const Wish& wish, TimePoint now) {
  std::string text = wish.prefix + wish.suffix;
  Seat* same = nullptr;
  for (const auto& seat : seats_) {
    if (seat->ticket != 0 || seat->path != wish.path || (same && same->used > seat->used)) continue;
    if (alike(seat->document->text->utf8, text)) same = seat.get();
  }
  if (same) {
    retype(same->document, text, now);
    return same;
  }
  if (seats_.size() == kSeats) {
    Seat* oldest = nullptr;
    for (const auto& seat : seats_) {
      if (seat->ticket == 0 && (!oldest || seat->used < oldest->used)) oldest = seat.get();
    }
    if (!oldest) return nullptr;
    completion_.closed(oldest->document->uri);
    std::erase_if(seats_, [&](const auto& seat) { return seat.get() == oldest; });
  }
  seats_.push_back(std::make_unique<Seat>());
  sit_down(*seats_.back(), wish, std::move(text));
  return seats_.back().get();
}

void Desk::sit_down(Seat& seat, const Wish& wish, std::string text) {
  seat.path = wish.path;
  seat.document = std::make_shared<Document>();
  Document& document = *seat.document;
  document.uri = fmt::format("http:///{}", next_);
  if (wish.path.starts_with('/')) document.path = wish.path;
  document.relative_path = document.path.empty() ? wish.path : document.path.substr(document.path.rfind('/') + 1);
  document.text = std::make_shared<const context::Text>(
      context::make_text(document.uri, 0, language_for("", wish.path), std::move(text)));
  apply_file_rules(document, config());
  completion_.opened(seat.document);
}

// Makes the document's text this one, as one change.
void Desk::retype(const std::shared_ptr<Document>& document, const std::string& text, TimePoint now) {
  const context::Snapshot before = document->text;
  const std::string& old = before->utf8;
  if (old == text) return;
  const Common c = common_ends(old, text);
  const auto at = [&](size_t offset) { return context::position_at(*before, offset, context::Encoding::utf8); };
  const context::Change change{context::Range{at(c.front), at(old.size() - c.back)},
                               text.substr(c.front, text.size() - c.back - c.front)};
  context::Edited edited = context::apply(*before, {&change, 1}, context::Encoding::utf8);
  if (edited.text.utf8 != text) {  // an end of a line was cut in two: \r\n is one, and no position lies between
    edited.text = context::make_text(document->uri, 0, before->language, text);
    edited.replaced = true;
    edited.edits.clear();
  }
  edited.text.version = before->version + 1;
  if (edited.replaced) {
    document->tree_lost = true;
    document->edits_since_tree.clear();
  } else {
    document->edits_since_tree.insert(document->edits_since_tree.end(), edited.edits.begin(), edited.edits.end());
  }
  document->text = std::make_shared<const context::Text>(std::move(edited.text));
  completion_.changed(document, before, edited.edits, now);
}

}  // namespace fimd::lsp::http
