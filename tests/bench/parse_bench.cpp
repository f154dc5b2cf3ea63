// How fast texts are parsed: fresh in MB/s, after one keystroke in percentiles, and how late a stop is obeyed.
//
// Usage: parse_bench [ROUNDS] [LANGUAGE]. Builds its texts from tests/golden/grammars, so that it needs nothing else.
// Times are processor time of the parsing thread, so that other work on the machine does not count.
#include <signal.h>
#include <time.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "context/syntax.h"
#include "grammars/registry.h"

namespace fimd {
namespace {

using context::Snapshot;
using context::Tree;

Snapshot snapshot(std::string_view language, std::string utf8) {
  return std::make_shared<const context::Text>(
      context::make_text("file:///b", 1, std::string(language), std::move(utf8)));
}

std::string repeated(std::string_view part, size_t lines) {
  std::string out;
  for (size_t have = 0; have < lines; have += static_cast<size_t>(std::ranges::count(part, '\n'))) out += part;
  return out;
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Percentiles {
  double p50, p99, max;
};

Percentiles percentiles(std::vector<double> values) {
  std::ranges::sort(values);
  const auto at = [&](double share) {
    return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
  };
  return {at(0.5), at(0.99), values.back()};
}

// Processor time that a thread has used, in ms.
double used(clockid_t thread) {
  timespec t{};
  clock_gettime(thread, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

template <class Work>
double milliseconds(Work work) {
  const double start = used(CLOCK_THREAD_CPUTIME_ID);
  work();
  return used(CLOCK_THREAD_CPUTIME_ID) - start;
}

// Changes `tree` by one edit and returns what parsing again took.
double edit(Tree& tree, size_t start, size_t end, std::string insert) {
  const auto at = [&](size_t offset) { return position_at(*tree.text(), offset, context::Encoding::utf8); };
  const context::Change change{context::Range{at(start), at(end)}, std::move(insert)};
  context::Edited edited = apply(*tree.text(), std::span(&change, 1), context::Encoding::utf8);
  const auto text = std::make_shared<const context::Text>(std::move(edited.text));
  return milliseconds([&] {
    if (auto next = reparse(tree, edited.edits, text, {})) tree = std::move(*next);
  });
}

// Erases the end of lines here and there, one character per edit, and types it again.
Percentiles keystrokes(Tree tree, size_t rounds) {
  std::vector<double> times;
  for (size_t line = 7; times.size() < rounds; line = (line * 31 + 17) % (tree.text()->lines.size() - 1)) {
    const size_t end = tree.text()->lines[line + 1] - 1;
    const size_t start = std::max<size_t>(tree.text()->lines[line], end < 12 ? 0 : end - 12);
    const std::string erased = tree.text()->utf8.substr(start, end - start);
    for (size_t at = end; at > start; --at) times.push_back(edit(tree, at - 1, at, ""));
    for (size_t i = 0; i < erased.size(); ++i) times.push_back(edit(tree, start + i, start + i, erased.substr(i, 1)));
  }
  return percentiles(times);
}

void report(const std::string& language, const std::string& utf8, size_t rounds) {
  const Snapshot text = snapshot(language, utf8);
  auto tree = parse(text, {});
  if (!tree) return;
  std::vector<double> fresh;
  for (int i = 0; i < 5; ++i) fresh.push_back(milliseconds([&] { tree = parse(text, {}); }));
  const double megabytes = static_cast<double>(utf8.size()) / 1e6;
  const Percentiles typed = keystrokes(*tree, rounds);
  std::printf("%-16s %6zu lines %6.2f MB  fresh %7.2f ms %5.1f MB/s  keystroke p50 %6.3f p99 %6.3f ms\n",
              language.c_str(), text->lines.size(), megabytes, percentiles(fresh).p50,
              megabytes / percentiles(fresh).p50 * 1e3, typed.p50, typed.p99);
}

// A stop that is asked for when this thread has used a given time, by a signal to the thread itself: another thread
// would have to be scheduled first.
struct Ask {
  std::stop_source stop;
  double at = 0;
};

void on_timer(int, siginfo_t* info, void*) {
  auto* ask = static_cast<Ask*>(info->si_value.sival_ptr);
  ask->at = used(CLOCK_THREAD_CPUTIME_ID);
  ask->stop.request_stop();
}

class Timer {
 public:
  Timer(Ask& ask, double milliseconds) {
    struct sigaction action {};
    action.sa_sigaction = on_timer;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGUSR1, &action, nullptr);
    sigevent event{};
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGUSR1;
    event.sigev_value.sival_ptr = &ask;
    timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer_);
    const auto nanoseconds = static_cast<long>(milliseconds * 1e6);
    const itimerspec when{.it_interval = {}, .it_value = {nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000}};
    timer_settime(timer_, 0, &when, nullptr);
  }
  ~Timer() { timer_delete(timer_); }
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

 private:
  timer_t timer_{};
};

// How long a parse goes on after its stop, and how long what it had built takes to release, over stops at many points.
void report_stop(const char* name, const char* language, const std::string& utf8) {
  const Snapshot text = snapshot(language, utf8);
  const double whole = milliseconds([&] { std::ignore = parse(text, {}); });
  std::vector<double> late, release;
  for (int i = 0; i <= 20; ++i) {
    Ask ask;
    const Timer timer(ask, std::max(0.1, whole * i / 21));
    context::Leftover leftover;
    const auto tree = parse(text, ask.stop.get_token(), &leftover);
    const double ended = used(CLOCK_THREAD_CPUTIME_ID);
    leftover.reset();
    const double released = used(CLOCK_THREAD_CPUTIME_ID);
    if (tree || i == 0) continue;  // the first one pays for the allocator's tidying up after the whole parse
    late.push_back(ended - ask.at);
    release.push_back(released - ended);
  }
  if (late.empty()) return;
  const Percentiles p = percentiles(late), r = percentiles(release);
  std::printf(
      "stop: %-28s %5.1f MB  whole parse %7.1f ms  late p50 %5.2f max %5.2f ms  release p50 %6.2f max %6.2f ms\n", name,
      static_cast<double>(utf8.size()) / 1e6, whole, p.p50, p.max, r.p50, r.max);
}

void report_stops() {
  const auto times = [](size_t n, std::string_view part) {
    std::string out;
    for (size_t i = 0; i < n; ++i) out += part;
    return out;
  };
  report_stop("C++, 100,000 lines", "cpp", times(100'000, "int f(int a) { return a * 2; }\n"));
  report_stop("JSON, one line", "json", "[" + times(1'250'000, "123,") + "4]");
  report_stop("JavaScript, one line", "javascript", times(200'000, "f(a,1);var b='c';g(b);"));
  report_stop("one comment", "c", "/*" + times(5'000'000, "x") + "*/");
  report_stop("C, 100,000 open brackets", "c", times(100'000, "("));
  report_stop("nonsense", "cpp", times(30'000, "){ '(]} <a \" -;"));
}

}  // namespace
}  // namespace fimd

int main(int argc, char** argv) {
  const size_t rounds = argc > 1 ? static_cast<size_t>(std::atoi(argv[1])) : 300;
  for (const auto& entry : std::filesystem::directory_iterator(FIMD_SOURCE_DIR "/tests/golden/grammars")) {
    const std::string language(fimd::grammars::language_of_path(entry.path().string()));
    if (argc > 2 && language != argv[2]) continue;
    const std::string sample = fimd::read(entry.path());
    for (const size_t lines : {320u, 10'000u}) fimd::report(language, fimd::repeated(sample, lines), rounds);
  }
  if (argc <= 2) fimd::report_stops();
}
