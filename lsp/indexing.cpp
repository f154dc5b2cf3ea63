#include "lsp/indexing.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <unordered_set>

#include "context/index_read.h"
#include "context/log.h"
#include "grammars/registry.h"
#include "lsp/config.h"
#include "lsp/folders.h"
#include "lsp/project.h"
#include "providers/builtin/builtin.h"

namespace fimd::lsp {
namespace {

using context::FileOutline;
using context::FoundFile;
using context::IndexPtr;
using providers::builtin::CorpusBuilder;
using providers::builtin::family_of;

constexpr size_t kSegmentBytes = 4U << 20;
constexpr auto kStoreLife = std::chrono::hours(24 * 90);  // of an index that nobody opened

// A file that an outline may be made of; without an extension its first line has to tell.
bool is_worth_reading(const FoundFile& file) {
  if (context::is_outlined(file.path, "", file.bytes)) return true;
  return context::name_of(file.path).find('.') == std::string_view::npos;
}

bool same_on_disk(const context::Stamp& stamp, const FoundFile& file) {
  return stamp.mtime_ns != 0 && stamp.mtime_ns == file.mtime_ns && stamp.bytes == file.bytes;
}

FileOutline plain(const FoundFile& file) {
  FileOutline out;
  out.path = file.path;
  out.language = grammars::language_of_path(file.path);
  out.stamp = {file.bytes, file.mtime_ns, 0};
  return out;
}

// The segment without the files that have a newer outline already.
context::SegmentPtr without(const context::SegmentPtr& segment, const PathSet& live) {
  std::vector<bool> keep(segment->files());
  for (uint32_t file = 0; file < segment->files(); ++file) keep[file] = !live.contains(segment->path(file));
  if (std::find(keep.begin(), keep.end(), false) == keep.end()) return segment;
  context::SegmentBuilder builder;
  builder.add(*segment, keep);
  return builder.finish();
}

void remove_old_stores(const std::filesystem::path& folder) {
  std::error_code ec;
  const auto now = std::filesystem::file_time_type::clock::now();
  for (std::filesystem::directory_iterator each(folder, ec), end; !ec && each != end; each.increment(ec)) {
    if (each->path().extension() != ".db") continue;
    const auto used = each->last_write_time(ec);
    if (ec || now - used < kStoreLife) continue;
    std::filesystem::remove(each->path(), ec);
    std::filesystem::remove(each->path().string() + ".lock", ec);
  }
}

}  // namespace

// --- the store ---

Stored open_store(const std::string& root) {
  Stored out{nullptr, context::empty_index()};
  const std::string cache = cache_folder();
  if (cache.empty()) return out;
  const std::string path = context::index_store_path(cache, root);
  auto store = context::IndexStore::open(path);
  if (!store) {
    log::warn("{}: the index is built anew at each start", store.error().message);
    return out;
  }
  ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);  // in use
  remove_old_stores(std::filesystem::path(path).parent_path());
  out.store = std::move(*store);
  auto loaded = out.store->load();
  if (loaded.lost > 0) log::warn("index store {}: {} parts were lost and are read anew", path, loaded.lost);
  out.index = context::Index::of(std::move(loaded.segments), std::make_shared<const context::Project>());
  return out;
}

void save_store(const StorePtr& store, const IndexPtr& index) {
  if (!store) return;
  if (auto saved = store->save(*index); !saved && saved.error().code != Error::Code::refused) {
    log::warn("{}: the index is not stored", saved.error().message);
  }
}

// --- building ---

struct Build {
  IndexPlace place;
  context::DiskFiles disk;
  std::vector<FoundFile> files;
  bool complete = true;
  size_t next = 0;
  context::SegmentBuilder segment;
  std::map<std::string, CorpusBuilder, std::less<>> builders;
  size_t corpus_tokens = 0;
  bool listed = false;  // the project files are read and what is gone is out

