#include "lsp/workspace.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "context/files.h"
#include "context/log.h"
#include "lsp/daemon.h"
#include "lsp/offload.h"

namespace fimd::lsp {
namespace {

using providers::builtin::CorpusPtr;
using providers::builtin::FileChange;
using Families = std::map<std::string, CorpusPtr, std::less<>>;

struct Built {
  Families families;
  Indexed counts;
};

// Runs on the bulk pool.
Built build_index(const std::string& root, const context::WalkLimits& limits, const std::stop_token& stop) {
  const TimePoint begin = Clock::now();
  const context::DiskFiles files;
  const auto listed = context::walk(files, root, limits, stop);
  std::map<std::string, providers::builtin::CorpusBuilder, std::less<>> builders;
  Built built;
  for (const auto& file : listed.files) {
    if (stop.stop_requested()) return {};
    const auto family = providers::builtin::family_of(file.path);
    if (family.empty()) continue;
    const auto text = files.read(root + "/" + file.path, limits.max_file_bytes);
    if (!text || !context::is_source_text(*text)) continue;
    built.counts.files += builders[std::string(family)].add(file.path, *text);
  }
  for (auto& [family, builder] : builders) {
    CorpusPtr corpus = builder.finish(stop);
    if (!corpus) return {};
    built.counts.tokens += corpus->tokens;
    built.families[family] = std::move(corpus);
  }
  built.counts.seconds = to_ms(Clock::now() - begin) / 1000;
  return built;
}

// What the index may hold of a changed file: its text (given, or read from the disk) if a walk would take the file in,
// else nothing. A file that was saved is not for that reason meant to be seen.
std::optional<std::string> text_to_index(const context::FileSource& files, const std::string& root, FileChange& change,
                                         const context::WalkLimits& limits) {
  if (!context::would_list(files, root, change.path, limits)) return std::nullopt;
  if (!change.text) {
    if (auto text = files.read(root + "/" + change.path, limits.max_file_bytes)) change.text = std::move(*text);
  }
  if (!change.text || change.text->size() > limits.max_file_bytes || !context::is_source_text(*change.text)) return std::nullopt;
  return std::move(change.text);
}

// Runs on the bulk pool.
Families apply_changes(Families families, std::vector<FileChange> changes, const std::string& root,
                       const context::WalkLimits& limits) {
  const context::DiskFiles files;
  std::map<std::string, std::vector<FileChange>, std::less<>> by_family;
  for (auto& change : changes) {
    const auto family = providers::builtin::family_of(change.path);
    if (family.empty()) continue;
    change.text = text_to_index(files, root, change, limits);
    by_family[std::string(family)].push_back(std::move(change));
  }
  for (auto& [family, list] : by_family) {
    CorpusPtr& corpus = families[family];
    if (!corpus) corpus = providers::builtin::CorpusBuilder().finish({});
    corpus = providers::builtin::with_files(corpus, list);
  }
  return families;
}

}  // namespace

struct Workspaces::Folder {
  std::string root;
  context::WalkLimits limits;
  Families families;
  Indexed counts;
  std::stop_source stop;
  bool building = false, changing = false;
  std::vector<FileChange> pending;  // while something runs
  std::vector<Progress> progress;
  std::vector<std::function<void()>> waiting;

  void report(const std::string& text, bool done) {
    for (const auto& each : progress) {
      if (each) each(text, done);
    }
    if (done) progress.clear();
  }
};

Workspaces::Workspaces(Daemon& daemon) : daemon_(daemon) {}

Workspaces::~Workspaces() { stop(); }

void Workspaces::stop() {
  for (auto& [root, folder] : folders_) folder->stop.request_stop();
}

void Workspaces::open(const std::string& root, const Config& config, Progress progress) {
  auto& folder = folders_[root];
  if (folder && !folder->building) return;
  if (folder) return folder->progress.push_back(std::move(progress));
  folder = std::make_shared<Folder>();
  folder->root = root;
  folder->limits.max_file_bytes = config.index_max_file_bytes;
  folder->limits.max_files = config.index_max_files;
  folder->progress.push_back(std::move(progress));
  build(folder);
}

void Workspaces::rebuild(const std::string& root, const Config& config, Progress progress) {
  if (const auto it = folders_.find(root); it != folders_.end()) it->second->stop.request_stop();
  folders_.erase(root);
  open(root, config, std::move(progress));
}

void Workspaces::build(const std::shared_ptr<Folder>& folder) {
  folder->building = true;
  folder->report("indexing " + folder->root, false);
  auto task = [root = folder->root, limits = folder->limits, stop = folder->stop.get_token()] {
    return build_index(root, limits, stop);
  };
  offload(daemon_.bulk, daemon_.loop.get_executor(), std::move(task), [this, folder](Result<Built> built) {
    folder->building = false;
    if (folder->stop.stop_requested()) return;
    if (built) {
      folder->families = std::move(built->families);
      folder->counts = built->counts;
      const std::string text = fmt::format("indexed {} files ({} tokens) of {} in {:.1f} s", folder->counts.files,
                                           folder->counts.tokens, folder->root, folder->counts.seconds);
      log::info("{}", text);
      folder->report(text, true);
    } else {
      log::error("index of {}: {}", folder->root, built.error().message);
      folder->report("the index of " + folder->root + " could not be built", true);
    }
    for (auto& call : std::exchange(folder->waiting, {})) call();
    change(folder);
  });
}

void Workspaces::change(const std::shared_ptr<Folder>& folder) {
  if (folder->building || folder->changing || folder->pending.empty()) return;
  folder->changing = true;
  auto task = [families = folder->families, changes = std::exchange(folder->pending, {}), root = folder->root,
               limits = folder->limits]() mutable {
    return apply_changes(std::move(families), std::move(changes), root, limits);
  };
  offload(daemon_.bulk, daemon_.loop.get_executor(), std::move(task), [this, folder](Result<Families> families) {
    folder->changing = false;
    if (families) folder->families = std::move(*families);
    const bool worn = std::any_of(folder->families.begin(), folder->families.end(),
                                  [](const auto& each) { return providers::builtin::needs_rebuild(*each.second); });
    if (worn && !folder->stop.stop_requested()) build(folder);
    else change(folder);
  });
}

CorpusPtr Workspaces::corpus(const std::string& root, const std::string& relative_path) const {
  const auto folder = folders_.find(root);
  if (folder == folders_.end()) return nullptr;
  const auto family = folder->second->families.find(providers::builtin::family_of(relative_path));
  return family == folder->second->families.end() ? nullptr : family->second;
}

void Workspaces::file_changed(const std::string& root, const std::string& relative_path, std::string text) {
  const auto it = folders_.find(root);
  if (it == folders_.end()) return;
  it->second->pending.push_back({relative_path, std::move(text)});
  change(it->second);
}

void Workspaces::file_on_disk_changed(const std::string& root, const std::string& relative_path) {
  const auto it = folders_.find(root);
  if (it == folders_.end() || providers::builtin::family_of(relative_path).empty()) return;
  it->second->pending.push_back({relative_path, std::nullopt});
  change(it->second);
}

void Workspaces::when_indexed(const std::string& root, std::function<void()> done) {
  const auto it = folders_.find(root);
  if (it == folders_.end() || !it->second->building) return done();
  it->second->waiting.push_back(std::move(done));
}

Indexed Workspaces::indexed(const std::string& root) const {
  const auto it = folders_.find(root);
  return it == folders_.end() ? Indexed{} : it->second->counts;
}

}  // namespace fimd::lsp
