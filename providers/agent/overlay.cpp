#include "providers/agent/overlay.h"

#include <algorithm>
#include <limits>
#include <set>

#include "context/files.h"
#include "context/paths.h"
#include "providers/agent/beneath.h"

namespace fimd::providers::agent {
namespace {

constexpr size_t kPathBytes = 1024;
constexpr size_t kPathParts = 64;

// What the walk reads: the workspace by BeneathFiles, rules that lie above it (.gitignore of the work tree) as they
// are.
class WalkFiles : public context::FileSource {
 public:
  explicit WalkFiles(const BeneathFiles& inside) : inside_(inside) {}
  [[nodiscard]] Result<std::vector<Entry>> list(const std::string& path) const override {
    return is_inside(path) ? inside_.list(path) : outside_.list(path);
  }
  [[nodiscard]] Result<std::string> read(const std::string& path, size_t max_bytes) const override {
    return is_inside(path) ? inside_.read(path, max_bytes) : outside_.read(path, max_bytes);
  }

 private:
  [[nodiscard]] bool is_inside(const std::string& path) const {
    const std::string& root = inside_.root();
    return path == root || (path.starts_with(root) && (root.ends_with('/') || path[root.size()] == '/'));
  }
  const BeneathFiles& inside_;
  context::DiskFiles outside_;
};

bool is_git(std::string_view name) {
  return name.size() == 4 && name[0] == '.' && (name[1] | 0x20) == 'g' && (name[2] | 0x20) == 'i' &&
         (name[3] | 0x20) == 't';
}

// NUL, or more than 30 % control characters in the first 4 KiB.
bool is_binary(std::string_view bytes) {
  if (bytes.substr(0, 8192).find('\0') != std::string_view::npos) return true;
  bytes = bytes.substr(0, 4096);
  const auto control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
  };
  return static_cast<size_t>(std::count_if(bytes.begin(), bytes.end(), control)) * 10 > bytes.size() * 3;
}

// Calls visit(folder) for "a", "a/b" of "a/b/c", until it returns true.
template <class Visit>
bool any_folder(std::string_view path, Visit visit) {
  for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    if (visit(path.substr(0, slash))) return true;
  }
  return false;
}

}  // namespace

struct Overlay::Data {
  struct Edited {
    std::optional<std::string> original;
    std::string current;
    bool unsaved = false;
    std::optional<int64_t> version;
  };

  Data(std::string root, OverlayRules given) : disk(std::move(root)), rules(std::move(given)) {}

  [[nodiscard]] bool excluded(std::string_view path) const {
    const auto hidden = [&](std::string_view part, bool is_directory) {
      return is_git(context::name_of(part)) || (rules.excluded && rules.excluded(part, is_directory));
    };
    return any_folder(path, [&](std::string_view folder) { return hidden(folder, true); }) || hidden(path, false);
  }
  [[nodiscard]] bool excluded_folder(const std::string& path) const {
    if (path.empty()) return false;
    return excluded(path) || (rules.excluded && rules.excluded(path, true));
  }
  [[nodiscard]] Result<void> check_text(const std::string& path, std::string_view text) const;
  [[nodiscard]] bool exists(const std::string& path) const {
    return !excluded(path) && (edited.contains(path) || buffers.contains(path) || disk.kind(path).has_value());
  }

  BeneathFiles disk;
  OverlayRules rules;
  std::map<std::string, context::Snapshot> buffers;
  std::map<std::string, Edited> edited;
  std::optional<context::Walked> walked;
  std::vector<ListedFile> listed;
  bool stale = true;  // `listed` lacks what was edited since
};

Result<void> Overlay::Data::check_text(const std::string& path, std::string_view text) const {
  if (excluded(path)) return fail(Error::Code::refused, path + ": must not be changed");
  if (text.find('\0') != std::string_view::npos) return fail(Error::Code::bad_input, path + ": text has a zero byte");
  if (!context::is_valid_utf8(text)) return fail(Error::Code::bad_input, path + ": text is not valid UTF-8");
  if (text.size() > rules.max_file_bytes) return fail(Error::Code::bad_input, path + ": too large");
  return {};
}

