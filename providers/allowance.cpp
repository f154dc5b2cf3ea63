#include "providers/allowance.h"

#include <algorithm>
#include <cmath>

namespace fimd::providers {
namespace {

constexpr double kBytesPerToken = 3.5;   // until measured
constexpr double kSlowPrefill = 300;     // tokens/s: a small model on two cores
constexpr double kFastPrefill = 20000;   // tokens/s: a remote service
constexpr double kSlowDecode = 100;
constexpr double kFastDecode = 200;
constexpr int kLeastAnswer = 6;          // tokens: fewer are no use
constexpr double kLeastPrompt = 12;      // tokens: less context only yields noise
constexpr double kFirstPrompt = 40;      // tokens of the first prompt to a server of unknown speed
constexpr double kExtraSeconds = 1;      // of work that a change of other files' pieces may make
constexpr double kMargin = 0.8;          // rates vary, and so does the machine

struct Speeds {
  double bytes_per_token, prefill, decode, overhead_ms;
};

Speeds speeds(const PlanInputs& in) {
  const Rates& r = in.rates;
  return {r.bytes_per_token > 0 ? r.bytes_per_token : kBytesPerToken,
          r.prefill > 0 ? r.prefill : in.local ? kSlowPrefill : kFastPrefill,
          r.decode > 0 ? r.decode : in.local ? kSlowDecode : kFastDecode,
          r.overhead_ms > 0 ? r.overhead_ms : in.local ? 3.0 : 60.0};
}

size_t common_prefix(std::string_view a, std::string_view b) {
  const size_t n = std::min(a.size(), b.size());
  return static_cast<size_t>(std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(n), b.begin()).first -
                             a.begin());
}

// Bytes of prompt that fit into the model's context beside the answer.
size_t context_bytes(const PlanInputs& in, const Speeds& s) {
  const double tokens = static_cast<double>(std::min(in.caps.context, in.most_tokens)) - in.max_tokens - 16;
  return static_cast<size_t>(std::max(0.0, tokens * s.bytes_per_token * 0.9));
}

// The same, for a part that the server cuts to a number of tokens without a word (0: it does not).
size_t kept_bytes(size_t tokens, const PlanInputs& in, const Speeds& s) {
  const size_t room = context_bytes(in, s);
  return tokens == 0 ? room
                     : std::min(room, static_cast<size_t>(static_cast<double>(tokens) * s.bytes_per_token * 0.9));
}

size_t prefix_room(const PlanInputs& in, const Speeds& s) { return kept_bytes(in.caps.max_prefix, in, s); }

// Where a remembered prompt begins inside the prefix window; npos when its beginning is not there any more.
size_t begins_at(std::string_view prefix, const std::string& remembered) {
  return prefix.find(std::string_view(remembered).substr(0, 96));
}

// The first line start at or after `from`, not behind the last line's start.
size_t line_start_after(std::string_view prefix, size_t from) {
  if (from == 0) return 0;
  const size_t last = prefix.rfind('\n');
  const size_t next = prefix.find('\n', from - 1);
  if (next != std::string_view::npos && next + 1 <= prefix.size()) return next + 1;
  return last == std::string_view::npos ? 0 : std::min(last + 1, prefix.size());
}

// Where the prompt that is fed to the cache begins: at the window's start, or, where the server keeps less, at a line
// that stays the same until the room is used up.
size_t warm_start(std::string_view prefix, const PlanInputs& in, size_t room) {
  if (prefix.size() <= room) return 0;
  for (const auto& known : in.cache.prefixes) {
    const size_t at = begins_at(prefix, known);
    if (at != std::string_view::npos && prefix.size() - at <= room && prefix.size() - at >= room / 3) return at;
  }
  return line_start_after(prefix, prefix.size() - room * 7 / 10);
}

// The beginning of the last `bytes` bytes of the suffix's front that ends with a whole line, if there is one.
size_t whole_lines(std::string_view suffix, size_t bytes) {
  if (bytes >= suffix.size()) return suffix.size();
  const size_t end = suffix.rfind('\n', bytes);
  return end == std::string_view::npos || end == 0 ? 0 : end;
}

// The plan without other files.
std::optional<PromptPlan> plan_windows(const PlanInputs& in) {
  const Speeds s = speeds(in);
  const double left_ms = to_ms(in.time_left) * kMargin - s.overhead_ms;
  const double prompt_ms = left_ms - kLeastAnswer / s.decode * 1000;
  double tokens = prompt_ms / 1000 * s.prefill;
  // A server that was never measured is asked in any case: that is how it is measured.
  if (in.rates.prefill == 0) tokens = std::max(tokens, kFirstPrompt);
  if (tokens < kLeastPrompt) return std::nullopt;
  const auto room = static_cast<size_t>(tokens * s.bytes_per_token);
  const size_t context_room = context_bytes(in, s), prefix_most = prefix_room(in, s);
  const size_t suffix_most = kept_bytes(in.caps.max_suffix, in, s);
  const std::string_view suffix = in.caps.suffix ? in.suffix : std::string_view{};
  PromptPlan plan;
  const auto answer = [&](size_t new_bytes) {
    const double used_ms = static_cast<double>(new_bytes) / s.bytes_per_token / s.prefill * 1000;
    const int fits = static_cast<int>((left_ms - used_ms) / 1000 * s.decode);
    // The stream goes on behind the deadline for the next keystrokes, so the limit need not be tight.
    return std::clamp(fits * 3, kLeastAnswer, in.max_tokens);
  };

  // Every keystroke pays for the suffix again (prefix-suffix-middle order), so it gets at most a third of the room.
  plan.suffix = whole_lines(suffix, std::min({suffix.size(), room / 3, context_room / 3, suffix_most}));
  std::vector<size_t> starts = {0};
  if (in.caps.prompt_cache) {
    for (const auto& known : in.cache.prefixes) {
      const size_t at = begins_at(in.prefix, known);
      if (at != std::string_view::npos) starts.push_back(at);
    }
  }
  std::sort(starts.begin(), starts.end());
  for (const size_t start : starts) {
    const std::string_view prompt = in.prefix.substr(start);
    if (prompt.size() + plan.suffix > context_room || prompt.size() > prefix_most) continue;
    const size_t known = in.caps.prompt_cache ? cached_bytes(in.cache, prompt) : 0;
    const size_t fresh = prompt.size() - known + plan.suffix;
    if (fresh > room) continue;
    plan.start = start;
    plan.new_bytes = fresh;
    plan.max_tokens = answer(fresh);
    plan.whole = start == 0 && plan.suffix == suffix.size();
    return plan;
  }
  // Nothing known helps: as many whole lines before the cursor as fit.
  const size_t take = std::min({in.prefix.size(), room - plan.suffix, context_room - plan.suffix, prefix_most});
  plan.start = take == in.prefix.size() ? 0 : line_start_after(in.prefix, in.prefix.size() - take);
  size_t fresh = in.prefix.size() - plan.start + plan.suffix;
  if (fresh > room) {  // one line alone is longer than the room: its end is what counts
    plan.start = in.prefix.size() - std::min(take, room - plan.suffix);
    while (plan.start < in.prefix.size() && (static_cast<unsigned char>(in.prefix[plan.start]) & 0xC0) == 0x80)
      ++plan.start;
    fresh = in.prefix.size() - plan.start + plan.suffix;
  }
  plan.new_bytes = fresh;
  plan.max_tokens = answer(fresh);
  plan.whole = plan.start == 0 && plan.suffix == suffix.size();
  return plan;
}

// With as many pieces of other files as there is time for; the windows stay as they are.
void add_extra(const PlanInputs& in, PromptPlan& plan) {
  const Speeds s = speeds(in);
  const double left_ms = to_ms(in.time_left) * kMargin - s.overhead_ms - kLeastAnswer / s.decode * 1000;
  const auto room = static_cast<size_t>(std::max(0.0, left_ms / 1000 * s.prefill * s.bytes_per_token));
  for (size_t count = extra_worth(in); count > 0; --count) {
    std::string prompt = lead_of(in.extra.first(count));
    prompt += in.prefix;
    if (prompt.size() + plan.suffix > context_bytes(in, s)) continue;
    const size_t known = in.caps.prompt_cache ? cached_bytes(in.cache, prompt) : 0;
    const size_t fresh = prompt.size() - known + plan.suffix;
    if (fresh > room && !in.all_extra) continue;
    const double used_ms = static_cast<double>(fresh) / s.bytes_per_token / s.prefill * 1000;
    const int fits = static_cast<int>((left_ms + kLeastAnswer / s.decode * 1000 - used_ms) / 1000 * s.decode);
    plan.extra = count;
    plan.new_bytes = fresh;
    plan.max_tokens = std::clamp(fits * 3, kLeastAnswer, in.max_tokens);
    return;
  }
}

// The pieces that end with byte `end` of their lead, the last one cut there.
std::vector<Extra> cut_extra(std::span<const Extra> extra, size_t end) {
  std::vector<Extra> out;
  size_t at = 0;
  for (const Extra& each : extra) {
    const size_t head = at + each.path.size() + 1;
    if (end <= head) break;
    out.push_back({each.path, each.text.substr(0, end - head)});
    at = head + each.text.size() + 1;
  }
  return out;
}

}  // namespace

