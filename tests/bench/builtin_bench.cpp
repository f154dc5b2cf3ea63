// How good and how fast the built-in model is on trees at hand.
//
//   builtin_bench [--n N] [--seed S] [--window T] [--neighbours K] [--steps S] [--no-corpus] DIR... [OLD=NEW...]
//
// Quality: hides lines and completes them. In DIR a random line and some lines below it are taken out of a file; the
// file's own indexed version is masked. With OLD=NEW (two versions of one tree) the lines are those that NEW added, the
// index and the file's other lines are OLD's: real changes. "line" starts at the indentation, "mid" behind a token,
// "word" one to three letters into the next identifier of the same place. Cost: building, answering, retokenizing.
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "context/text.h"
#include "providers/builtin/builtin.h"
#include "providers/builtin/lexer.h"

namespace fs = std::filesystem;
using namespace fimd::providers::builtin;
using fimd::Clock;

namespace {

struct Options {
  size_t n = 300;
  uint64_t seed = 1;
  bool corpus = true;
  SearchLimits limits;
  std::vector<std::string> trees;
};

std::string read(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> lines;
  each_line(text, [&](std::string_view line) { lines.emplace_back(line); });
  return lines;
}

std::string join(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) text += line + "\n";
  return text;
}

using Files = std::map<std::string, std::string>;  // path -> text

// family -> files
std::map<std::string, Files> read_tree(const std::string& root) {
  std::map<std::string, Files> families;
  const auto skip = fs::directory_options::skip_permission_denied;
  for (auto it = fs::recursive_directory_iterator(root, skip); it != fs::recursive_directory_iterator(); ++it) {
    if (!it->is_regular_file() || it->is_symlink() || it->file_size() > 1 << 20) continue;
    const std::string path = fs::relative(it->path(), root).string();
    const std::string family(family_of(path));
    if (family.empty() || family == "text" || family == "json") continue;
    families[family][path] = read(it->path());
  }
  return families;
}

double cpu_ms() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
}

enum Kind { kLine, kMid, kWord, kKinds };
constexpr const char* kKindNames[] = {"line", "mid", "word"};

struct Task {
  Kind kind = kLine;
  std::string path;
  std::string text;  // of the file, with the cursor's line cut at the cursor
  size_t offset = 0;
  std::string truth;  // the rest of the line
  std::string family;
};

// A place where a line is hidden: what stands above and below, and the line itself.
struct Hidden {
  std::vector<std::string> above, below;
  std::string line, path;
};

struct Span {
  size_t from, to;
};

std::vector<Span> spans(const std::string& line) {
  std::vector<Span> all;
  lex_line(line, [&](std::string_view t, bool) {
    const auto from = static_cast<size_t>(t.data() - line.data());
    all.push_back({from, from + t.size()});
  });
  return all;
}

Task make_task(const Hidden& h, size_t cut, Kind kind) {
  Task task;
  task.kind = kind;
  task.path = h.path;
  task.family = std::string(family_of(h.path));
  task.text = join(h.above) + h.line.substr(0, cut);
  task.offset = task.text.size();
  task.text.append(1, '\n').append(join(h.below));
  task.truth = h.line.substr(cut);
  return task;
}

// The tasks of one hidden line: at its start or in it, and a word begun behind that.
void make_tasks(const Hidden& h, std::mt19937_64& random, std::vector<Task>& out) {
  const auto tokens = spans(h.line);
  size_t cut = tokens.front().from;
  Kind kind = kLine;
  size_t next = 0;
  if (random() % 100 >= 35 && tokens.size() > 1) {
    kind = kMid;
    next = 1 + random() % (tokens.size() - 1);
    cut = tokens[next - 1].to;
  }
  out.push_back(make_task(h, cut, kind));
  for (; next < tokens.size(); ++next) {
    const Span t = tokens[next];
    if (!is_word_byte(h.line[t.from]) || is_digit(h.line[t.from]) || t.to - t.from < 2) continue;
    const size_t letters = 1 + random() % std::min<size_t>(3, t.to - t.from - 1);
    out.push_back(make_task(h, t.from + letters, kWord));
    break;
  }
}

bool worth_hiding(const std::string& line) {
  size_t visible = 0;
  for (const char c : line) visible += is_visible(c);
  return visible >= 4 && line.size() < 300 && fimd::context::is_valid_utf8(line);
}

