#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "lsp/cli/commands.h"

namespace fimd::lsp::cli {
namespace {

using nlohmann::json;

constexpr size_t kProgressWidth = 30;

void draw_bar(const Indexed& now) {
  const size_t full = now.total == 0 ? 0 : now.done * kProgressWidth / now.total;
  const std::string bar = std::string(full, '#') + std::string(kProgressWidth - full, '.');
  std::fprintf(stderr, "\r[%s] %zu of %zu files, %zu symbols\x1b[K", bar.c_str(), now.done, now.total,
               now.counts.symbols);
  std::fflush(stderr);
}

// Files with an outline by language, most first.
std::vector<std::pair<std::string, size_t>> languages_of(const context::Index& index) {
  std::map<std::string, size_t> counts;
  for (context::FileId file = 0; file < index.files(); ++file) {
    if (index.is_outlined(file)) ++counts[std::string(index.language(file))];
  }
  std::vector<std::pair<std::string, size_t>> out(counts.begin(), counts.end());
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  return out;
}

json as_json(const std::string& root, const Indexed& done, const context::Index& index) {
  json languages = json::object();
  for (const auto& [language, count] : languages_of(index)) languages[language] = count;
  return {{"root", root},
          {"files", done.counts.files},
          {"indexed", done.counts.outlined},
          {"symbols", done.counts.symbols},
          {"lines", done.counts.lines},
          {"bytes", done.counts.bytes},
          {"memory_bytes", index.bytes()},
          {"from_store", done.stored_files},
          {"languages", std::move(languages)},
          {"seconds", done.seconds}};
}

void print(const std::string& root, const Indexed& done, const context::Index& index) {
  std::printf("%s\n  files      %zu, of which %zu with symbols; %zu were there from before\n", root.c_str(),
              done.counts.files, done.counts.outlined, done.stored_files);
  std::printf("  symbols    %zu in %llu lines\n  languages ", done.counts.symbols,
              static_cast<unsigned long long>(done.counts.lines));
  for (const auto& [language, count] : languages_of(index)) std::printf(" %s %zu", language.c_str(), count);
  std::printf("\n  time       %.2f s\n", done.seconds);
}

}  // namespace

int index(const Common& common) {
  const std::string root = root_for(common.root.empty() ? "." : common.root, ".");
  std::error_code ec;
  if (!std::filesystem::is_directory(root, ec)) return complain({Error::Code::not_found, root + ": not a folder"});
  Shell shell;
  if (auto configured = shell.configure(common, root); !configured) return complain(configured.error());
  auto& workspaces = shell.daemon.workspaces;
  const bool bar = ::isatty(STDERR_FILENO) == 1 && !common.json;
  workspaces.open(root, shell.configuration.now(), [&](const std::string&, bool) {
    if (bar) draw_bar(workspaces.indexed(root));
  });
  shell.run([&](std::function<void()> done) { workspaces.when_indexed(root, std::move(done)); });
  if (bar) std::fprintf(stderr, "\r\x1b[K");
  const Indexed done = workspaces.indexed(root);
  if (done.building || done.total != done.done) return complain({Error::Code::io, root + ": could not be indexed"});
  const context::IndexPtr index = workspaces.index(root);
  if (common.json)
    std::printf("%s\n", as_json(root, done, *index).dump(2, ' ', false, json::error_handler_t::replace).c_str());
  else
    print(root, done, *index);
  return 0;
}

}  // namespace fimd::lsp::cli