std::optional<PromptPlan> plan_prompt(const PlanInputs& in) {
  std::optional<PromptPlan> plan = plan_windows(in);
  if (plan && plan->start == 0 && !in.extra.empty()) {
    add_extra(in, *plan);
  } else if (plan && !in.extra.empty() && in.caps.prompt_cache) {
    // The whole prefix is too much for a cold server, but not for one that has been warmed with the pieces in front.
    PromptPlan whole = *plan;
    add_extra(in, whole);
    if (whole.extra > 0) {
      whole.start = 0;
      whole.whole = whole.suffix == in.suffix.size() || !in.caps.suffix;
      return whole;
    }
  }
  return plan;
}

std::vector<Extra> extra_of(std::span<const context::Snippet> snippets) {
  std::vector<Extra> out;
  for (const context::Snippet& s : snippets)
    out.push_back({s.path, s.text, s.range.start.line + 1, s.range.end.line + 1});
  return out;
}

size_t extra_worth(const PlanInputs& in) {
  if (!in.caps.extra || (in.local && in.rates.prefill == 0 && !in.all_extra)) return 0;
  const Speeds s = speeds(in);
  const double kept = in.caps.max_extra == SIZE_MAX ? 1e9 : static_cast<double>(in.caps.max_extra) * 0.9;
  const auto most =
      static_cast<size_t>(std::min(in.all_extra ? kept : s.prefill * kExtraSeconds, kept) * s.bytes_per_token);
  size_t bytes = 0;
  for (size_t i = 0; i < in.extra.size(); ++i) {
    bytes += in.extra[i].path.size() + in.extra[i].text.size() + 2;
    if (bytes > most) return i;
  }
  return in.extra.size();
}

