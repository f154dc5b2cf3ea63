#include "providers/route.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>

#include "providers/outgoing.h"

namespace fimd::providers {
namespace {

using std::chrono::milliseconds;

constexpr Duration kLook = milliseconds(15);         // between the first tokens and the answer: more tokens, gates
constexpr Duration kRemeasure = std::chrono::seconds(2);  // one that is too slow is asked again after so long
constexpr double kFlaky = 0.3;                        // error rate that makes a hedge start at once
constexpr double kUnknownShare = 0.4;                 // of the time left is given to a primary that was never measured
constexpr Duration kUnknownLocal = milliseconds(60);  // first token of a provider that was never measured
constexpr Duration kUnknownRemote = milliseconds(120);

// A candidate that may be asked, with what decides between it and the others.
struct Option {
  size_t index = 0;
  const Candidate* of = nullptr;
  PromptPlan prompt;
  std::optional<Duration> usual, slow;  // p50 and p90 of its first token
  bool in_time = true;                  // it is usually there before the hard deadline, as far as is known
  bool on_trial = false;
};

std::optional<PromptPlan> plan_for(const RouteInputs& in, const Candidate& c, TimePoint at) {
  return plan_prompt({.prefix = in.prefix,
                      .suffix = in.suffix,
                      .caps = *c.caps,
                      .rates = c.health->rates,
                      .cache = *c.cache,
                      .time_left = in.budget.remaining(at),
                      .max_tokens = c.max_tokens,
                      .extra = in.extra,
                      .all_extra = in.all_extra,
                      .local = c.local,
                      .most_tokens = tokens_left(*c.health, in.now)});
}

// Whether the first token is usually there in time. One that was slow and has been fast twice is taken to be fast.
bool is_in_time(const RouteInputs& in, const Health& health, const std::optional<Duration>& usual) {
  const TimePoint latest = in.budget.hard - kLook;
  if (!usual || in.now + *usual <= latest) return true;
  const auto lately = health.first_token.lately();
  return lately && in.now + *lately <= latest;
}

void consider(const RouteInputs& in, size_t index, Route& out, std::vector<Option>& options) {
  const Candidate& c = in.candidates[index];
  const auto leave_out = [&](const std::string& why) { out.not_asked.push_back(fmt::format("{}: {}", c.name, why)); };
  if (!c.verdict.empty()) return leave_out(c.verdict);
  if (std::string why = unusable(*c.health, Lane::completion, in.now); !why.empty()) return leave_out(why);
  auto prompt = plan_for(in, c, in.now);
  if (!prompt) {
    out.too_slow.push_back(index);
    return leave_out("no prompt can be answered in the time left");
  }
  Option option{.index = index, .of = &c, .prompt = *prompt, .usual = {}, .slow = {}};
  option.usual = c.health->first_token.quantile(0.5, in.now);
  option.slow = c.health->first_token.quantile(0.9, in.now);
  option.in_time = is_in_time(in, *c.health, option.usual);
  option.on_trial = on_trial(*c.health, in.now);
  options.push_back(option);
}

Duration usual_or_guess(const Option& o) { return o.usual.value_or(o.of->local ? kUnknownLocal : kUnknownRemote); }

// The user's order decides about the primary, after whether it can answer at all; among equals the cheaper one.
bool better_primary(const Option& a, const Option& b) {
  const auto key = [](const Option& o) {
    return std::tuple(o.on_trial, !o.in_time, o.of->rank, o.of->price, usual_or_guess(o), o.index);
  };
  return key(a) < key(b);
}

// A hedge is insurance: the cheapest that will be there.
bool better_hedge(const Option& a, const Option& b) {
  const auto key = [](const Option& o) { return std::tuple(o.of->price, o.of->rank, usual_or_guess(o), o.index); };
  return key(a) < key(b);
}

std::string speed(const Option& o) {
  if (!o.slow) return "not measured yet";
  return fmt::format("first token after {:.0f} ms, {:.0f} ms at most in nine of ten", to_ms(*o.usual), to_ms(*o.slow));
}

std::string why_primary(const Option& chosen, std::span<const Option> options) {
  std::string why = chosen.on_trial ? "nothing else can be asked, finds out whether it is back" : speed(chosen);
  const auto overtaken =
      std::find_if(options.begin(), options.end(), [&](const Option& o) { return o.of->rank < chosen.of->rank; });
  if (overtaken != options.end() && !overtaken->on_trial) {
    why += fmt::format("; before {}, which is too slow for the time left", overtaken->of->name);
  } else if (std::any_of(options.begin(), options.end(), [&](const Option& o) {
               return &o != &chosen && o.of->rank == chosen.of->rank && o.of->price > chosen.of->price;
             })) {
    why += "; the cheapest of those of equal rank";
  }
  return why;
}

// When the hedge is asked and why then.
std::pair<TimePoint, std::string> hedge_time(const RouteInputs& in, const Option& primary, const Option& hedge) {
  const std::string_view first = primary.of->name;
  if (!primary.in_time) return {in.now, fmt::format("at once: {} is too slow for the time left", first)};
  if (const double rate = primary.of->health->error_rate; rate > kFlaky) {
    return {in.now, fmt::format("at once: {} fails {:.0f} % of the time", first, rate * 100)};
  }
  const Duration left = in.budget.remaining(in.now);
  const Duration unknown = std::chrono::duration_cast<Duration>(left * kUnknownShare);
  const TimePoint due = in.now + primary.slow.value_or(unknown);
  // One that was never measured is taken to be as fast as the primary.
  const TimePoint latest = in.budget.hard - kLook - (hedge.usual ? *hedge.usual : usual_or_guess(primary));
  if (latest <= in.now) return {in.now, "at once: the time left does not let it wait"};
  if (latest < due)
    return {latest, fmt::format("after {:.0f} ms, the latest to be there in time", to_ms(latest - in.now))};
  return {due, fmt::format("after {:.0f} ms, {}", to_ms(due - in.now),
                           primary.slow ? fmt::format("when {} is later than usual", first)
                                        : fmt::format("{} was never measured", first))};
}

void add_hedge(const RouteInputs& in, const Option& primary, std::span<const Option> options, Route& out) {
  const Option* hedge = nullptr;
  for (const Option& o : options) {
    if (&o == &primary || o.on_trial || !o.in_time) continue;
    if (!hedge || better_hedge(o, *hedge)) hedge = &o;
  }
  if (!hedge) return;
  const auto [at, why] = hedge_time(in, primary, *hedge);
  if (const auto prompt = plan_for(in, *hedge->of, at))
    out.legs.push_back({hedge->index, Role::hedge, at, *prompt, why});
}

// One that failed lately, or that is too slow and stands before the primary, is tried again beside it now and then.
void add_probe(const RouteInputs& in, const Option& primary, std::span<const Option> options, Route& out) {
  for (const Option& o : options) {
    if (&o == &primary) continue;
    const bool due = o.of->rank <= primary.of->rank && in.now - o.of->health->last_completion >= kRemeasure;
    if (!o.on_trial && (o.in_time || !due)) continue;
    out.legs.push_back(
        {o.index, Role::probe, in.now, o.prompt,
         o.on_trial ? "finds out whether it is back" : "finds out whether it is fast again; " + speed(o)});
    return;
  }
}

}  // namespace

PriceClass price_class(const ProviderConfig& config) { return is_local(config) ? PriceClass::free : PriceClass::paid; }

Route route(const RouteInputs& in) {
  Route out;
  std::vector<Option> options;
  for (size_t i = 0; i < in.candidates.size(); ++i) {
    const Candidate& c = in.candidates[i];
    if (c.tried) continue;
    if (!c.health) {
      out.legs.push_back({i, Role::last, in.now, {}, "needs no server"});
    } else {
      consider(in, i, out, options);
    }
  }
  const auto primary = std::min_element(options.begin(), options.end(), better_primary);
  if (primary == options.end()) return out;
  out.legs.push_back({primary->index, Role::primary, in.now, primary->prompt, why_primary(*primary, options)});
  add_probe(in, *primary, options, out);
  if (in.hedge && !in.budget.spent(in.now)) add_hedge(in, *primary, options, out);
  std::stable_sort(out.legs.begin(), out.legs.end(), [](const Leg& a, const Leg& b) { return a.at < b.at; });
  return out;
}

std::string_view name(Role role) {
  switch (role) {
    case Role::primary: return "primary";
    case Role::hedge: return "hedge";
    case Role::probe: return "probe";
    case Role::last: return "last";
  }
  return "primary";
}

}  // namespace fimd::providers
