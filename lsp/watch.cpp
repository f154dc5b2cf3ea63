#include "lsp/watch.h"

#include <sys/inotify.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <cstring>
#include <deque>
#include <map>
#include <set>

#include "context/log.h"

namespace fimd::lsp {
namespace {

constexpr size_t kFoldersAtOnce = 200;  // folders that are added in one turn of the loop
constexpr uint32_t kEvents = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_DELETE_SELF |
                             IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK;

}  // namespace

struct Watch::State : std::enable_shared_from_this<Watch::State> {
  explicit State(boost::asio::io_context& l) : loop(l), descriptor(l) {}

  boost::asio::io_context& loop;
  boost::asio::posix::stream_descriptor descriptor;
  std::string root;
  size_t most = kMaxFolders;
  std::function<void(std::string)> changed;
  std::function<void()> folders_changed;
  std::map<int, std::string> folders;  // by inotify's number
  std::set<std::string, std::less<>> known;
  std::deque<std::string> waiting;
  bool complete = true;

  void open() {
    const int fd = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (fd < 0) {
      log::warn("{}: files cannot be watched: {}", root, std::strerror(errno));
      complete = false;
      return;
    }
    descriptor.assign(fd);
    wait();
  }

  void wait() {
    descriptor.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                          [weak = weak_from_this()](const boost::system::error_code& ec) {
                            const auto self = weak.lock();
                            if (!self || ec) return;
                            self->read();
                            if (self->descriptor.is_open()) self->wait();
                          });
  }

  // Some more of the waiting folders.
  void add_some() {
    for (size_t i = 0; i < kFoldersAtOnce && !waiting.empty() && descriptor.is_open(); ++i) {
      const std::string folder = std::move(waiting.front());
      waiting.pop_front();
      const std::string path = folder.empty() ? root : root + "/" + folder;
      const int number =
          folders.size() < most ? ::inotify_add_watch(descriptor.native_handle(), path.c_str(), kEvents) : -1;
      if (number >= 0) {
        folders[number] = folder;
        continue;
      }
      const bool gone = folders.size() < most && (errno == ENOENT || errno == ENOTDIR || errno == EACCES);
      known.erase(folder);
      if (gone) continue;
      if (complete) log::info("{}: more folders than can be watched; it is looked through from time to time", root);
      complete = false;
      waiting.clear();
    }
    if (waiting.empty()) return;
    boost::asio::post(loop, [weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->add_some();
    });
  }

  void read() {
    alignas(inotify_event) std::array<char, 64 * 1024> buffer;
    const ssize_t size = ::read(descriptor.native_handle(), buffer.data(), buffer.size());
    std::set<std::string> paths;
    bool lost = false;
    for (ssize_t at = 0; at + static_cast<ssize_t>(sizeof(inotify_event)) <= size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      lost = take(*event, paths) || lost;
    }
    // A callback may end this.
    const auto self = shared_from_this();
    for (const std::string& path : paths) {
      if (changed) changed(path);
    }
    if (lost && folders_changed) folders_changed();
  }

  // Returns whether the folders themselves have changed.
  bool take(const inotify_event& event, std::set<std::string>& paths) {
    if ((event.mask & IN_Q_OVERFLOW) != 0) return true;
    const auto folder = folders.find(event.wd);
    if (folder == folders.end()) return false;
    if ((event.mask & IN_IGNORED) != 0) {  // removed by the system: the folder is gone
      known.erase(folder->second);
      folders.erase(folder);
      return false;
    }
    if (event.len == 0) return (event.mask & IN_DELETE_SELF) != 0;
    if ((event.mask & IN_ISDIR) != 0) return std::strcmp(event.name, ".git") != 0;
    if ((event.mask & IN_CREATE) != 0) return false;  // its writer closes it later
    paths.insert(folder->second.empty() ? event.name : folder->second + "/" + event.name);
    return false;
  }
};

Watch::Watch(boost::asio::io_context& loop, std::string root, std::function<void(std::string)> changed,
             std::function<void()> folders_changed, size_t most)
    : state_(std::make_shared<State>(loop)) {
  state_->root = std::move(root);
  state_->most = most;
  state_->changed = std::move(changed);
  state_->folders_changed = std::move(folders_changed);
  state_->open();
}

Watch::~Watch() {
  state_->changed = nullptr;
  state_->folders_changed = nullptr;
  boost::system::error_code ignored;
  state_->descriptor.close(ignored);
}

void Watch::watch(const std::vector<std::string>& folders) {
  const bool idle = state_->waiting.empty();
  for (const std::string& folder : folders) {
    if (state_->known.insert(folder).second) state_->waiting.push_back(folder);
  }
  if (idle) state_->add_some();
}

bool Watch::complete() const {
  return state_->complete;
}

}  // namespace fimd::lsp
