// How an index comes from its segments, and from the index before it.
#include <algorithm>
#include <bit>

#include "context/index.h"

namespace fimd::context {
namespace {

constexpr size_t kManySegments = 16;          // of about one size: they become one
constexpr size_t kSmallestBytes = 32U << 10;  // smaller segments are of one size
constexpr size_t kLargestBytes = 16U << 20;   // larger ones are not merged with others

// Sizes in steps of eight.
int size_class(const Segment& segment) {
  const size_t bytes = segment.bytes().size();
  return bytes <= kSmallestBytes ? 0 : static_cast<int>(std::bit_width(bytes / kSmallestBytes) + 2) / 3;
}

}  // namespace

IndexPtr empty_index() {
  return Index::of({}, std::make_shared<const Project>());
}

IndexPtr Index::of(std::vector<SegmentPtr> segments, ProjectPtr project) {
  auto index = std::make_shared<Index>();
  index->project_ = std::move(project);
  for (SegmentPtr& segment : segments) index->parts_.push_back({std::move(segment), nullptr, 0});
  index->connect();
  return index;
}

// The paths, and which segment holds the outline in force of each, from the segments alone.
void Index::connect() {
  struct Named {
    std::string_view path;
    Where at;
  };
  std::vector<Named> all;
  for (uint32_t part = 0; part < parts_.size(); ++part) {
    for (uint32_t file = 0; file < parts_[part].segment->files(); ++file) {
      all.push_back({parts_[part].segment->path(file), {part, file}});
    }
  }
  // Newest first among equal paths.
  std::sort(all.begin(), all.end(), [](const Named& a, const Named& b) {
    if (const int order = a.path.compare(b.path); order != 0) return order < 0;
    return a.at.segment != b.at.segment ? a.at.segment > b.at.segment : a.at.file > b.at.file;
  });
  std::vector<std::vector<FileId>> ids;
  for (const Part& part : parts_) ids.emplace_back(part.segment->files(), kNoFile);
  std::vector<std::string_view> paths;
  where_.clear();
  for (size_t i = 0; i < all.size();) {
    const Named& newest = all[i];
    const bool gone = parts_[newest.at.segment].segment->gone(newest.at.file);
    const FileId id = gone ? kNoFile : static_cast<FileId>(paths.size());
    for (; i < all.size() && all[i].path == newest.path; ++i) ids[all[i].at.segment][all[i].at.file] = id;
    if (gone) continue;
    paths.push_back(newest.path);
    where_.push_back(newest.at);
  }
  where_.shrink_to_fit();
  paths_ = std::make_shared<const Paths>(std::move(paths));
  for (size_t part = 0; part < parts_.size(); ++part) {
    parts_[part].ids = std::make_shared<const std::vector<FileId>>(std::move(ids[part]));
  }
  count();
}

// Puts a segment behind the others. The paths are shared with the index before unless files come or go.
void Index::add(SegmentPtr segment) {
  std::vector<FileId> ids;
  bool same_paths = true;
  for (uint32_t file = 0; file < segment->files() && same_paths; ++file) {
    const auto id = paths_->find(segment->path(file));
    same_paths = segment->gone(file) ? !id.has_value() : id.has_value();
    ids.push_back(id.value_or(kNoFile));
  }
  const auto part = static_cast<uint32_t>(parts_.size());
  parts_.push_back({std::move(segment), nullptr, 0});
  if (!same_paths) return connect();
  for (uint32_t file = 0; file < ids.size(); ++file) {
    if (ids[file] != kNoFile) where_[ids[file]] = {part, file};
  }
  parts_.back().ids = std::make_shared<const std::vector<FileId>>(std::move(ids));
  count();
}

void Index::count() {
  counts_ = {};
  for (Part& part : parts_) part.live = 0;
  for (const Where& at : where_) {
    Part& part = parts_[at.segment];
    const Segment& segment = *part.segment;
    ++part.live;
    ++counts_.files;
    counts_.symbols += segment.first_symbol(at.file + 1) - segment.first_symbol(at.file);
    if (segment.lines(at.file) == 0) continue;
    ++counts_.outlined;
    counts_.lines += segment.lines(at.file);
    counts_.bytes += segment.stamp(at.file).bytes;
  }
}

// Small segments become one, so that many saves cost little each.
void Index::merge_small() {
  std::vector<size_t> small;
  for (size_t part = 0; part < parts_.size(); ++part) {
    if (size_class(*parts_[part].segment) == 0) small.push_back(part);
  }
  if (small.size() >= kManySegments) merge(small);
}

// Which segments should become one: many of a size, or one that is mostly out of force. None: all is well.
std::vector<size_t> Index::worn() const {
  for (int each = 1; each < 16; ++each) {
    std::vector<size_t> which;
    for (size_t part = 0; part < parts_.size(); ++part) {
      const Segment& segment = *parts_[part].segment;
      if (segment.bytes().size() <= kLargestBytes && size_class(segment) <= each) which.push_back(part);
    }
    if (which.size() >= kManySegments) return which;
  }
  for (size_t part = 0; part < parts_.size(); ++part) {
    const Segment& segment = *parts_[part].segment;
    if (size_class(segment) > 0 && parts_[part].live < segment.files() / 2) return {part};
  }
  return {};
}

void Index::merge(std::span<const size_t> which) {
  SegmentBuilder builder;
  std::vector<bool> taken(parts_.size(), false);
  for (const size_t part : which) taken[part] = true;
  // A file that is gone must stay so as long as an older segment knows it.
  const auto known_elsewhere = [&](std::string_view path) {
    for (size_t part = 0; part < parts_.size(); ++part) {
      if (!taken[part] && parts_[part].segment->find(path)) return true;
    }
    return false;
  };
  for (const size_t part : which) {
    const Segment& segment = *parts_[part].segment;
    std::vector<bool> keep(segment.files());
    for (uint32_t file = 0; file < segment.files(); ++file) {
      keep[file] = segment.gone(file) ? !paths_->find(segment.path(file)) && known_elsewhere(segment.path(file))
                                      : in_force(static_cast<uint32_t>(part), file);
    }
    builder.add(segment, keep);
  }
  std::vector<Part> parts;
  for (size_t part = 0; part < parts_.size(); ++part) {
    if (!taken[part]) parts.push_back(std::move(parts_[part]));
  }
  parts_ = std::move(parts);
  if (builder.files() > 0) parts_.push_back({builder.finish(), nullptr, 0});
  reconnect();
}

// After the segments have changed places while the files in force stayed the same.
void Index::reconnect() {
  for (uint32_t part = 0; part < parts_.size(); ++part) {
    const Segment& segment = *parts_[part].segment;
    auto ids = std::make_shared<std::vector<FileId>>(segment.files(), kNoFile);
    for (uint32_t file = 0; file < segment.files(); ++file) {
      if (segment.gone(file)) continue;
      const auto id = paths_->find(segment.path(file));
      if (!id) continue;
      (*ids)[file] = *id;
      where_[*id] = {part, file};  // the newest is the last
    }
    parts_[part].ids = std::move(ids);
  }
  count();
}

IndexPtr with_segment(const IndexPtr& index, SegmentPtr segment) {
  auto next = std::make_shared<Index>(*index);
  next->add(std::move(segment));
  next->merge_small();
  return next;
}

IndexPtr tidied(const IndexPtr& index) {
  const auto which = index->worn();
  if (which.empty()) return index;
  auto next = std::make_shared<Index>(*index);
  next->merge(which);
  return next;
}

IndexPtr with_files(const IndexPtr& index, std::span<const IndexChange> changes) {
  IndexPtr next = index;
  SegmentBuilder builder;
  for (const IndexChange& change : changes) {
    if (change.gone)
      builder.add_gone(change.file.path);
    else
      builder.add(change.file);
    if (builder.files() == SegmentBuilder::kMaxFiles) next = with_segment(next, builder.finish());
  }
  return builder.files() == 0 ? next : with_segment(next, builder.finish());
}

IndexPtr with_project(const IndexPtr& index, ProjectPtr project) {
  auto next = std::make_shared<Index>(*index);
  next->project_ = std::move(project);
  return next;
}

}  // namespace fimd::context