std::vector<Hidden> hide_in(const Files& files, size_t n, std::mt19937_64& random) {
  std::vector<std::pair<const std::string*, size_t>> places;  // path, line
  std::map<const std::string*, std::vector<std::string>> lines;
  for (const auto& [path, text] : files) {
    auto& all = lines[&path] = split(text);
    for (size_t i = 0; i < all.size(); ++i) {
      if (worth_hiding(all[i])) places.emplace_back(&path, i);
    }
  }
  std::shuffle(places.begin(), places.end(), random);
  std::vector<Hidden> hidden;
  for (size_t i = 0; i < std::min(n, places.size()); ++i) {
    const auto& [path, line] = places[i];
    const auto& all = lines[path];
    size_t block = 1;  // lines that go with it: blocks of added lines are short, some are long
    while (random() % 4 != 0 && block < 40) ++block;
    block = random() % block + 1;
    const auto at = all.begin() + static_cast<ptrdiff_t>(line);
    const auto end = all.begin() + static_cast<ptrdiff_t>(std::min(line + block, all.size()));
    hidden.push_back({{all.begin(), at}, {end, all.end()}, *at, *path});
  }
  return hidden;
}

// Places where `now` added lines to `before`: by longest common subsequence of lines between common ends.
void added_lines(const std::string& path, const std::string& before, const std::string& now, std::vector<Hidden>& out) {
  const auto a = split(before), b = split(now);
  size_t head = 0, tail = 0;
  while (head < std::min(a.size(), b.size()) && a[head] == b[head]) ++head;
  while (tail < std::min(a.size(), b.size()) - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  const size_t n = a.size() - head - tail, m = b.size() - head - tail;
  if (n * m > 16'000'000) return;
  std::vector<uint16_t> best((n + 1) * (m + 1), 0);
  const auto at = [&](size_t i, size_t j) -> uint16_t& { return best[i * (m + 1) + j]; };
  for (size_t i = n; i-- > 0;) {
    for (size_t j = m; j-- > 0;) {
      at(i, j) = a[head + i] == b[head + j] ? static_cast<uint16_t>(at(i + 1, j + 1) + 1)
                                            : std::max(at(i + 1, j), at(i, j + 1));
    }
  }
  size_t i = 0, j = 0;
  while (j < m) {
    if (i < n && a[head + i] == b[head + j]) {
      ++i, ++j;
      continue;
    }
    const size_t block = j;
    size_t gone = i;
    while ((j < m || gone < n) && !(gone < n && j < m && a[head + gone] == b[head + j])) {
      if (gone < n && (j == m || at(gone + 1, j) >= at(gone, j + 1)))
        ++gone;
      else
        ++j;
    }
    for (size_t k = block; k < j; ++k) {
      if (!worth_hiding(b[head + k])) continue;
      Hidden h{{a.begin(), a.begin() + static_cast<ptrdiff_t>(head + i)}, {}, b[head + k], path};
      h.above.insert(h.above.end(), b.begin() + static_cast<ptrdiff_t>(head + block),
                     b.begin() + static_cast<ptrdiff_t>(head + k));
      h.below.assign(a.begin() + static_cast<ptrdiff_t>(head + gone), a.end());
      out.push_back(std::move(h));
    }
    i = gone;
  }
}

std::string normal(std::string_view text) {  // runs of blanks as one, none at the ends
  std::string out;
  lex_line(text, [&](std::string_view t, bool blank) {
    if (blank) out += ' ';
    out += t;
  });
  return out;
}

struct Outcome {
  Kind kind;
  double best = 0;  // stated probability of the best line
  bool best_right = false;
  bool in_list = false;  // some candidate is right
  double log_likelihood = 0;
  bool offered = false, whole = false, right = false, whole_right = false;
  double stated = 0;
  double length = 0, net = 0, good = 0, bad = 0;
  double cpu = 0, wall = 0;
};

Outcome judge(const Task& task, const Line& line, const std::optional<Offer>& offer) {
  Outcome o;
  o.kind = task.kind;
  const std::string truth = normal(task.truth);
  o.length = static_cast<double>(truth.size());
  double right = 0;
  for (size_t i = 0; i < line.candidates.list.size(); ++i) {
    const bool same = normal(line.candidates.list[i].text) == truth;
    const double p = line.ranked.probability[i];
    if (same) right += p;
    o.in_list = o.in_list || same;
    if (p > o.best) {
      o.best = p;
      o.best_right = same;
    }
  }
  o.log_likelihood = std::log(std::max(1e-6, o.in_list ? right : line.ranked.none));
  if (!offer) return o;
  o.offered = true;
  o.whole = offer->whole_line;
  o.stated = offer->probability;
  const std::string text = normal(offer->text);
  o.right = truth.starts_with(text);
  o.whole_right = o.whole && text == truth;
  size_t correct = 0;  // bytes of whole tokens that are right
  for (const Span t : spans(text)) {
    if (truth.compare(0, t.to, text, 0, t.to) != 0) break;
    if (t.to < truth.size() && is_word_byte(truth[t.to]) && is_word_byte(text[t.to - 1])) break;
    correct = t.to;
  }
  o.good = static_cast<double>(correct);
  o.bad = static_cast<double>(text.size() - correct);
  o.net = o.good - 0.5 * o.bad;
  return o;
}

double percentile(std::vector<double> values, double p) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, static_cast<size_t>(p * static_cast<double>(values.size())))];
}

