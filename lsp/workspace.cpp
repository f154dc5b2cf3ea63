#include "lsp/workspace.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <deque>

#include "context/log.h"
#include "lsp/daemon.h"
#include "lsp/indexing.h"
#include "lsp/offload.h"
#include "lsp/watch.h"

namespace fimd::lsp {
namespace {

using providers::builtin::CorpusPtr;

constexpr size_t kEventsAtOnce = 32;  // files that change: so many are read in one step

}  // namespace

// One folder. Keeps itself alive while a step of it runs.
struct Workspaces::Folder : std::enable_shared_from_this<Workspaces::Folder> {
  Folder(Daemon& d, IndexPlace p) : daemon(d), place(std::move(p)), look_again(d.loop), store_again(d.loop) {}

  Daemon& daemon;
  IndexPlace place;
  context::IndexPtr index = context::empty_index();
  Families families;
  Indexed counts;
  StorePtr store;
  context::IndexPtr stored;  // what the store holds
  std::stop_source stop;

  bool running = false;  // a step, on the bulk pool
  bool opened = false;   // the store was asked
  bool build_wanted = true, building = false, build_ended = false, rescan_wanted = false;
  BuildPtr build;
  TimePoint build_began{}, reported{}, stored_at = Clock::now();
  std::deque<FileEvent> events;
  std::vector<FileEvent> for_corpora;               // that the corpora have yet to hear of, when the build has ended
  PathSet touched;                                  // changed since the build began
  std::map<std::string, int, std::less<>> buffers;  // open in editors
  std::unique_ptr<Watch> watch;
  bool watched = false;
  boost::asio::steady_timer look_again, store_again;
  std::vector<Progress> progress;
  std::vector<std::function<void()>> waiting;

  void report(const std::string& text, bool done) {
    for (const auto& each : progress) {
      if (each) each(text, done);
    }
    if (done) progress.clear();
  }

  // Runs `task` on the bulk pool, then `take(its value)` and what is to be done next here.
  template <class Task, class Take>
  void run(Task task, Take take) {
    running = true;
    offload(daemon.bulk, daemon.loop.get_executor(), std::move(task),
            [self = shared_from_this(), take = std::move(take)](auto result) mutable {
              self->running = false;
              if (self->stop.stop_requested()) return;
              if (result)
                take(*self, std::move(*result));
              else
                self->failed(result.error());
              self->next();
            });
  }

  void failed(const Error& error) {
    log::error("index of {}: {}", place.root, error.message);
    if (building) report("the index of " + place.root + " could not be built", true);
    building = build_wanted = false;
    build.reset();
  }

  void next() {
    if (running || stop.stop_requested()) return;
    if (!opened) return ask_store();
    if (!events.empty()) return take_events();
    const bool unsaved = store && stored != index;
    if (unsaved && Clock::now() - stored_at >= kStoreRest) return keep();
    if (building) return step();
    if (build_wanted) return begin();
    if (rescan_wanted) return look();
    if (unsaved && std::exchange(build_ended, false)) return keep();
    if (unsaved) keep_later();
    for (auto& call : std::exchange(waiting, {})) call();
  }

  void ask_store() {
    opened = true;
    run([root = place.root] { return open_store(root); },
        [](Folder& f, Stored found) {
          f.store = std::move(found.store);
          f.index = f.stored = std::move(found.index);
          f.counts.stored_files = f.index->files();
        });
  }

  void keep() {
    stored = index;
    stored_at = Clock::now();
    run(
        [s = store, i = index] {
          save_store(s, i);
          return true;
        },
        [](Folder&, bool) {});
  }

  void keep_later() {
    store_again.expires_at(stored_at + kStoreRest);
    store_again.async_wait([weak = weak_from_this()](const boost::system::error_code& ec) {
      if (const auto self = weak.lock(); self && !ec) self->next();
    });
  }

  void begin() {
    build_wanted = false;
    building = true;
    build_began = Clock::now();
    touched.clear();
    report("indexing " + place.root, false);
    run([p = place, token = stop.get_token()] { return begin_build(p, token); },
        [](Folder& f, BuildPtr begun) {
          f.build = std::move(begun);
          f.building = f.build != nullptr;
        });
  }

