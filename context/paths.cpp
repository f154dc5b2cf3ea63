#include "context/paths.h"

#include <algorithm>
#include <bit>

#include "context/hash.h"

namespace fimd::context {
namespace {

uint32_t short_hash(std::string_view text) {
  return static_cast<uint32_t>(hash_bytes(text));
}

}  // namespace

Paths::Paths(std::vector<std::string_view> paths) {
  if (!std::is_sorted(paths.begin(), paths.end())) std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  size_t bytes = 0;
  for (const std::string_view path : paths) bytes += path.size();
  text_.reserve(bytes);
  starts_.reserve(paths.size() + 1);
  for (const std::string_view path : paths) {
    starts_.push_back(static_cast<uint32_t>(text_.size()));
    text_ += path;
  }
  starts_.push_back(static_cast<uint32_t>(text_.size()));
  hash_paths();
  hash_names();
  list_folders();
}

void Paths::hash_paths() {
  slots_.assign(std::bit_ceil(size() * 3 / 2 + 1), 0);
  const size_t mask = slots_.size() - 1;
  for (FileId id = 0; id < size(); ++id) {
    size_t slot = hash_bytes(path(id)) & mask;
    while (slots_[slot] != 0) slot = (slot + 1) & mask;
    slots_[slot] = id + 1;
  }
}

void Paths::hash_names() {
  std::vector<std::pair<uint32_t, FileId>> names;
  names.reserve(size());
  for (FileId id = 0; id < size(); ++id) names.emplace_back(short_hash(name_of(path(id))), id);
  std::sort(names.begin(), names.end(), [&](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    const int order = name_of(path(a.second)).compare(name_of(path(b.second)));
    return order != 0 ? order < 0 : a.second < b.second;
  });
  for (const auto& [hash, id] : names) {
    name_hashes_.push_back(hash);
    by_name_.push_back(id);
  }
  name_hashes_.shrink_to_fit();
  by_name_.shrink_to_fit();
}

void Paths::list_folders() {
  // All that lies below a folder stands side by side, so the path before tells whether a folder is known.
  std::string_view before;
  for (FileId id = 0; id < size(); ++id) {
    const std::string_view folder = folder_of(path(id));
    for (std::string_view each = folder; !each.empty(); each = folder_of(each)) {
      if (before.starts_with(each) && (before.size() == each.size() || before[each.size()] == '/')) break;
      folders_.push_back({short_hash(name_of(each)), static_cast<uint32_t>(each.size()), id});
    }
    before = folder;
  }
  std::sort(folders_.begin(), folders_.end(), [](const Folder& a, const Folder& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    return a.length != b.length ? a.length < b.length : a.first < b.first;
  });
  folders_.shrink_to_fit();
}

std::optional<FileId> Paths::find(std::string_view wanted) const {
  if (slots_.empty()) return std::nullopt;
  const size_t mask = slots_.size() - 1;
  for (size_t slot = hash_bytes(wanted) & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
    if (path(slots_[slot] - 1) == wanted) return slots_[slot] - 1;
  }
  return std::nullopt;
}

std::span<const FileId> Paths::named(std::string_view name) const {
  const auto [from, to] = std::equal_range(name_hashes_.begin(), name_hashes_.end(), short_hash(name));
  const std::span<const FileId> same(by_name_.data() + (from - name_hashes_.begin()), static_cast<size_t>(to - from));
  const auto lower = std::find_if(same.begin(), same.end(), [&](FileId id) { return name_of(path(id)) == name; });
  const auto upper = std::find_if(lower, same.end(), [&](FileId id) { return name_of(path(id)) != name; });
  return same.subspan(static_cast<size_t>(lower - same.begin()), static_cast<size_t>(upper - lower));
}

FileId Paths::lower_bound(std::string_view wanted) const {
  FileId low = 0;
  auto high = static_cast<FileId>(size());
  while (low < high) {
    const FileId middle = low + (high - low) / 2;
    if (path(middle) < wanted)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

std::vector<FileId> Paths::in_folder(std::string_view folder, size_t limit) const {
  std::string prefix(folder);
  if (!prefix.empty()) prefix += '/';
  std::vector<FileId> out;
  for (FileId id = lower_bound(prefix); id < size() && out.size() < limit;) {
    const std::string_view each = path(id);
    if (!each.starts_with(prefix)) break;
    const size_t slash = each.find('/', prefix.size());
    if (slash == std::string_view::npos) {
      out.push_back(id++);
    } else {
      id = lower_bound(std::string(each.substr(0, slash)) + static_cast<char>('/' + 1));  // behind all that is below
    }
  }
  return out;
}

bool Paths::has_folder(std::string_view folder) const {
  if (folder.empty()) return size() > 0;
  const std::string prefix = std::string(folder) + '/';
  const FileId id = lower_bound(prefix);
  return id < size() && path(id).starts_with(prefix);
}

std::vector<std::string_view> Paths::folders_ending(std::string_view ending, size_t limit) const {
  std::vector<std::string_view> out;
  const uint32_t hash = short_hash(name_of(ending));
  auto each = std::lower_bound(folders_.begin(), folders_.end(), hash,
                               [](const Folder& folder, uint32_t wanted) { return folder.hash < wanted; });
  for (; each != folders_.end() && each->hash == hash && out.size() < limit; ++each) {
    const std::string_view folder = path(each->first).substr(0, each->length);
    if (!folder.ends_with(ending)) continue;
    if (folder.size() == ending.size() || folder[folder.size() - ending.size() - 1] == '/') out.push_back(folder);
  }
  return out;
}

size_t Paths::bytes() const {
  return text_.capacity() + starts_.capacity() * 4 + slots_.capacity() * 4 + name_hashes_.capacity() * 4 +
         by_name_.capacity() * 4 + folders_.capacity() * sizeof(Folder);
}

std::string_view folder_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string_view name_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string_view stem_of(std::string_view path) {
  const std::string_view name = name_of(path);
  const size_t dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? name : name.substr(0, dot);
}

std::optional<std::string> join_path(std::string_view folder, std::string_view path) {
  std::string out(folder);
  for (size_t from = 0; from <= path.size();) {
    const size_t to = std::min(path.find('/', from), path.size());
    const std::string_view part = path.substr(from, to - from);
    from = to + 1;
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (out.empty()) return std::nullopt;
      out.resize(folder_of(out).size());
      continue;
    }
    if (!out.empty()) out += '/';
    out += part;
  }
  return out;
}

}  // namespace fimd::context
