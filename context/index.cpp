#include "context/index.h"

#include <algorithm>

#include "context/hash.h"
#include "context/imports.h"

namespace fimd::context {
namespace {

constexpr size_t kMaxLooked = 5000;  // imports of one key that are resolved to find who imports a file

bool is_type(SymbolKind kind) {
  return kind == SymbolKind::type || kind == SymbolKind::interface || kind == SymbolKind::enumeration;
}

}  // namespace

// --- files ---

std::string_view Index::language(FileId file) const {
  const Where& at = where_[file];
  return parts_[at.segment].segment->language(at.file);
}

bool Index::is_outlined(FileId file) const {
  const Where& at = where_[file];
  return parts_[at.segment].segment->lines(at.file) > 0;
}

Stamp Index::stamp(FileId file) const {
  const Where& at = where_[file];
  return parts_[at.segment].segment->stamp(at.file);
}

bool Index::in_force(uint32_t part, uint32_t file) const {
  const FileId id = (*parts_[part].ids)[file];
  return id != kNoFile && where_[id] == Where{part, file};
}

// --- symbols ---

uint32_t Index::symbols(FileId file) const {
  const Where& at = where_[file];
  const Segment& segment = *parts_[at.segment].segment;
  return segment.first_symbol(at.file + 1) - segment.first_symbol(at.file);
}

SymbolView Index::symbol(SymbolId id) const {
  const Where& at = where_[id.file];
  const Segment& segment = *parts_[at.segment].segment;
  return segment.symbol(segment.first_symbol(at.file) + id.symbol);
}

std::vector<std::string_view> Index::bases(SymbolId id) const {
  const Where& at = where_[id.file];
  const Segment& segment = *parts_[at.segment].segment;
  return segment.bases(segment.first_symbol(at.file) + id.symbol);
}

// Calls visit(part, name id) for each segment that has the name.
template <class Visit>
void Index::each_name(std::string_view name, Visit visit) const {
  const uint64_t hash = hash_bytes(name);
  for (uint32_t part = 0; part < parts_.size(); ++part) {
    if (const auto id = parts_[part].segment->find(name, hash)) visit(part, *id);
  }
}

// The symbols that links lead to, of files in force.
void Index::collect(uint32_t part, std::span<const Segment::Link> links, size_t limit,
                    std::vector<SymbolId>& out) const {
  const Segment& segment = *parts_[part].segment;
  for (const Segment::Link& link : links) {
    if (out.size() >= limit) return;
    const uint32_t file = segment.file_of_symbol(link.to);
    if (in_force(part, file)) out.push_back({(*parts_[part].ids)[file], link.to - segment.first_symbol(file)});
  }
}

std::vector<SymbolId> Index::definitions(std::string_view name, size_t limit) const {
  std::vector<SymbolId> out;
  each_name(name,
            [&](uint32_t part, Segment::NameId id) { collect(part, parts_[part].segment->defined(id), limit, out); });
  return out;
}

std::vector<SymbolId> Index::subtypes(std::string_view type, size_t limit) const {
  std::vector<SymbolId> out;
  each_name(type,
            [&](uint32_t part, Segment::NameId id) { collect(part, parts_[part].segment->derived(id), limit, out); });
  return out;
}

std::vector<SymbolId> Index::members(std::string_view type, size_t limit) const {
  std::vector<SymbolId> out;
  for (const SymbolId& id : definitions(type, limit)) {
    if (!is_type(symbol(id).kind)) continue;
    const auto inside = children(id, limit - std::min(limit, out.size()));
    out.insert(out.end(), inside.begin(), inside.end());
  }
  each_name(type,
            [&](uint32_t part, Segment::NameId id) { collect(part, parts_[part].segment->owned(id), limit, out); });
  return out;
}

std::vector<SymbolId> Index::children(SymbolId id, size_t limit) const {
  std::vector<SymbolId> out;
  const size_t end = symbol(id).end;
  const uint32_t count = symbols(id.file);
  for (uint32_t each = id.symbol + 1; each < count && out.size() < limit; ++each) {
    const SymbolView child = symbol({id.file, each});
    if (child.start >= end) break;
    if (child.container == id.symbol) out.push_back({id.file, each});
  }
  return out;
}

// --- mentions ---

std::vector<FileId> Index::mentions(std::string_view name, size_t limit) const {
  std::vector<FileId> out;
  each_name(name, [&](uint32_t part, Segment::NameId id) {
    for (const uint16_t file : parts_[part].segment->mentions(id)) {
      if (out.size() >= limit) return;
      if (in_force(part, file)) out.push_back((*parts_[part].ids)[file]);
    }
  });
  return out;
}

size_t Index::mention_count(std::string_view name) const {
  size_t count = 0;
  each_name(name, [&](uint32_t part, Segment::NameId id) {
    const auto files = parts_[part].segment->mentions(id);
    const bool all = parts_[part].live == parts_[part].segment->files();
    count += all ? files.size() : static_cast<size_t>(std::count_if(files.begin(), files.end(), [&](uint16_t file) {
      return in_force(part, file);
    }));
  });
  return count;
}

// --- imports ---

std::vector<ResolvedImport> Index::imports(FileId file) const {
  const Where& at = where_[file];
  const Segment& segment = *parts_[at.segment].segment;
  std::vector<ResolvedImport> out;
  for (uint32_t i = segment.first_import(at.file); i < segment.first_import(at.file + 1); ++i) {
    const ImportView import = segment.import(i);
    out.push_back({import, resolve_import(*paths_, *project_, {path(file), language(file), import})});
  }
  return out;
}

std::vector<FileId> Index::importers(FileId file, size_t limit) const {
  std::vector<FileId> out;
  const auto leads_here = [&](uint32_t part, uint32_t import) {
    const Segment& segment = *parts_[part].segment;
    const uint32_t from = segment.file_of_import(import);
    if (!in_force(part, from)) return;
    const ImportSite site{segment.path(from), segment.language(from), segment.import(import)};
    const auto found = resolve_import(*paths_, *project_, site);
    if (std::find(found.begin(), found.end(), file) != found.end()) out.push_back((*parts_[part].ids)[from]);
  };
  for (const std::string& key : file_keys(path(file), *project_)) {
    size_t looked = 0;
    each_name(key, [&](uint32_t part, Segment::NameId id) {
      for (const Segment::Link& link : parts_[part].segment->imported(id)) {
        if (out.size() >= limit * 2 || ++looked > kMaxLooked) return;
        leads_here(part, link.to);
      }
    });
  }
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  if (out.size() > limit) out.resize(limit);
  return out;
}

std::vector<FileId> Index::resolve(std::string_view from_path, std::string_view language, const Import& import) const {
  const ImportView view{import.module, import.name, import.alias, import.relative, import.start, import.end};
  return resolve_import(*paths_, *project_, {from_path, language, view});
}

// --- keeping ---

size_t Index::bytes() const {
  size_t sum = paths_->bytes() + where_.capacity() * sizeof(Where);
  for (const Part& part : parts_) sum += part.segment->bytes().size() + part.ids->capacity() * sizeof(FileId);
  return sum;
}

std::vector<SegmentPtr> Index::segments() const {
  std::vector<SegmentPtr> out;
  for (const Part& part : parts_) out.push_back(part.segment);
  return out;
}

}  // namespace fimd::context