void print_quality(const std::string& name, std::vector<Outcome> all) {
  if (all.empty()) return;
  const auto n = static_cast<double>(all.size());
  const auto sum = [&](auto&& f) {
    double s = 0;
    for (const Outcome& o : all) s += f(o);
    return s;
  };
  std::stable_sort(all.begin(), all.end(), [](const Outcome& a, const Outcome& b) { return a.best > b.best; });
  double hits = 0, coverage = 0, hits_there = 0;
  for (size_t i = 0; i < all.size(); ++i) {
    hits += all[i].best_right;
    const auto k = static_cast<double>(i + 1);
    if (hits / k >= 0.6) coverage = k, hits_there = hits;
  }
  const double offered = sum([](const Outcome& o) { return o.offered; });
  std::printf("%-24s %6.0f | %5.1f %5.1f %5.1f  list %5.1f LL %6.3f | %5.1f %5.1f %5.1f  net %5.2f saved %5.1f%%\n",
              name.c_str(), n, 100 * hits / n, 100 * coverage / n, 100 * hits_there / n,
              100 * sum([](const Outcome& o) { return o.in_list; }) / n,
              sum([](const Outcome& o) { return o.log_likelihood; }) / n, 100 * offered / n,
              100 * sum([](const Outcome& o) { return o.whole_right; }) / n,
              offered > 0 ? 100 * sum([](const Outcome& o) { return o.right; }) / offered : 0,
              sum([](const Outcome& o) { return o.net; }) / n,
              100 * sum([](const Outcome& o) { return o.net; }) / sum([](const Outcome& o) { return o.length; }));
}

void print_calibration(const char* name, const std::vector<std::pair<double, bool>>& stated) {
  std::array<double, 10> p{}, right{}, n{};
  for (const auto& [probability, good] : stated) {
    const auto bin = std::min<size_t>(9, static_cast<size_t>(probability * 10));
    p[bin] += probability, right[bin] += good, ++n[bin];
  }
  std::printf("\ncalibration of %s\n stated ", name);
  for (size_t i = 0; i < 10; ++i) std::printf(" %6.2f", n[i] > 0 ? p[i] / n[i] : 0);
  std::printf("\n right  ");
  for (size_t i = 0; i < 10; ++i) std::printf(" %6.2f", n[i] > 0 ? right[i] / n[i] : 0);
  std::printf("\n cases  ");
  for (size_t i = 0; i < 10; ++i) std::printf(" %6.0f", n[i]);
  std::printf("\n");
}

CorpusPtr build_corpus(const std::string& name, const Files& files) {
  size_t bytes = 0;
  for (const auto& [path, text] : files) bytes += text.size();
  const double before = cpu_ms();
  CorpusBuilder builder;
  for (const auto& [path, text] : files) builder.add(path, text);
  const double lexed = cpu_ms();
  const CorpusPtr corpus = builder.finish({});
  const double tokens = static_cast<double>(corpus->tokens) / 1e6;
  std::printf("%-24s %5zu files %6.1f MB %5.2f M tokens%s: lex %.2f + sort %.2f s/Mtoken, %.1f bytes/token\n",
              name.c_str(), corpus->base->files.size(), static_cast<double>(bytes) / 1e6, tokens,
              corpus->complete ? "" : " (limit)", (lexed - before) / 1e3 / tokens, (cpu_ms() - lexed) / 1e3 / tokens,
              static_cast<double>(corpus->bytes()) / 1e6 / tokens);
  return corpus;
}

struct Tables {
  std::map<std::string, std::vector<Outcome>> groups;  // name of tree and family, or kind
  std::vector<double> retokenize;
};

void run_task(const Task& task, const CorpusPtr& corpus, const Options& options, const std::string& name, Tables& t) {
  const std::string uri = std::string("file:///").append(task.path);
  auto text = std::make_shared<fimd::context::Text>(fimd::context::make_text(uri, 1, "", task.text));
  Request request;
  request.document = retokenize(nullptr, text);
  request.offset = task.offset;
  request.path = task.path;
  request.corpus = options.corpus ? corpus : nullptr;
  request.limits = options.limits;
  const auto wall = Clock::now();
  const double cpu = cpu_ms();
  const auto offer = complete(request, {});
  const double used = cpu_ms() - cpu;
  const double waited = std::chrono::duration<double, std::milli>(Clock::now() - wall).count();
  const Line line = consider({request.document.get(), request.offset, request.path, request.corpus.get()},
                             options.limits, fimd::TimePoint::max(), {});
  Outcome o = judge(task, line, offer);
  o.cpu = used;
  o.wall = waited;
  t.groups[std::string(1, '~').append(kKindNames[task.kind])].push_back(o);
  if (task.kind != kWord) t.groups["~line+mid"].push_back(o);
  t.groups["~all"].push_back(o);
  t.groups[task.kind == kWord ? name + " word" : name].push_back(o);

  // A key is typed at the cursor.
  std::string typed = task.text;
  typed.insert(task.offset, 1, 'x');
  auto next = std::make_shared<fimd::context::Text>(fimd::context::make_text(uri, 2, "", typed));
  const double start = cpu_ms();
  const auto again = retokenize(request.document, next);
  t.retokenize.push_back(cpu_ms() - start);
}

