#include "lsp/tasks.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <random>

#include "lsp/folders.h"

namespace fimd::lsp {
namespace {

namespace agent = providers::agent;
namespace fs = std::filesystem;
using nlohmann::json;
using SystemTime = std::chrono::system_clock::time_point;

constexpr std::string_view kEnding = ".journal";
constexpr std::string_view kBeside[] = {"diff", "md"};
constexpr auto kKeptFor = std::chrono::hours(24 * 30);
constexpr uint64_t kMostTaskBytes = 500U << 20;

std::string folder() {
  const std::string state = state_folder();
  return state.empty() ? "" : state + "/tasks";
}

// Sorts by time; the rest keeps two of one second apart.
std::string new_id(SystemTime now) {
  std::random_device random;
  return fmt::format("{:%Y%m%d-%H%M%S}-{:04x}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                     random() & 0xffffU);
}

Task task_of(TaskFile file, const std::vector<json>& records) {
  Task task;
  task.busy = agent::Journal::is_busy(file.path);
  task.file = std::move(file);
  task.about = json::object();
  for (const json& record : records) {
    const auto type = record.find("type");
    if (type != record.end() && *type == "task") task.about = record;
    agent::add_record(task.state, record);
  }
  return task;
}

Result<TaskFile> find(const std::string& id) {
  std::vector<TaskFile> found;
  for (TaskFile& file : task_files()) {
    if (!id.empty() && file.id.starts_with(id)) found.push_back(std::move(file));
  }
  if (found.size() == 1) return std::move(found.front());
  return fail(Error::Code::not_found, fmt::format("{} {}", found.empty() ? "no task" : "several tasks", id));
}

bool remove(const TaskFile& file) {
  const std::string stem = file.path.substr(0, file.path.size() - kEnding.size());
  for (const std::string_view ending : kBeside) ::unlink(fmt::format("{}.{}", stem, ending).c_str());
  return ::unlink(file.path.c_str()) == 0;
}

// Too old, or too much in all: those that have ended go before those that can be gone on with.
void make_room(SystemTime now) {
  std::vector<TaskFile> files = task_files();
  uint64_t sum = 0;
  for (const TaskFile& file : files) sum += file.bytes;
  std::stable_sort(files.begin(), files.end(),
                   [](const TaskFile& a, const TaskFile& b) { return a.changed < b.changed; });
  for (const bool ended : {true, false}) {
    for (const TaskFile& file : files) {
      const bool old = now - file.changed > kKeptFor;
      if ((!old && sum <= kMostTaskBytes) || !fs::exists(file.path) || agent::Journal::is_busy(file.path)) continue;
      if (!old && ended) {
        const auto task = read_task(file.id);
        if (task && can_go_on(*task)) continue;
      }
      if (remove(file)) sum -= std::min(sum, file.bytes);
    }
  }
}

}  // namespace

Result<NewTask> new_task(SystemTime now) {
  const std::string where = folder();
  if (where.empty()) return fail(Error::Code::io, "no folder for tasks: neither XDG_STATE_HOME nor HOME is set");
  std::error_code ec;
  fs::create_directories(fs::path(where).parent_path(), ec);
  if (::mkdir(where.c_str(), 0700) != 0 && errno != EEXIST) return fail(Error::Code::io, where + ": cannot be made");
  make_room(now);
  NewTask out;
  out.id = new_id(now);
  auto journal = agent::Journal::create(where + "/" + out.id + std::string(kEnding));
  if (!journal) return tl::unexpected(journal.error());
  out.journal = *std::move(journal);
  return out;
}

std::vector<TaskFile> task_files() {
  std::vector<TaskFile> out;
  std::error_code ec;
  for (fs::directory_iterator it(folder(), ec), end; !ec && it != end; it.increment(ec)) {
    const std::string name = it->path().filename().string();
    struct stat st {};
    if (!name.ends_with(kEnding) || ::lstat(it->path().c_str(), &st) != 0 || !S_ISREG(st.st_mode)) continue;
    out.push_back({.id = name.substr(0, name.size() - kEnding.size()),
                   .path = it->path().string(),
                   .bytes = static_cast<uint64_t>(st.st_size),
                   .changed = std::chrono::system_clock::from_time_t(st.st_mtime)});
  }
  std::ranges::sort(out, std::greater<>(), &TaskFile::id);
  return out;
}

Result<Task> read_task(const std::string& id) {
  auto file = find(id);
  if (!file) return tl::unexpected(file.error());
  const auto records = agent::Journal::read(file->path);
  if (!records) return tl::unexpected(records.error());
  return task_of(*std::move(file), *records);
}

Result<OpenTask> open_task(const std::string& id) {
  auto file = find(id);
  if (!file) return tl::unexpected(file.error());
  auto opened = agent::Journal::open(file->path);
  if (!opened) return tl::unexpected(opened.error());
  OpenTask out;
  out.task = task_of(*std::move(file), opened->records);
  out.task.busy = false;  // it is ours now
  out.journal = std::move(opened->journal);
  return out;
}

Result<std::string> keep_beside(const std::string& id, const std::string& ending, const std::string& text) {
  const std::string path = folder() + "/" + id + "." + ending;
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0) return fail(Error::Code::io, path + ": cannot be made");
  size_t done = 0;
  for (ssize_t n = 0; done < text.size() && (n = ::write(fd, text.data() + done, text.size() - done)) > 0;)
    done += static_cast<size_t>(n);
  if (::close(fd) != 0 || done != text.size()) return fail(Error::Code::io, path + ": cannot be written");
  return path;
}

Result<void> forget_task(const std::string& id) {
  const auto file = find(id);
  if (!file) return tl::unexpected(file.error());
  if (agent::Journal::is_busy(file->path)) return fail(Error::Code::refused, file->id + ": a process works on it");
  if (!remove(*file)) return fail(Error::Code::io, file->path + ": cannot be removed");
  return {};
}

std::string state_of(const Task& task) {
  if (task.busy) return "running";
  if (task.about.empty()) return "empty";  // nothing could be written
  return task.state.end.empty() ? "interrupted" : task.state.end;
}

bool can_go_on(const Task& task) {
  const std::string& end = task.state.end;
  return !task.about.empty() && (end.empty() || end == "failed" || end == "limit");
}

}  // namespace fimd::lsp
