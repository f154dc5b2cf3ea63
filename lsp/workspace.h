// The workspace folders of this process: the symbol index and the builtin model's corpora of each, built and kept in
// the background.
//
// Loop thread; walking, reading, parsing and storing run on the niced bulk pool as short steps (lsp/indexing.h) that
// hand over immutable values, one at a time for a folder: changes of files first, then the build, then the store. What
// an editor has open counts before what is on the disk.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "context/index.h"
#include "lsp/config.h"
#include "providers/builtin/builtin.h"

namespace fimd::lsp {

struct Daemon;

struct Indexed {
  context::IndexCounts counts;
  size_t tokens = 0;           // in the corpora
  size_t done = 0, total = 0;  // files of the build that runs, or ran last
  size_t stored_files = 0;     // that were there from the store
  double seconds = 0;          // of the last build
  bool building = false;
};

class Workspaces {
 public:
  // Called on the loop with what the index is doing: a text for the user, and whether that was the last.
  using Progress = std::function<void(const std::string& text, bool done)>;

  explicit Workspaces(Daemon& daemon);
  ~Workspaces();

  // Begins to index a folder unless that has been done; `progress` may be empty.
  void open(const std::string& root, const Config& config, Progress progress);

  // Looks for changes on the disk by itself: for editors that do not tell.
  void watch(const std::string& root);

  // The symbols of a folder as far as they are known; null if it is not open.
  [[nodiscard]] context::IndexPtr index(const std::string& root) const;

  // The index that serves a file of a folder, by the file's family of languages; null while there is none.
  [[nodiscard]] providers::builtin::CorpusPtr corpus(const std::string& root, const std::string& relative_path) const;

  // A file's text has changed for good (saved): take this text into the index.
  void file_changed(const std::string& root, const std::string& relative_path, std::string text);

  // A file may have changed on the disk: reads it again, or forgets it when it is gone. Not if an editor has it open.
  void file_on_disk_changed(const std::string& root, const std::string& relative_path);

  // A file is open in an editor with this text, again whenever it has rested after changes, and is no longer.
  void buffer_opened(const std::string& root, const std::string& relative_path);
  void buffer_rests(const std::string& root, const std::string& relative_path, std::string text);
  void buffer_closed(const std::string& root, const std::string& relative_path);

  // Forgets and builds again.
  void rebuild(const std::string& root, const Config& config, Progress progress);

  // Calls `done` when the folder is indexed and all changes are taken in (at once if so, or if it is not open).
  void when_indexed(const std::string& root, std::function<void()> done);

  [[nodiscard]] Indexed indexed(const std::string& root) const;

  void stop();  // what runs

 private:
  struct Folder;
  [[nodiscard]] std::shared_ptr<Folder> find(const std::string& root) const;
  std::shared_ptr<Folder> make(const std::string& root, const Config& config);
  static void end(Folder& folder);
  std::map<std::string, std::shared_ptr<Folder>> folders_;
  Daemon& daemon_;
};

}  // namespace fimd::lsp
