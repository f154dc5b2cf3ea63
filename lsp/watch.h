// Watches folders for files that change outside of the editor, with inotify: for editors that do not tell.
//
// Loop thread; owned by the folder of lsp/workspace. The number of folders is bounded; beyond it, or where the system
// gives no more, complete() is false and the owner looks again from time to time.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fimd::lsp {

class Watch {
 public:
  static constexpr size_t kMaxFolders = 8192;

  // At most `most` folders. `changed` gets the path, relative to the root, of a file that was written, moved or
  // removed; `folders_changed` is called when folders came or went, or when events were lost. Neither is called after
  // the Watch is gone.
  Watch(boost::asio::io_context& loop, std::string root, std::function<void(std::string path)> changed,
        std::function<void()> folders_changed, size_t most = kMaxFolders);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  // The folders to watch, relative to the root ("" is the root): those that are new are added, some at a time.
  void watch(const std::vector<std::string>& folders);

  [[nodiscard]] bool complete() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace fimd::lsp
