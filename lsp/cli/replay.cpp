#include <fmt/format.h>
#include <signal.h>

#include <cstdio>

#include "lsp/cli/commands.h"
#include "lsp/figures.h"
#include "lsp/record/replayer.h"
#include "providers/url.h"

namespace fimd::lsp::cli {
namespace {

using nlohmann::json;

constexpr const char* kVerdicts[] = {"same", "other text", "lost", "new", "error"};

json side_json(const RequestOutcome& o) {
  return {{"texts", o.texts}, {"provider", o.by}, {"ms", o.ms}, {"answered", o.answered}};
}

json latency_json(const std::vector<double>& ms) {
  const Percentiles p = percentiles(ms);
  return {{"p50", p.p50}, {"p95", p.p95}, {"count", p.count}};
}

std::string shown(const RequestOutcome& o) {
  if (!o.answered) return "no answer";
  if (o.texts.empty()) return "nothing";
  std::string text = json(o.texts.front()).dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > 40) text = text.substr(0, 37) + "...";
  return text + (o.by.empty() ? "" : " by " + o.by);
}

struct Sums {
  size_t counts[5] = {}, other_winner = 0;
  std::vector<double> before, now;
};

Sums sums_of(const std::vector<Difference>& differences) {
  Sums sums;
  for (const Difference& d : differences) {
    ++sums.counts[static_cast<size_t>(d.verdict)];
    if (d.before.by != d.now.by) ++sums.other_winner;
    if (d.before.answered) sums.before.push_back(d.before.ms);
    if (d.now.answered) sums.now.push_back(d.now.ms);
  }
  return sums;
}

void print(const std::vector<Difference>& differences, const Sums& sums) {
  for (size_t i = 0; i < differences.size(); ++i) {
    const Difference& d = differences[i];
    if (d.verdict == Difference::Verdict::same && d.before.by == d.now.by) continue;
    std::printf("request %zu: %s: %s before, %s now\n", i + 1,
                d.verdict == Difference::Verdict::same ? "other winner" : kVerdicts[static_cast<size_t>(d.verdict)],
                shown(d.before).c_str(), shown(d.now).c_str());
  }
  const Percentiles before = percentiles(sums.before), now = percentiles(sums.now);
  std::printf(
      "%zu requests: %zu same, %zu with other text, %zu lost, %zu new, %zu with an error on one side; %zu with another "
      "winner\n",
      differences.size(), sums.counts[0], sums.counts[1], sums.counts[2], sums.counts[3], sums.counts[4],
      sums.other_winner);
  std::printf("answers after %.1f / %.1f ms before, %.1f / %.1f ms now (p50/95)\n", before.p50, before.p95, now.p50,
              now.p95);
}

int trouble(const Error& error) {
  complain(error);
  return 2;
}

}  // namespace

int replay(const ReplayChoice& choice, const Common& common) {
  ::signal(SIGPIPE, SIG_IGN);
  log::configure({.level = log::Level::error, .file = ""});
  if (!choice.against.empty()) {
    if (const auto url = providers::parse_url(choice.against); !url) return trouble(url.error());
  }
  const auto recording = read_recording(choice.file);
  if (!recording) return trouble(recording.error());
  std::vector<std::string> settings = {"log.level=error"};
  settings.insert(settings.end(), common.settings.begin(), common.settings.end());
  const auto replayed = lsp::replay(*recording, {choice.speed, choice.live, choice.against, settings});
  if (!replayed) return trouble(replayed.error());
  const std::vector<Difference> differences =
      compare(outcomes_of(recording->messages), outcomes_of(replayed->messages));
  const Sums sums = sums_of(differences);
  if (common.json) {
    json requests = json::array();
    for (const Difference& d : differences) {
      requests.push_back({{"method", d.before.method},
                          {"verdict", kVerdicts[static_cast<size_t>(d.verdict)]},
                          {"before", side_json(d.before)},
                          {"now", side_json(d.now)}});
    }
    const json out = {{"requests", requests},
                      {"same", sums.counts[0]},
                      {"other_winner", sums.other_winner},
                      {"ms", {{"before", latency_json(sums.before)}, {"now", latency_json(sums.now)}}}};
    std::printf("%s\n", out.dump(2, ' ', false, json::error_handler_t::replace).c_str());
  } else {
    print(differences, sums);
  }
  return sums.counts[0] == differences.size() && sums.other_winner == 0 ? 0 : 1;
}

}  // namespace fimd::lsp::cli
