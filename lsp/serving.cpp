#include "lsp/serving.h"

#include <algorithm>

namespace fimd::lsp {
namespace {

constexpr size_t kMostFlights = 8;
constexpr size_t kMostFlightBytes = 8u << 20;  // of the flights' texts
constexpr size_t kBlindTyping = 3;             // bytes typed before a remote model has said anything

// The part of a proposal that the user has not typed yet; nullopt if it does not fit any more.
std::optional<std::string> rest_of(const Flight& flight, const Proposal& proposal, const Ask& ask) {
  const auto agreed = agreement(flight, proposal.text, false, *ask.text, ask.offset);
  if (!agreed) return std::nullopt;
  std::string rest = proposal.text.substr(agreed->typed);
  // Closers that the editor added by itself already stand right of the cursor.
  if (agreed->closers > 0) {
    const std::string_view behind = std::string_view(ask.text->utf8).substr(ask.offset, agreed->closers);
    if (rest.find('\n') == std::string::npos && rest.ends_with(behind)) rest.resize(rest.size() - behind.size());
  }
  if (rest.find_first_not_of(" \t\n") == std::string::npos) return std::nullopt;
  return rest;
}

}  // namespace

std::vector<Suggestion> served_by(const Flight& flight, const Ask& ask, bool with_builtin) {
  std::vector<Suggestion> items;
  const auto add = [&](const Proposal& proposal) {
    if (!items.empty() && !ask.invoked) return;
    auto rest = rest_of(flight, proposal, ask);
    if (!rest) return;
    for (const auto& item : items) {
      if (item.text == *rest) return;
    }
    items.push_back({flight.id, std::move(*rest), proposal.provider, proposal.notes, false, proposal.snippets,
                     proposal.sure});
  };
  if (flight.model) add(*flight.model);
  for (const Proposal& other : flight.others) add(other);
  if (flight.builtin && (with_builtin || (ask.invoked && !items.empty()))) add(*flight.builtin);
  return items;
}

bool will_serve(const Flight& flight, const Standing& standing, const Ask& ask) {
  const bool growing = flight.state == FlightState::preparing || flight.state == FlightState::streaming;
  const auto fits = [&](std::string_view text, bool more) {
    return agreement(flight, text, more, *ask.text, ask.offset).has_value();
  };
  if (growing && !standing.overdue && fits(flight.streamed, true)) return true;
  // The same place again after it yielded nothing: asking again would yield nothing again, unless a model that was
  // not there can be asked now.
  const bool same_place = ask.text == flight.base && ask.offset == flight.offset;
  const bool asked_all = !standing.builtin_only || !standing.has_model;
  if (same_place && asked_all && flight.state == FlightState::done && !ask.invoked) return true;
  if (flight.model && fits(flight.model->text, false)) return true;
  return flight.builtin && fits(flight.builtin->text, false) && !standing.has_model;
}

bool keeps_flying(const Flight& flight, const Standing& standing, const context::Text& now) {
  if (flight.state == FlightState::done || (flight.model && flight.model->final)) {  // nothing more will come
    const auto agrees = [&](const std::optional<Proposal>& proposal) {
      const auto typed = proposal ? typed_into(flight, proposal->text, false, now) : std::nullopt;
      return typed && *typed < proposal->text.size();
    };
    return agrees(flight.model) || (agrees(flight.builtin) && !standing.has_model);
  }
  if (standing.builtin_only) return false;  // asking again costs less than a wrong guess
  const auto typed = typed_into(flight, flight.streamed, true, now);
  if (!typed) return false;
  if (!flight.streamed.empty()) return true;
  // Nothing has come yet. A local server answers the longer prompt as soon as the shorter one; a remote call is worth
  // waiting for while little was typed ahead of it.
  if (standing.overdue || standing.local) return false;
  return now.utf8.size() <= flight.base->utf8.size() + kBlindTyping;
}

std::vector<Suggestion> behind(const std::vector<Suggestion>& shown, std::vector<Suggestion> items) {
  if (shown.empty()) return items;
  std::erase_if(items, [&](const Suggestion& item) { return item.text == shown.front().text; });
  items.insert(items.begin(), shown.front());
  return items;
}

void Landed::keep(const Flight& flight) {
  if (!flight.model && !flight.builtin && flight.others.empty()) return;
  std::erase_if(flights_, [&](const Flight& other) { return other.id == flight.id; });
  flights_.push_front(flight);
  size_t bytes = flight.base->utf8.size(), count = 1;
  while (count < std::min(flights_.size(), kMostFlights)) {
    bytes += flights_[count].base->utf8.size();
    if (bytes > kMostFlightBytes) break;
    ++count;
  }
  flights_.resize(count);
}

std::vector<Suggestion> Landed::serve(const Ask& ask, bool with_builtin) const {
  for (const Flight& flight : flights_) {
    auto items = served_by(flight, ask, with_builtin);
    if (items.empty()) continue;
    for (auto& item : items) item.from_flight = true;
    return items;
  }
  return {};
}

std::optional<size_t> Landed::accepted_end(const context::Text& now) const {
  for (const Flight& flight : flights_) {
    const size_t grown = now.utf8.size() - std::min(now.utf8.size(), flight.base->utf8.size());
    const auto is_in = [&](const Proposal& proposal) {
      if (grown < proposal.text.size()) return false;
      const auto typed = typed_into(flight, proposal.text, false, now);
      return typed && *typed == proposal.text.size();
    };
    const bool taken = (flight.model && is_in(*flight.model)) || (flight.builtin && is_in(*flight.builtin)) ||
                       std::any_of(flight.others.begin(), flight.others.end(), is_in);
    if (taken) return flight.offset + grown;
  }
  return std::nullopt;
}

}  // namespace fimd::lsp
