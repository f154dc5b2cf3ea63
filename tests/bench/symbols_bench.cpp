// How fast symbols are read from real trees: parse alone, parse with a bare query, parse with outline().
//
// Usage: symbols_bench LANGUAGE DIR [MEGABYTES]. Reads up to that many megabytes (20) of the language's files below
// DIR. The bare query is the tags.scm that the grammar's package brings; a package without one is compared with a query
// for every named node with a name. Times are processor time of this thread, the best of three rounds.
#include <time.h>
#include <tree_sitter/api.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "context/symbols.h"
#include "context/syntax_data.h"
#include "grammars/queries.h"

namespace fimd {
namespace {

using context::Snapshot;
using context::Tree;

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

double used() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

std::vector<Snapshot> files_below(const std::filesystem::path& folder, std::string_view language, size_t limit) {
  std::vector<Snapshot> found;
  size_t bytes = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    if (!entry.is_regular_file(error) || entry.file_size(error) > 1u << 20) continue;
    if (grammars::language_of_path(entry.path().string()) != language) continue;
    std::string text = read(entry.path());
    bytes += text.size();
    found.push_back(std::make_shared<const context::Text>(
        context::make_text(entry.path().string(), 1, std::string(language), std::move(text))));
    if (bytes > limit) break;
  }
  return found;
}

// The tags query of the grammar's package, from where it was fetched.
std::string tags_of(const grammars::Grammar& grammar) {
  std::string name(grammar.name);
  std::ranges::replace(name, '_', '-');
  const std::string packages = FIMD_SOURCE_DIR "/grammars/node_modules/";
  std::string text;
  if (name == "typescript" || name == "tsx") {
    text = read(packages + "tree-sitter-javascript/queries/tags.scm");
    text = read(packages + "tree-sitter-typescript/queries/tags.scm");
  } else {
    text = read(packages + "tree-sitter-" + name + "/queries/tags.scm");
  }
  return text.empty() ? "(_ name: (_) @name) @definition" : text;
}

struct Counts {
  size_t bytes = 0, lines = 0, symbols = 0, imports = 0, mentions = 0, matches = 0;
};

template <class Work>
double best_of_three(Work work) {
  double best = 1e300;
  for (int round = 0; round < 3; ++round) {
    const double start = used();
    work();
    best = std::min(best, used() - start);
  }
  return best;
}

void report(const char* what, double milliseconds, const Counts& counts, double baseline) {
  std::printf("  %-22s %8.1f ms %7.2f MB/s %9.0f lines/s  %5.1f %% of the bare query's speed\n", what, milliseconds,
              static_cast<double>(counts.bytes) / milliseconds / 1e3,
              static_cast<double>(counts.lines) / milliseconds * 1e3, baseline / milliseconds * 100);
}

int run(std::string_view language, const std::filesystem::path& folder, size_t limit) {
  const grammars::Grammar* grammar = grammars::find_grammar(language);
  if (!grammar) return std::fprintf(stderr, "no grammar for %s\n", std::string(language).c_str()), 1;
  const std::vector<Snapshot> files = files_below(folder, language, limit);
  Counts counts;
  for (const Snapshot& file : files) {
    counts.bytes += file->utf8.size();
    counts.lines += file->lines.size();
  }
  const std::string tags = tags_of(*grammar);
  uint32_t offset = 0;
  TSQueryError wrong = TSQueryErrorNone;
  const TSLanguage* loaded = grammars::load(*grammar).language;
  TSQuery* bare = ts_query_new(loaded, tags.data(), static_cast<uint32_t>(tags.size()), &offset, &wrong);
  if (!bare) return std::fprintf(stderr, "the bare query is wrong at byte %u\n", offset), 1;
  const double start = used();
  std::ignore = grammars::query(*grammar, grammars::QueryKind::outline);
  const double compiling = used() - start;

  const double parsing = best_of_three([&] {
    for (const Snapshot& file : files) std::ignore = parse(file, {});
  });
  const double querying = best_of_three([&] {
    TSQueryCursor* cursor = ts_query_cursor_new();
    for (const Snapshot& file : files) {
      const auto tree = parse(file, {});
      if (!tree) continue;
      ts_query_cursor_exec(cursor, bare, tree->data()->root());
      for (TSQueryMatch match; ts_query_cursor_next_match(cursor, &match);) ++counts.matches;
    }
    ts_query_cursor_delete(cursor);
  });
  const double outlining = best_of_three([&] {
    counts.symbols = counts.imports = counts.mentions = 0;
    for (const Snapshot& file : files) {
      const auto tree = parse(file, {});
      if (!tree) continue;
      const context::Outline outline = context::outline(*tree);
      counts.symbols += outline.symbols.size();
      counts.imports += outline.imports.size();
      counts.mentions += outline.mentions.size();
    }
  });
  ts_query_delete(bare);
  std::printf("%s: %zu files, %.1f MB, %zu lines; %zu symbols, %zu imports, %zu mentions; query compiled in %.1f ms\n",
              std::string(language).c_str(), files.size(), static_cast<double>(counts.bytes) / 1e6, counts.lines,
              counts.symbols, counts.imports, counts.mentions, compiling);
  report("parse", parsing, counts, querying);
  report("parse and bare query", querying, counts, querying);
  report("parse and outline()", outlining, counts, querying);
  return 0;
}

}  // namespace
}  // namespace fimd

int main(int argc, char** argv) {
  if (argc < 3) return std::fprintf(stderr, "usage: symbols_bench LANGUAGE DIR [MEGABYTES]\n"), 2;
  return fimd::run(argv[1], argv[2], (argc > 3 ? static_cast<size_t>(std::atoi(argv[3])) : 20) << 20);
}
