// The index on real trees: how fast it is built beside bare parsing, what it holds in memory, how fast it is there
// again from its store, and what one saved file costs.
//
// Usage: index_bench [LINES] [FOLDER...]. Takes files of the folders (default: what this machine has of headers and
// libraries) in an order mixed by a fixed seed, as many as have LINES lines (default 1,000,000), and measures with an
// eighth, a quarter, a half and all of them. Times are processor time of this thread unless they say otherwise.
#include <malloc.h>
#include <time.h>
#include <tree_sitter/api.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "context/files.h"
#include "context/index.h"
#include "context/index_read.h"
#include "context/index_store.h"
#include "grammars/queries.h"
#include "grammars/registry.h"

namespace fimd {
namespace {

using context::IndexPtr;

struct Source {
  std::string path;
  std::string text;
  size_t lines = 0;
};

double cpu_ms() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

template <class Work>
double milliseconds(Work work) {
  const double begin = cpu_ms();
  work();
  return cpu_ms() - begin;
}

double pss_mb() {
  ::malloc_trim(0);
  FILE* file = std::fopen("/proc/self/smaps_rollup", "r");
  char line[256];
  double kb = 0;
  while (file != nullptr && std::fgets(line, sizeof line, file) != nullptr) {
    if (std::sscanf(line, "Pss: %lf kB", &kb) == 1) break;
  }
  if (file != nullptr) std::fclose(file);
  return kb / 1024;
}

std::vector<Source> sources(const std::vector<std::string>& folders, size_t most_lines) {
  const context::DiskFiles disk;
  std::vector<std::string> paths;
  for (const std::string& folder : folders) {
    for (const auto& found : context::walk(disk, folder, {}, {}).files) paths.push_back(folder + "/" + found.path);
  }
  std::mt19937 random(1);
  std::shuffle(paths.begin(), paths.end(), random);
  std::vector<Source> out;
  size_t lines = 0;
  for (const std::string& path : paths) {
    if (lines >= most_lines) break;
    auto text = disk.read(path, 1U << 20);
    if (!text || !context::is_source_text(*text) || !context::is_outlined(path, text->substr(0, 100), text->size()))
      continue;
    const auto count = static_cast<size_t>(std::ranges::count(*text, '\n'));
    lines += count;
    out.push_back({path.substr(1), std::move(*text), count});
  }
  return out;
}

// What nobody can save: parsing, and running the queries over the trees.
double bare(const std::vector<Source>& files) {
  TSParser* parser = ts_parser_new();
  TSQueryCursor* cursor = ts_query_cursor_new();
  const double ms = milliseconds([&] {
    for (const Source& file : files) {
      const auto* grammar = grammars::find_grammar(grammars::language_of_path(file.path, file.text.substr(0, 100)));
      if (!ts_parser_set_language(parser, grammars::load(*grammar).language)) continue;
      TSTree* tree = ts_parser_parse_string(parser, nullptr, file.text.data(), static_cast<uint32_t>(file.text.size()));
      const auto& query = grammars::query(*grammar, grammars::QueryKind::outline);
      if (query.query != nullptr) {
        ts_query_cursor_exec(cursor, query.query, ts_tree_root_node(tree));
        TSQueryMatch match;
        while (ts_query_cursor_next_match(cursor, &match)) {
        }
      }
      ts_tree_delete(tree);
    }
  });
  ts_query_cursor_delete(cursor);
  ts_parser_delete(parser);
  return ms;
}

constexpr size_t kOrdinary = 1000;  // lines of a file that is saved

struct Stages {
  double read = 0, pack = 0;
};

IndexPtr cold(const std::vector<Source>& files, Stages& stages) {
  std::vector<context::SegmentPtr> segments;
  context::SegmentBuilder builder;
  for (const Source& file : files) {
    context::FileOutline outline;
    stages.read += milliseconds([&] {
      outline = context::read_outline(file.path, file.text, context::stamp_of(file.text, 1), TimePoint::max(), {});
    });
    stages.pack += milliseconds([&] {
      builder.add(outline);
      if (builder.bytes() > 4U << 20) segments.push_back(builder.finish());
      outline = {};
    });
  }
  IndexPtr index;
  stages.pack += milliseconds([&] {
    if (builder.files() > 0) segments.push_back(builder.finish());
    index = context::Index::of(std::move(segments), std::make_shared<const context::Project>());
  });
  return index;
}

void saves(IndexPtr index, const std::vector<Source>& files) {
  std::mt19937 random(2);
  std::vector<double> parse, take, tidy;
  for (int i = 0; i < 1000; ++i) {
    const Source& file = files[random() % files.size()];
    if (file.lines > kOrdinary) continue;
    context::IndexChange change;
    parse.push_back(milliseconds([&] {
      change.file = context::read_outline(file.path, file.text, context::stamp_of(file.text, 2), TimePoint::max(), {});
    }));
    take.push_back(milliseconds([&] { index = context::with_files(index, {&change, 1}); }));
    tidy.push_back(milliseconds([&] { index = context::tidied(index); }));
  }
  std::vector<double> both;
  for (size_t i = 0; i < parse.size(); ++i) both.push_back(parse[i] + take[i]);
  for (auto* each : {&parse, &take, &both, &tidy}) std::ranges::sort(*each);
  const auto at = [](const std::vector<double>& v, double share) {
    return v[static_cast<size_t>(share * static_cast<double>(v.size() - 1))];
  };
  std::printf(
      "  one saved file   p50 %.2f ms, p99 %.2f, max %.2f (reading %.2f / %.2f, index %.2f / %.2f / %.2f; tidying %.2f "
      "/ %.2f), "
      "%zu segments\n",
      at(both, 0.5), at(both, 0.99), both.back(), at(parse, 0.5), at(parse, 0.99), at(take, 0.5), at(take, 0.99),
      take.back(), at(tidy, 0.99), tidy.back(), index->segments().size());
}

void lookups(const context::Index& index) {
  std::mt19937 random(3);
  std::vector<std::string> names;
  for (int i = 0; i < 2000; ++i) {
    const auto file = static_cast<context::FileId>(random() % index.files());
    if (index.symbols(file) == 0) continue;
    names.emplace_back(index.symbol({file, static_cast<uint32_t>(random() % index.symbols(file))}).name);
  }
  size_t sum = 0;
  const auto each = [&](const char* what, auto ask) {
    const double ms = milliseconds([&] {
      for (const auto& name : names) sum += ask(name);
    });
    std::printf(" %s %.2f us,", what, ms * 1000 / static_cast<double>(names.size()));
  };
  std::printf("  one lookup      ");
  each("definitions", [&](const auto& n) { return index.definitions(n, 20).size(); });
  each("mentions", [&](const auto& n) { return index.mentions(n, 100).size(); });
  each("members", [&](const auto& n) { return index.members(n, 100).size(); });
  each("nothing", [&](const auto& n) { return index.definitions(n + "?", 20).size(); });
  std::vector<double> times;
  size_t imports = 0, resolved = 0, importers = 0;
  const double ms = milliseconds([&] {
    for (context::FileId file = 0; file < index.files(); ++file) {
      for (const auto& import : index.imports(file)) ++imports, resolved += import.files.empty() ? 0 : 1;
    }
  });
  const double back = milliseconds([&] {
    for (context::FileId file = 0; file < index.files(); file += 16) importers += index.importers(file).size();
  });
  std::printf(" an import %.2f us (%zu of %zu resolved), importers %.1f us (%zu)\n",
              ms * 1000 / static_cast<double>(imports), resolved, imports,
              back * 1000 / (static_cast<double>(index.files()) / 16), importers + sum % 2);
}

// Wall time: from nothing to the first answer.
void warm(const context::Index& index) {
  const std::string path = std::filesystem::temp_directory_path() / "fimd-index-bench.db";
  for (const char* ending : {"", ".lock", "-journal"}) std::filesystem::remove(path + ending);
  const TimePoint begin = Clock::now();
  if (auto store = context::IndexStore::open(path); !store || !(*store)->save(index)) std::printf("  cannot store\n");
  std::printf("  store            saved in %.0f ms, %.1f MB; there again in", to_ms(Clock::now() - begin),
              static_cast<double>(std::filesystem::file_size(path)) / 1e6);
  for (int round = 0; round < 5; ++round) {
    const TimePoint start = Clock::now();
    const auto store = context::IndexStore::open(path);
    auto loaded = (*store)->load();
    const double read = to_ms(Clock::now() - start);
    const IndexPtr again = context::Index::of(std::move(loaded.segments), std::make_shared<const context::Project>());
    const bool same = again->counts().symbols == index.counts().symbols && again->definitions("main").size() + 1 > 0;
    std::printf(" %.1f%s", to_ms(Clock::now() - start), same ? "" : " (not the same!)");
    if (round == 4) std::printf(" ms (reading %.1f)\n", read);
  }
  for (const char* ending : {"", ".lock", "-journal"}) std::filesystem::remove(path + ending);
}

void measure(std::vector<Source> files) {
  size_t bytes = 0, lines = 0;
  for (const Source& file : files) bytes += file.text.size(), lines += file.lines;
  std::printf("%zu files, %zu lines, %.1f MB\n", files.size(), lines, static_cast<double>(bytes) / 1e6);
  bare({files.begin(), files.begin() + static_cast<ptrdiff_t>(std::min<size_t>(files.size(), 500))});  // loads grammars
  const double pure = bare(files);
  const double before = pss_mb();
  Stages stages;
  IndexPtr index = cold(files, stages);
  const double whole = stages.read + stages.pack;
  const auto mb = [&](double ms) { return static_cast<double>(bytes) / 1e3 / ms; };
  std::printf(
      "  cold             %.1f s, %.0f lines/s, %.2f MB/s; bare parse and query %.2f MB/s: %.0f %% (packing %.1f %%)\n",
      whole / 1000, static_cast<double>(lines) / whole * 1000, mb(whole), mb(pure), pure / whole * 100,
      stages.pack / whole * 100);
  const auto counts = index->counts();
  std::printf("  memory           %.1f MB held, %.1f MB by PSS, %.1f bytes a line; %zu symbols\n",
              static_cast<double>(index->bytes()) / 1e6, pss_mb() - before,
              static_cast<double>(index->bytes()) / static_cast<double>(counts.lines), counts.symbols);
  lookups(*index);
  warm(*index);
  saves(index, files);
}

}  // namespace
}  // namespace fimd

int main(int argc, char** argv) {
  const size_t lines = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1'000'000;
  std::vector<std::string> folders(argv + std::min(argc, 2), argv + argc);
  if (folders.empty())
    folders = {"/usr/include", "/usr/lib/python3.11", "/usr/lib/python3", FIMD_SOURCE_DIR "/grammars/node_modules"};
  auto files = fimd::sources(folders, lines);
  for (const size_t share : {8, 4, 2, 1}) {
    size_t have = 0, count = 0;
    while (count < files.size() && have < lines / share) have += files[count++].lines;
    fimd::measure({files.begin(), files.begin() + static_cast<ptrdiff_t>(count)});
  }
  return 0;
}