Overlay::Overlay(std::string root, std::vector<OpenBuffer> buffers, OverlayRules rules)
    : data_(std::make_unique<Data>(std::move(root), std::move(rules))) {
  for (OpenBuffer& buffer : buffers) {
    if (buffer.text != nullptr) data_->buffers[buffer.path] = std::move(buffer.text);
  }
}
Overlay::~Overlay() = default;
Overlay::Overlay(Overlay&&) noexcept = default;
Overlay& Overlay::operator=(Overlay&&) noexcept = default;

const std::string& Overlay::root() const {
  return data_->disk.root();
}

Result<std::string> Overlay::resolve(std::string_view path) const {
  if (path.find('\0') != std::string_view::npos) return fail(Error::Code::bad_input, "path: has a zero byte");
  if (path.empty()) return fail(Error::Code::bad_input, "path: is empty");
  if (path.size() > kPathBytes || std::count(path.begin(), path.end(), '/') > static_cast<ptrdiff_t>(kPathParts))
    return fail(Error::Code::bad_input, "path: is too long");
  if (path.starts_with("file://")) path.remove_prefix(7);
  const std::string& top = root();
  if (path == top) return std::string();
  if (path.starts_with(top) && (top.ends_with('/') || path[top.size()] == '/'))
    path.remove_prefix(top.size() + (top.ends_with('/') ? 0 : 1));
  else if (path.starts_with('/'))
    return fail(Error::Code::refused, "outside the workspace");
  auto joined = context::join_path("", path);
  if (!joined) return fail(Error::Code::refused, "outside the workspace");
  if ((joined->starts_with("a/") || joined->starts_with("b/")) && !data_->exists(*joined) &&
      data_->exists(joined->substr(2)))
    return joined->substr(2);
  return *joined;
}

Result<FileText> Overlay::read(const std::string& path) const {
  const auto missing = [&] { return fail(Error::Code::not_found, path + ": no such file"); };
  if (path.empty()) return fail(Error::Code::unsupported, "a directory");
  if (data_->excluded(path)) return missing();
  if (const auto e = data_->edited.find(path); e != data_->edited.end())
    return FileText{e->second.current, e->second.unsaved, true, false};
  if (const auto b = data_->buffers.find(path); b != data_->buffers.end()) {
    if (b->second->utf8.size() > data_->rules.max_file_bytes) return fail(Error::Code::bad_input, path + ": too large");
    return FileText{b->second->utf8, true, false, false};
  }
  auto bytes = data_->disk.read(path, data_->rules.max_file_bytes);
  if (!bytes) {
    if (list(path)) return fail(Error::Code::unsupported, path + ": a directory");  // also one that is new
    return tl::unexpected(bytes.error());
  }
  if (is_binary(*bytes)) return fail(Error::Code::unsupported, path + ": binary file");
  if (context::is_valid_utf8(*bytes)) return FileText{std::move(*bytes), false, false, false};
  return FileText{context::to_valid_utf8(*bytes), false, false, true};
}

Result<void> Overlay::edit(const std::string& path, const FileText& base, std::string text) {
  if (const auto fine = data_->check_text(path, text); !fine) return fine;
  if (base.lossy) return fail(Error::Code::unsupported, path + ": not valid UTF-8");
  data_->stale = true;
  if (const auto e = data_->edited.find(path); e != data_->edited.end()) {
    e->second.current = std::move(text);
    return {};
  }
  Data::Edited entry{base.text, std::move(text), base.unsaved, std::nullopt};
  if (const auto b = data_->buffers.find(path); b != data_->buffers.end()) entry.version = b->second->version;
  data_->edited.emplace(path, std::move(entry));
  return {};
}