  void step() {
    PathSet live = touched;
    for (const auto& [path, count] : buffers) live.insert(path);
    auto task = [b = std::move(build), i = index, live = std::move(live), token = stop.get_token()]() mutable {
      return step_build(std::move(b), std::move(i), live, token);
    };
    run(std::move(task), [](Folder& f, Step done) {
      if (!done.build) return f.failed({Error::Code::internal, "a step of the build has no end"});
      f.index = std::move(done.index);
      f.counts.done = done.done;
      f.counts.total = done.total;
      f.build = std::move(done.build);
      if (done.finished)
        f.finish(std::move(done));
      else
        f.tell_progress();
    });
  }

  void tell_progress() {
    const TimePoint now = Clock::now();
    if (now - reported < 2 * kIndexSlice) return;
    reported = now;
    report(fmt::format("indexed {} of {} files", counts.done, counts.total), false);
  }

  void finish(Step done) {
    building = false;
    build_ended = true;
    build.reset();
    families = std::move(done.families);
    counts.seconds = to_ms(Clock::now() - build_began) / 1000;
    counts.tokens = 0;
    for (const auto& [family, corpus] : families) counts.tokens += corpus->tokens;
    const std::string text = fmt::format("indexed {} files ({} symbols) of {} in {:.1f} s", index->files(),
                                         index->counts().symbols, place.root, counts.seconds);
    log::info("{}", text);
    report(text, true);
    std::move(for_corpora.begin(), for_corpora.end(), std::back_inserter(events));
    for_corpora.clear();
    if (watch) watch->watch(done.folders);
    look_from_time_to_time();
  }

  void take_events() {
    std::vector<FileEvent> some;
    while (!events.empty() && some.size() < kEventsAtOnce) {
      some.push_back(std::move(events.front()));
      events.pop_front();
      FileEvent& event = some.back();
      if (!building || !event.corpus) continue;
      for_corpora.push_back({.path = event.path, .text = event.text, .buffer = event.buffer, .index = false});
      event.corpus = false;
    }
    auto task = [p = place, state = Changed{index, families}, some = std::move(some),
                 token = stop.get_token()]() mutable {
      return apply_events(p, std::move(state), std::move(some), token);
    };
    run(std::move(task), [](Folder& f, Changed changed) {
      f.index = std::move(changed.index);
      f.families = std::move(changed.families);
      const bool worn = std::any_of(f.families.begin(), f.families.end(),
                                    [](const auto& each) { return providers::builtin::needs_rebuild(*each.second); });
      f.build_wanted = f.build_wanted || (worn && !f.building);
    });
  }

  void hear(FileEvent event) {
    if (building) touched.insert(event.path);
    const std::string_view name = context::name_of(event.path);
    if (name == ".gitignore" || name == ".fimdignore") look_after(kSettle);
    // A later look at the disk sees what an earlier one would.
    const auto same = [&](const FileEvent& each) { return !each.text && each.path == event.path; };
    if (!event.text && std::any_of(events.begin(), events.end(), same)) return;
    events.push_back(std::move(event));
    next();
  }

  void look() {
    rescan_wanted = false;
    run([p = place, i = index, token = stop.get_token()] { return rescan(p, i, token); },
        [](Folder& f, std::vector<FileEvent> found) {
          std::vector<std::string> folders;
          for (FileEvent& event : found) {
            if (f.buffers.contains(event.path)) continue;
            folders.emplace_back(context::folder_of(event.path));
            f.events.push_back(std::move(event));
          }
          if (f.watch) f.watch->watch(folders);
        });
  }

  void look_after(Duration wait) {
    look_again.expires_after(wait);
    look_again.async_wait([weak = weak_from_this()](const boost::system::error_code& ec) {
      const auto self = weak.lock();
      if (ec || !self) return;
      self->rescan_wanted = true;
      self->next();
      self->look_from_time_to_time();
    });
  }

  void look_from_time_to_time() {
    if (watch && !watch->complete()) look_after(kRescan);
  }

