#include "providers/gates.h"

#include <algorithm>
#include <array>
#include <utility>

#include "providers/gates/gate.h"

namespace fimd::providers {
namespace {

struct Entry {
  std::string_view name;
  gates::Gate run;
};

// What is not code goes first, then what was written twice, then where the text ends, then how it looks. The syntax
// gate parses, so it sees only what all others let through.
constexpr std::array<Entry, 14> kGates = {{
    {"encoding", gates::encoding},
    {"special_tokens", gates::special_tokens},
    {"secrets", gates::secrets},
    {"chat", gates::chat},
    {"prefix_echo", gates::prefix_echo},
    {"line_limit", gates::line_limit},
    {"repeats_below", gates::repeats_below},
    {"repetition", gates::repetition},
    {"suffix_overlap", gates::suffix_overlap},
    {"brackets", gates::brackets},
    {"scope_end", gates::scope_end},
    {"white_space", gates::white_space},
    {"too_short", gates::too_short},
    {"syntax", gates::syntax},
}};

constexpr size_t kMostRounds = 8;

std::string with_line_feeds(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r')
      out.push_back(text[i]);
    else if (i + 1 == text.size() || text[i + 1] != '\n')
      out.push_back('\n');
  }
  return out;
}

void note(std::vector<GateNote>& notes, std::string_view gate, GateNote::Action action, std::string why) {
  const auto same = [&](const GateNote& old) { return old.gate == gate && old.why == why; };
  if (std::any_of(notes.begin(), notes.end(), same)) return;
  notes.push_back({.gate = std::string(gate), .action = action, .why = std::move(why)});
}

// One round of all gates. False when the suggestion was dropped.
bool run_gates(Judged& judged, const gates::View& view) {
  for (const Entry& gate : kGates) {
    gates::Verdict verdict = gate.run(judged.text, view);
    judged.text = std::move(verdict.text);
    const bool dropped = judged.text.empty();
    if (!verdict.why.empty()) {
      note(judged.notes, gate.name, dropped ? GateNote::Action::drop : GateNote::Action::cut, std::move(verdict.why));
    }
    if (dropped) return false;
  }
  return true;
}

Judged run_rounds(std::string suggestion, gates::View view) {
  Judged judged;
  judged.text = with_line_feeds(suggestion);
  if (judged.text.empty()) return judged;
  gates::Trials trials;
  view.trials = &trials;
  // A cut may leave something for a gate that ran before, so the result is what no gate objects to any more.
  for (size_t round = 0; round < kMostRounds; ++round) {
    const std::string before = judged.text;
    if (!run_gates(judged, view) || judged.text == before) return judged;
  }
  note(judged.notes, "judge", GateNote::Action::drop, "the gates found no end");
  judged.text.clear();
  return judged;
}

}  // namespace

Judged judge(std::string suggestion, const Surroundings& at, std::stop_token stop) {
  return run_rounds(std::move(suggestion), gates::look(at, std::move(stop)));
}

struct Site::Data {
  Data(context::Snapshot t, size_t offset, context::Tree parsed, Rules rules, std::stop_token stop)
      : text(std::move(t)),
        tree(std::move(parsed)),
        at{.text = *text,
           .offset = offset,
           .tree = tree,
           .language = text->language,
           .max_lines = rules.max_lines,
           .allow_multiline = rules.allow_multiline},
        view(gates::look(at, std::move(stop))) {}
  Data(const Data&) = delete;
  Data& operator=(const Data&) = delete;

  context::Snapshot text;
  context::Tree tree;
  Surroundings at;
  gates::View view;
};

std::shared_ptr<const Site> Site::make(context::Snapshot text, size_t offset, context::Tree tree, Rules rules,
                                       std::stop_token stop) {
  auto site = std::make_shared<Site>();
  site->data_ = std::make_shared<const Data>(std::move(text), offset, std::move(tree), rules, std::move(stop));
  return site;
}

Judged Site::judge(std::string suggestion, std::stop_token stop) const {
  gates::View view = data_->view;
  view.stop = std::move(stop);
  return run_rounds(std::move(suggestion), std::move(view));
}

std::span<const std::string_view> gate_names() {
  static constexpr auto names = [] {
    std::array<std::string_view, kGates.size()> out{};
    for (size_t i = 0; i < out.size(); ++i) out[i] = kGates[i].name;
    return out;
  }();
  return names;
}

namespace gates {

Gate find_gate(std::string_view name) {
  const auto found = std::find_if(kGates.begin(), kGates.end(), [name](const Entry& e) { return e.name == name; });
  return found == kGates.end() ? nullptr : found->run;
}

}  // namespace gates
}  // namespace fimd::providers