  void hand_over(IndexPtr& index, const PathSet& live) {
    if (segment.files() > 0) index = with_segment(index, without(segment.finish(), live));
  }

  void read(const FoundFile& file, const IndexPtr& index, const PathSet& live, const std::stop_token& stop) {
    const auto known = index->find(file.path);
    const bool settled = live.contains(file.path) || (known && same_on_disk(index->stamp(*known), file));
    const auto family = family_of(file.path);
    const bool for_corpus = !family.empty() && corpus_tokens < providers::builtin::CorpusLimits{}.max_tokens;
    const bool for_index = !settled && is_worth_reading(file);
    if (!settled && !for_index) segment.add(plain(file));
    if (!for_corpus && !for_index) return;
    auto text = disk.read(place.root + "/" + file.path, place.limits.max_file_bytes);
    if (!text) return;
    if (for_corpus && context::is_source_text(*text)) {
      CorpusBuilder& builder = builders[std::string(family)];
      const size_t before = builder.tokens();
      builder.add(file.path, *text);
      corpus_tokens += builder.tokens() - before;
    }
    if (!for_index) return;
    const context::Stamp stamp = context::stamp_of(*text, file.mtime_ns);
    const bool touched = known && index->stamp(*known).hash == stamp.hash && index->stamp(*known).bytes == stamp.bytes;
    if (!touched)
      segment.add(context::read_outline(file.path, std::move(*text), stamp, Clock::now() + kOutlineLimit, stop));
  }

  // Takes out what a former index has and the walk has not.
  void forget_the_gone(const IndexPtr& index, const PathSet& live) {
    if (index->files() == 0) return;
    std::unordered_set<std::string_view> listed_paths;
    for (const FoundFile& file : files) listed_paths.insert(file.path);
    for (context::FileId id = 0; id < index->files(); ++id) {
      const std::string_view path = index->path(id);
      if (listed_paths.contains(path) || live.contains(path)) continue;
      if (segment.files() == context::SegmentBuilder::kMaxFiles) break;  // the rest goes with the next build
      segment.add_gone(path);
    }
  }
};

void FreeBuild::operator()(Build* build) const {
  delete build;
}

BuildPtr begin_build(const IndexPlace& place, const std::stop_token& stop) {
  BuildPtr build(new Build);
  build->place = place;
  auto walked = context::walk(build->disk, place.root, place.limits, stop);
  if (stop.stop_requested()) return nullptr;
  for (const std::string& note : walked.notes) log::debug("index of {}: {}", place.root, note);
  build->files = std::move(walked.files);
  build->complete = walked.complete;
  return build;
}

Step step_build(BuildPtr build, IndexPtr index, const PathSet& live, const std::stop_token& stop) {
  const TimePoint end = Clock::now() + kIndexSlice;
  Build& b = *build;
  if (!b.listed) {
    b.forget_the_gone(index, live);
    // A stored index knows its paths at once.
    if (index->files() > 0) index = with_project(index, read_project(b.disk, b.place.root, index->paths(), stop));
    b.listed = true;
  }
  while (b.next < b.files.size() && Clock::now() < end) {
    if (stop.stop_requested()) return {};
    b.read(b.files[b.next++], index, live, stop);
    if (b.segment.bytes() > kSegmentBytes || b.segment.files() == context::SegmentBuilder::kMaxFiles)
      b.hand_over(index, live);
  }
  Step out;
  out.done = b.next;
  out.total = b.files.size();
  if (b.next == b.files.size()) {
    b.hand_over(index, live);
    index = tidied(with_project(index, read_project(b.disk, b.place.root, index->paths(), stop)));
    for (auto& [family, builder] : b.builders) {
      auto corpus = builder.finish(stop);
      if (!corpus) return {};
      out.families[family] = std::move(corpus);
    }
    PathSet folders{""};
    for (const FoundFile& file : b.files) folders.emplace(context::folder_of(file.path));
    out.folders.assign(folders.begin(), folders.end());
    out.finished = true;
  }
  out.index = std::move(index);
  out.build = std::move(build);
  return out;
}