  void begin_watch() {
    if (watch) return;
    watched = true;
    watch = std::make_unique<Watch>(
        daemon.loop, place.root,
        [this](std::string path) {
          if (!buffers.contains(path)) hear({.path = std::move(path), .text = {}});
        },
        [this] { look_after(kSettle); });
    if (!building && !build_wanted) rescan_wanted = true;
    PathSet folders{""};
    for (context::FileId id = 0; id < index->files(); ++id) folders.emplace(context::folder_of(index->path(id)));
    watch->watch({folders.begin(), folders.end()});
    next();
  }
};

Workspaces::Workspaces(Daemon& daemon) : daemon_(daemon) {}

Workspaces::~Workspaces() {
  stop();
}

void Workspaces::stop() {
  for (auto& [root, folder] : folders_) end(*folder);
}

void Workspaces::end(Folder& folder) {
  folder.stop.request_stop();
  folder.watch.reset();
  folder.look_again.cancel();
  folder.store_again.cancel();
}

std::shared_ptr<Workspaces::Folder> Workspaces::find(const std::string& root) const {
  const auto it = folders_.find(root);
  return it == folders_.end() ? nullptr : it->second;
}

std::shared_ptr<Workspaces::Folder> Workspaces::make(const std::string& root, const Config& config) {
  IndexPlace place{root, {}};
  place.limits.max_file_bytes = config.index_max_file_bytes;
  place.limits.max_files = config.index_max_files;
  return folders_[root] = std::make_shared<Folder>(daemon_, std::move(place));
}

void Workspaces::open(const std::string& root, const Config& config, Progress progress) {
  auto folder = find(root);
  if (folder && !folder->building && !folder->build_wanted) return;
  if (!folder) folder = make(root, config);
  folder->progress.push_back(std::move(progress));
  folder->next();
}

void Workspaces::watch(const std::string& root) {
  if (const auto folder = find(root)) folder->begin_watch();
}

void Workspaces::rebuild(const std::string& root, const Config& config, Progress progress) {
  const auto former = find(root);
  if (!former) return open(root, config, std::move(progress));
  end(*former);
  const auto folder = make(root, config);
  folder->store = former->store;  // but nothing that is in it
  folder->opened = folder->store != nullptr;
  folder->buffers = former->buffers;
  folder->waiting = std::move(former->waiting);
  folder->progress.push_back(std::move(progress));
  if (former->watched) folder->begin_watch();
  folder->next();
}

context::IndexPtr Workspaces::index(const std::string& root) const {
  const auto folder = find(root);
  return folder ? folder->index : nullptr;
}

CorpusPtr Workspaces::corpus(const std::string& root, const std::string& relative_path) const {
  const auto folder = find(root);
  if (!folder) return nullptr;
  const auto family = folder->families.find(providers::builtin::family_of(relative_path));
  return family == folder->families.end() ? nullptr : family->second;
}

void Workspaces::file_changed(const std::string& root, const std::string& relative_path, std::string text) {
  if (const auto folder = find(root)) folder->hear({.path = relative_path, .text = std::move(text)});
}

void Workspaces::file_on_disk_changed(const std::string& root, const std::string& relative_path) {
  const auto folder = find(root);
  if (folder && !folder->buffers.contains(relative_path)) folder->hear({.path = relative_path, .text = {}});
}

void Workspaces::buffer_opened(const std::string& root, const std::string& relative_path) {
  if (const auto folder = find(root)) ++folder->buffers[relative_path];
}

void Workspaces::buffer_rests(const std::string& root, const std::string& relative_path, std::string text) {
  if (const auto folder = find(root)) folder->hear({.path = relative_path, .text = std::move(text), .buffer = true});
}

void Workspaces::buffer_closed(const std::string& root, const std::string& relative_path) {
  const auto folder = find(root);
  if (!folder) return;
  const auto open = folder->buffers.find(relative_path);
  if (open == folder->buffers.end() || --open->second > 0) return;
  folder->buffers.erase(open);
  folder->hear({.path = relative_path, .text = {}});
}

void Workspaces::when_indexed(const std::string& root, std::function<void()> done) {
  const auto folder = find(root);
  const bool busy = folder && (folder->running || folder->building || folder->build_wanted || !folder->events.empty());
  if (!busy) return done();
  folder->waiting.push_back(std::move(done));
}

Indexed Workspaces::indexed(const std::string& root) const {
  const auto folder = find(root);
  if (!folder) return {};
  Indexed out = folder->counts;
  out.counts = folder->index->counts();
  out.building = folder->building || folder->build_wanted;
  return out;
}

}  // namespace fimd::lsp