Result<void> Overlay::create(const std::string& path, std::string text) {
  if (const auto fine = data_->check_text(path, text); !fine) return fine;
  const auto bad = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (path.empty() || path.ends_with('/') || std::any_of(path.begin(), path.end(), bad) ||
      !context::is_valid_utf8(path))
    return fail(Error::Code::bad_input, "path: is no name for a new file");
  const auto taken = [&] { return fail(Error::Code::refused, path + ": there is something of this name"); };
  if (data_->edited.contains(path) || data_->buffers.contains(path)) return taken();
  std::string blocked;
  any_folder(path, [&](std::string_view folder) {
    const std::string name(folder);
    const auto kind = data_->disk.kind(name);
    const bool file = data_->edited.contains(name) || data_->buffers.contains(name);
    if (file || (kind && *kind != context::FileSource::Kind::directory)) blocked = name;
    return !blocked.empty() || !kind;
  });
  if (!blocked.empty()) return fail(Error::Code::refused, blocked + ": is no directory");
  const auto kind = data_->disk.kind(path);
  if (kind || list(path)) return taken();
  if (kind.error().code != Error::Code::not_found) return tl::unexpected(kind.error());
  data_->edited.emplace(path, Data::Edited{std::nullopt, std::move(text), false, std::nullopt});
  data_->stale = true;
  return {};
}

const std::vector<ListedFile>& Overlay::files(const std::stop_token& stop) {
  Data& d = *data_;
  if (!d.walked) {
    context::WalkLimits limits;
    limits.max_file_bytes = d.rules.max_file_bytes;
    limits.max_files = d.rules.max_files;
    d.walked = context::walk(WalkFiles(d.disk), d.disk.root(), limits, stop);
    std::erase_if(d.walked->files, [&](const context::FoundFile& f) { return d.excluded(f.path); });
  }
  if (!d.stale) return d.listed;
  std::map<std::string, ListedFile> all;
  for (const context::FoundFile& f : d.walked->files) all[f.path] = {f.path, f.bytes, f.mtime_ns};
  constexpr int64_t kNow = std::numeric_limits<int64_t>::max();
  for (const auto& [path, text] : d.buffers) {
    if (!d.excluded(path)) all[path] = {path, text->utf8.size(), kNow};
  }
  for (const auto& [path, e] : d.edited) all[path] = {path, e.current.size(), kNow};
  d.listed.clear();
  for (auto& [path, file] : all) d.listed.push_back(std::move(file));
  d.stale = false;
  if (stop.stop_requested()) {  // cut short: walk again when asked again
    d.walked.reset();
    d.stale = true;
  }
  return d.listed;
}

bool Overlay::listing_complete() const {
  return !data_->walked || data_->walked->complete;
}

Result<std::vector<ListedEntry>> Overlay::list(const std::string& folder) const {
  const Data& d = *data_;
  if (d.excluded_folder(folder)) return fail(Error::Code::not_found, folder + ": no such directory");
  std::map<std::string, bool> found;
  const std::string front = folder.empty() ? "" : folder + "/";
  const auto entries = d.disk.list(folder);
  if (entries) {
    for (const auto& e : *entries) {
      const bool is_directory = e.kind == context::FileSource::Kind::directory;
      if (is_directory ? d.excluded_folder(front + e.name) : d.excluded(front + e.name)) continue;
      found[e.name] = is_directory;
    }
  }
  const auto add = [&](const std::string& path) {
    if (!path.starts_with(front) || d.excluded(path)) return;
    const std::string rest = path.substr(front.size());
    const size_t slash = rest.find('/');
    found.emplace(rest.substr(0, slash), slash != std::string::npos);
  };
  for (const auto& [path, text] : d.buffers) add(path);
  for (const auto& [path, e] : d.edited) add(path);
  if (!entries && found.empty()) return tl::unexpected(entries.error());
  std::vector<ListedEntry> out;
  for (const auto& [name, is_directory] : found) out.push_back({name, is_directory});
  return out;
}

std::vector<ChangedFile> Overlay::changed() const {
  std::vector<ChangedFile> out;
  for (const auto& [path, e] : data_->edited) {
    if (e.original != e.current) out.push_back({path, e.original, e.current, e.version});
  }
  return out;
}

}  // namespace fimd::providers::agent
