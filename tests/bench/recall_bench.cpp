// How much of what a hidden line needs is in the gathered snippets.
//
// Usage: recall_bench [--lines N] [--fit] [--ablate] [--cut] DIR...
// Every DIR is taken as a repository. Lines that use names which other files of the repository define are hidden, one at
// a time; the cursor stands where the line's text began (with --cut: after its first third). Of those names, per
// allowance of tokens: the share whose definition is in the snippets ("definitions"), the share that the snippets
// mention at all ("mentioned"), and the first share for names that the nearest 80 lines above and 30 lines below do not
// mention ("hard"). Names that the file itself defines or that are bound around the cursor do not count, nor do import
// lines. Beside it three other ways to choose. --fit fits the weights of context/snippets/clues.cpp to other lines.
#include "tests/bench/recall_fit.h"
#include "tests/bench/recall_parts.h"

#include <cstdio>
#include <cstring>

namespace fimd::bench {
namespace {

constexpr size_t kAllowances[] = {512, 1024, 2048, 4096};

struct Share {
  size_t hit = 0, all = 0;
  void add(bool yes) { hit += yes, ++all; }
  [[nodiscard]] double percent() const { return all == 0 ? 0 : 100.0 * static_cast<double>(hit) / static_cast<double>(all); }
};
struct Score {
  Share definitions, mentioned, hard;
  double tokens = 0;
  size_t lines = 0;
};

void judge(const Repo& repo, const Hidden& hidden, const std::vector<Shown>& shown, Score& score) {
  for (const Needed& name : hidden.names) {
    const bool defined = shows_definition(repo, hidden, name.name, shown);
    score.definitions.add(defined);
    score.mentioned.add(mentions(shown, name.name));
    if (name.hard) score.hard.add(defined);
  }
  for (const Shown& each : shown) score.tokens += static_cast<double>(context::estimate_tokens(each.text));
  ++score.lines;
}

void print(const char* what, size_t allowance, const Score& s) {
  std::printf("  %-34s %5zu   definitions %5.1f %%   mentioned %5.1f %%   hard %5.1f %%   (%.0f tokens)\n", what, allowance,
              s.definitions.percent(), s.mentioned.percent(), s.hard.percent(),
              s.tokens / static_cast<double>(std::max<size_t>(1, s.lines)));
}

struct Options {
  size_t lines = 300;
  bool fit = false, ablate = false, cut = false, baselines = true;
  std::vector<std::string> folders;
};

struct Totals {
  Score ours[std::size(kAllowances)], windows, ring, names, without[kSources + 1];
};

void run(Repo& repo, const Options& options, Totals& totals) {
  const std::vector<Hidden> hidden = hide_lines(repo, options.lines, 1, options.cut);
  Totals here;
  for (const Hidden& each : hidden) {
    for (size_t a = 0; a < std::size(kAllowances); ++a) judge(repo, each, gathered(repo, each, kAllowances[a]), here.ours[a]);
    if (options.ablate) {
      for (size_t s = 0; s <= kSources; ++s) judge(repo, each, excerpts_without(repo, each, 2048, 1U << s), here.without[s]);
    }
    if (options.baselines) {
      judge(repo, each, similar_windows(repo, each, 2048), here.windows);
      judge(repo, each, recent_chunks(repo, each, 2048), here.ring);
      judge(repo, each, nearby_names(repo, each, 2048), here.names);
    }
  }
  const auto add = [](Score& to, const Score& from) {
    for (auto share : {&Score::definitions, &Score::mentioned, &Score::hard}) {
      (to.*share).hit += (from.*share).hit, (to.*share).all += (from.*share).all;
    }
    to.tokens += from.tokens, to.lines += from.lines;
  };
  for (size_t a = 0; a < std::size(kAllowances); ++a) add(totals.ours[a], here.ours[a]);
  for (size_t s = 0; s <= kSources; ++s) add(totals.without[s], here.without[s]);
  add(totals.windows, here.windows), add(totals.ring, here.ring), add(totals.names, here.names);
  print(repo.name.c_str(), 2048, here.ours[2]);
}

int main_of(const Options& options) {
  Totals totals;
  std::vector<std::unique_ptr<Repo>> repos;
  for (const std::string& folder : options.folders) repos.push_back(read_repo(folder));
  if (options.fit) return fit(repos, options.lines);
  for (const auto& repo : repos) run(*repo, options, totals);
  const Score& all = totals.ours[2];
  std::printf("all: %zu lines, %zu names, %zu of them hard\n", all.lines, all.definitions.all, all.hard.all);
  for (size_t a = 0; a < std::size(kAllowances); ++a) print("gathered snippets", kAllowances[a], totals.ours[a]);
  if (options.baselines) {
    print("similar windows of 50 lines", 2048, totals.windows);
    print("ring of recent chunks of 64 lines", 2048, totals.ring);
    print("declarations of the last 20 lines", 2048, totals.names);
  }
  if (options.ablate) {
    print("excerpts of declarations alone", 2048, totals.without[kSources]);
    for (size_t s = 0; s < kSources; ++s) print(("  without " + std::string(kSourceNames[s])).c_str(), 2048, totals.without[s]);
  }
  return 0;
}

}  // namespace
}  // namespace fimd::bench

int main(int argc, char** argv) {
  fimd::bench::Options options;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--lines") == 0 && i + 1 < argc) options.lines = static_cast<size_t>(std::atoi(argv[++i]));
    else if (std::strcmp(argv[i], "--fit") == 0) options.fit = true;
    else if (std::strcmp(argv[i], "--ablate") == 0) options.ablate = true;
    else if (std::strcmp(argv[i], "--cut") == 0) options.cut = true;
    else if (std::strcmp(argv[i], "--alone") == 0) options.baselines = false;
    else options.folders.emplace_back(argv[i]);
  }
  if (options.folders.empty()) return std::fprintf(stderr, "usage: recall_bench [--lines N] [--fit] [--ablate] [--cut] [--alone] DIR...\n"), 2;
  return fimd::bench::main_of(options);
}