// --- changes ---

namespace {

// The text of an event if a walk would list its file, and its time on the disk if the text is what is there.
struct Seen {
  std::string text;
  int64_t mtime_ns = 0;
};

// A file that was saved is not for that reason meant to be seen.
std::optional<Seen> look(const IndexPlace& place, const FileEvent& event) {
  const context::DiskFiles disk;
  if (!context::would_list(disk, place.root, event.path, place.limits)) return std::nullopt;
  const std::string path = place.root + "/" + event.path;
  const auto entry = disk.stat(path);
  Seen out;
  auto there = entry && !event.buffer ? disk.read(path, place.limits.max_file_bytes) : Result<std::string>("");
  if (event.text) {
    out.text = *event.text;
    if (entry && there && !event.buffer && *there == out.text) out.mtime_ns = entry->mtime_ns;
  } else if (entry && there) {
    out.text = std::move(*there);
    out.mtime_ns = entry->mtime_ns;
  } else {
    return std::nullopt;
  }
  if (out.text.size() > place.limits.max_file_bytes) return std::nullopt;
  return out;
}

}  // namespace

Changed apply_events(const IndexPlace& place, Changed state, std::vector<FileEvent> events,
                     const std::stop_token& stop) {
  std::map<std::string, std::vector<providers::builtin::FileChange>, std::less<>> by_family;
  std::vector<context::IndexChange> changes;
  bool project_changed = false;
  for (FileEvent& event : events) {
    auto seen = look(place, event);
    const bool source = seen && context::is_source_text(seen->text);
    if (const auto family = family_of(event.path); event.corpus && !event.buffer && !family.empty()) {
      by_family[std::string(family)].push_back({event.path, source ? std::optional(seen->text) : std::nullopt});
    }
    if (!event.index) continue;
    project_changed = project_changed || is_project_file(event.path);
    context::IndexChange change{.file = {}, .gone = !seen};
    change.file.path = event.path;
    if (seen) {
      const context::Stamp stamp = context::stamp_of(seen->text, seen->mtime_ns);
      const auto known = state.index->find(event.path);
      const context::Stamp have = known ? state.index->stamp(*known) : context::Stamp{};
      if (have.hash == stamp.hash && have.bytes == stamp.bytes && (event.buffer || have.mtime_ns == stamp.mtime_ns))
        continue;
      change.file = context::read_outline(event.path, std::move(seen->text), stamp, Clock::now() + kOutlineLimit, stop);
    } else if (!state.index->find(event.path)) {
      continue;
    }
    changes.push_back(std::move(change));
  }
  for (auto& [family, list] : by_family) {
    auto& corpus = state.families[family];
    if (!corpus) corpus = CorpusBuilder().finish({});
    corpus = with_files(corpus, list);
  }
  if (!changes.empty()) state.index = with_files(state.index, changes);
  if (project_changed) {
    const context::DiskFiles disk;
    state.index = with_project(state.index, read_project(disk, place.root, state.index->paths(), stop));
  }
  return state;
}

std::vector<FileEvent> rescan(const IndexPlace& place, const IndexPtr& index, const std::stop_token& stop) {
  const context::DiskFiles disk;
  const auto walked = context::walk(disk, place.root, place.limits, stop);
  std::vector<FileEvent> out;
  if (stop.stop_requested()) return out;
  std::unordered_set<std::string_view> listed;
  for (const FoundFile& file : walked.files) {
    listed.insert(file.path);
    const auto known = index->find(file.path);
    if (!known || !same_on_disk(index->stamp(*known), file)) out.push_back({.path = file.path, .text = {}});
  }
  for (context::FileId id = 0; id < index->files(); ++id) {
    if (!listed.contains(index->path(id))) out.push_back({.path = std::string(index->path(id)), .text = {}});
  }
  return out;
}

}  // namespace fimd::lsp
