// The workspace folders of this process and their index for the builtin model, built in the background.
//
// Loop thread; the walk, the reading and the sorting run on the niced bulk pool and hand over immutable values. A
// saved or changed file replaces its own part; the whole is rebuilt when the changes have grown.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "lsp/config.h"
#include "providers/builtin/builtin.h"

namespace fimd::lsp {

struct Daemon;

struct Indexed {
  size_t files = 0, tokens = 0;
  double seconds = 0;
};

class Workspaces {
 public:
  // Called on the loop with what the index is doing: a text for the user, and whether that was the last.
  using Progress = std::function<void(const std::string& text, bool done)>;

  explicit Workspaces(Daemon& daemon);
  ~Workspaces();

  // Begins to index a folder unless that has been done; `progress` may be empty.
  void open(const std::string& root, const Config& config, Progress progress);

  // The index that serves a file of a folder, by the file's family of languages; null while there is none.
  [[nodiscard]] providers::builtin::CorpusPtr corpus(const std::string& root, const std::string& relative_path) const;

  // A file's text has changed for good (saved, or closed again): take this text into the index.
  void file_changed(const std::string& root, const std::string& relative_path, std::string text);

  // A file may have changed on the disk: reads it again, or forgets it when it is gone.
  void file_on_disk_changed(const std::string& root, const std::string& relative_path);

  // Forgets and builds again.
  void rebuild(const std::string& root, const Config& config, Progress progress);

  // Calls `done` when the folder is indexed (at once if it is, or if it is not open).
  void when_indexed(const std::string& root, std::function<void()> done);

  [[nodiscard]] Indexed indexed(const std::string& root) const;

  void stop();  // the walks and builds that run

 private:
  struct Folder;
  void build(const std::shared_ptr<Folder>& folder);
  void change(const std::shared_ptr<Folder>& folder);
  Daemon& daemon_;
  std::map<std::string, std::shared_ptr<Folder>> folders_;
};

}  // namespace fimd::lsp