void run_tree(const std::string& name, const Options& options, std::mt19937_64& random, Tables& tables) {
  const size_t equal = name.find('=');
  const std::string old_root = name.substr(0, equal);
  auto families = read_tree(old_root);
  std::map<std::string, Files> now;
  if (equal != std::string::npos) now = read_tree(name.substr(equal + 1));
  for (const auto& [family, files] : families) {
    size_t bytes = 0;
    for (const auto& [path, text] : files) bytes += text.size();
    if (bytes < 200'000) continue;
    std::vector<Hidden> hidden;
    if (equal == std::string::npos) {
      hidden = hide_in(files, options.n, random);
    } else {
      for (const auto& [path, text] : now[family]) {
        const auto old = files.find(path);
        if (old != files.end() && old->second != text) added_lines(path, old->second, text, hidden);
        if (hidden.size() > 200'000) break;
      }
      std::shuffle(hidden.begin(), hidden.end(), random);
      hidden.resize(std::min(hidden.size(), options.n));
    }
    if (hidden.empty()) continue;
    const std::string label = fs::path(old_root).filename().string() + " " + family;
    const CorpusPtr corpus = build_corpus(label, files);
    std::vector<Task> tasks;
    for (const Hidden& h : hidden) make_tasks(h, random, tasks);
    for (const Task& task : tasks) run_task(task, corpus, options, label, tables);
  }
}

void print_tables(const Tables& tables) {
  std::printf("\n%-24s %6s | %s | %s\n", "", "n", "EM  cov@.6 EM@.6", "offered, whole right of all, right of offered");
  for (const auto& [name, outcomes] : tables.groups) print_quality(name, outcomes);
  const auto& all = tables.groups.at("~all");
  std::vector<std::pair<double, bool>> lines, offers;
  for (const Outcome& o : all) {
    lines.emplace_back(o.best, o.best_right);
    if (o.offered) offers.emplace_back(o.stated, o.right);
  }
  print_calibration("the best line", lines);
  print_calibration("what is offered (its beginning is right)", offers);
  for (const char* kind : {"~line", "~mid", "~word", "~all"}) {
    if (!tables.groups.contains(kind)) continue;
    std::vector<double> cpu, wall;
    for (const Outcome& o : tables.groups.at(kind)) {
      cpu.push_back(o.cpu);
      wall.push_back(o.wall);
    }
    std::printf("%sanswer %-6s cpu ms p50 %.2f p95 %.2f p99 %.2f, wall ms p50 %.2f p95 %.2f p99 %.2f\n",
                std::string(kind) == "~line" ? "\n" : "", kind + 1, percentile(cpu, .5), percentile(cpu, .95),
                percentile(cpu, .99), percentile(wall, .5), percentile(wall, .95), percentile(wall, .99));
  }
  std::printf("retokenize after one key: cpu ms p50 %.3f p95 %.3f p99 %.3f\n", percentile(tables.retokenize, .5),
              percentile(tables.retokenize, .95), percentile(tables.retokenize, .99));
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    const auto number = [&] { return i + 1 < argc ? std::strtoull(argv[++i], nullptr, 10) : 0; };
    if (arg == "--n")
      options.n = number();
    else if (arg == "--seed")
      options.seed = number();
    else if (arg == "--window")
      options.limits.window = number();
    else if (arg == "--neighbours")
      options.limits.neighbours = number();
    else if (arg == "--steps")
      options.limits.steps = number();
    else if (arg == "--no-corpus")
      options.corpus = false;
    else
      options.trees.push_back(arg);
  }
  if (options.trees.empty()) {
    std::fprintf(stderr,
                 "usage: builtin_bench [--n N] [--seed S] [--window T] [--neighbours K] [--steps S] "
                 "[--no-corpus] DIR... OLD=NEW...\n");
    return 2;
  }
  std::mt19937_64 random(options.seed);
  Tables tables;
  for (const std::string& tree : options.trees) run_tree(tree, options, random, tables);
  if (tables.groups.empty()) {
    std::fprintf(stderr, "builtin_bench: nothing to complete in these trees\n");
    return 1;
  }
  print_tables(tables);
  return 0;
}