std::string lead_of(std::span<const Extra> extra) {
  std::string out;
  for (const Extra& each : extra) out.append(each.path).append("\n").append(each.text).append("\n");
  return out;
}

std::optional<WarmPiece> next_warm_piece(std::string_view prefix, size_t until, const PlanInputs& in, Duration piece) {
  if (!in.caps.prompt_cache) return std::nullopt;
  const Speeds s = speeds(in);
  until = std::min(until, prefix.size());
  const size_t start = warm_start(prefix, in, prefix_room(in, s));
  if (start >= until) return std::nullopt;
  // Pieces of other files only go in front of a whole prefix.
  const std::span<const Extra> extra = in.extra.first(start == 0 ? extra_worth(in) : 0);
  std::string prompt = lead_of(extra);
  const size_t lead = prompt.size();
  prompt += prefix.substr(start, until - start);
  const size_t known = cached_bytes(in.cache, prompt);
  if (known >= prompt.size()) return std::nullopt;
  const auto bytes = static_cast<size_t>(std::max(16.0, to_ms(piece) / 1000 * s.prefill) * s.bytes_per_token);
  size_t end = std::min(prompt.size(), known + bytes);
  while (end < prompt.size() && (static_cast<unsigned char>(prompt[end]) & 0xC0) == 0x80) ++end;
  prompt.resize(end);
  if (end < lead) return WarmPiece{cut_extra(extra, end), start, start, std::move(prompt)};
  return WarmPiece{{extra.begin(), extra.end()}, start, start + end - lead, std::move(prompt)};
}

void remember(PromptCache& cache, std::string_view prefix) {
  if (prefix.empty()) return;
  // A longer form of a remembered prompt replaces it.
  std::erase_if(cache.prefixes, [&](const std::string& known) { return prefix.starts_with(known); });
  cache.prefixes.emplace_back(prefix);
  if (cache.prefixes.size() > 4) cache.prefixes.erase(cache.prefixes.begin());
}

size_t cached_bytes(const PromptCache& cache, std::string_view prompt) {
  size_t best = 0;
  for (const auto& known : cache.prefixes) best = std::max(best, common_prefix(known, prompt));
  return best;
}

}  // namespace fimd::providers
