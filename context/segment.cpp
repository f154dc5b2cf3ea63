#include "context/segment.h"

#include <algorithm>
#include <cstring>

#include "context/hash.h"
#include "context/segment_data.h"

namespace fimd::context {
namespace {

constexpr size_t kHeaderWords = sizeof(SegmentHeader) / sizeof(uint32_t);
constexpr std::array<size_t, kSections> kElement = {
    sizeof(FileRecord),    sizeof(SymbolRecord),  sizeof(ImportRecord),  4, 4, 4, 4, 2, sizeof(Segment::Link),
    sizeof(Segment::Link), sizeof(Segment::Link), sizeof(Segment::Link), 1, 1};

const SegmentHeader& header(const std::vector<uint32_t>& words) {
  return *reinterpret_cast<const SegmentHeader*>(words.data());
}

// Every section lies inside and has its aligned place; what is in them is vouched for by the checksum.
bool sections_fit(const SegmentHeader& head, size_t words) {
  for (size_t s = 0; s < kSections; ++s) {
    const uint64_t bytes = static_cast<uint64_t>(head.count[s]) * kElement[s];
    if (head.at[s] < kHeaderWords || head.at[s] * uint64_t{4} + bytes > words * uint64_t{4}) return false;
  }
  const auto& n = head.count;
  return n[kFiles] > 0 && n[kNames] > 1 && n[kMentionStarts] == n[kNames] && n[kSlots] > 0 &&
         (n[kSlots] & (n[kSlots] - 1)) == 0 && n[kSlots] >= n[kNames];
}

uint64_t checksum_of(const std::vector<uint32_t>& words) {
  constexpr size_t skip = offsetof(SegmentHeader, at);
  return hash_bytes({reinterpret_cast<const char*>(words.data()) + skip, words.size() * 4 - skip});
}

std::span<const Segment::Link> links_of(std::span<const Segment::Link> all, Segment::NameId name) {
  const auto [from, to] = std::equal_range(all.begin(), all.end(), Segment::Link{name, 0},
                                           [](const auto& a, const auto& b) { return a.name < b.name; });
  return all.subspan(static_cast<size_t>(from - all.begin()), static_cast<size_t>(to - from));
}

}  // namespace

Segment::Segment(std::vector<uint32_t> words) : words_(std::move(words)) {}

Result<SegmentPtr> Segment::read(std::string_view bytes) {
  const auto bad = [](const char* why) { return fail(Error::Code::bad_input, std::string("segment: ") + why); };
  if (bytes.size() < sizeof(SegmentHeader) || bytes.size() % 4 != 0) return bad("not whole");
  std::vector<uint32_t> words(bytes.size() / 4);
  std::memcpy(words.data(), bytes.data(), bytes.size());
  const SegmentHeader& head = header(words);
  if (head.version != kSegmentVersion) return bad("of another version");
  if (head.words != words.size()) return bad("not whole");
  if (whole(head.checksum) != checksum_of(words)) return bad("damaged");
  if (!sections_fit(head, words.size())) return bad("damaged");
  return std::make_shared<const Segment>(std::move(words));
}

SegmentPtr Segment::seal(std::vector<uint32_t> words, SegmentHeader& head) {
  head.words = static_cast<uint32_t>(words.size());
  std::memcpy(words.data(), &head, sizeof head);
  head.checksum = halves(checksum_of(words));
  std::memcpy(words.data(), &head, sizeof head);
  return std::make_shared<const Segment>(std::move(words));
}

template <class T>
std::span<const T> Segment::section(size_t which) const {
  const SegmentHeader& head = header(words_);
  return {reinterpret_cast<const T*>(words_.data() + head.at[which]), head.count[which]};
}

std::string_view Segment::bytes() const {
  return {reinterpret_cast<const char*>(words_.data()), words_.size() * sizeof(uint32_t)};
}

uint64_t Segment::checksum() const {
  return whole(header(words_).checksum);
}

uint32_t Segment::files() const {
  return header(words_).count[kFiles] - 1;
}

std::string_view Segment::name(NameId id) const {
  const auto starts = section<uint32_t>(kNames);
  const auto text = section<char>(kNameText);
  return {text.data() + starts[id], starts[id + 1] - starts[id]};
}

uint32_t Segment::names() const {
  return header(words_).count[kNames] - 1;
}

std::string_view Segment::path(uint32_t file) const {
  return name(section<FileRecord>(kFiles)[file].path);
}

std::string_view Segment::language(uint32_t file) const {
  return name(section<FileRecord>(kFiles)[file].language);
}

Stamp Segment::stamp(uint32_t file) const {
  const FileRecord& record = section<FileRecord>(kFiles)[file];
  return {whole(record.bytes), static_cast<int64_t>(whole(record.mtime)), whole(record.hash)};
}

uint32_t Segment::lines(uint32_t file) const {
  return section<FileRecord>(kFiles)[file].lines;
}

bool Segment::gone(uint32_t file) const {
  return section<FileRecord>(kFiles)[file].gone != 0;
}

uint32_t Segment::first_symbol(uint32_t file) const {
  return section<FileRecord>(kFiles)[file].first_symbol;
}

uint32_t Segment::first_import(uint32_t file) const {
  return section<FileRecord>(kFiles)[file].first_import;
}

SymbolView Segment::symbol(uint32_t symbol) const {
  const SymbolRecord& record = section<SymbolRecord>(kSymbols)[symbol];
  const char* text = section<char>(kText).data() + record.text;
  return {.name = name(record.name),
          .owner = name(record.owner),
          .signature = {text, record.signature},
          .doc = {text + record.signature, record.doc},
          .type = name(record.type),
          .kind = record.kind,
          .container = record.container,
          .start = record.start,
          .end = record.end,
          .name_start = record.name_start};
}

std::vector<std::string_view> Segment::bases(uint32_t symbol) const {
  const SymbolRecord& record = section<SymbolRecord>(kSymbols)[symbol];
  std::vector<std::string_view> out;
  for (const NameId id : section<NameId>(kBases).subspan(record.first_base, record.bases)) out.push_back(name(id));
  return out;
}

ImportView Segment::import(uint32_t import) const {
  const ImportRecord& record = section<ImportRecord>(kImports)[import];
  return {name(record.module), name(record.name), name(record.alias), record.relative != 0, record.start, record.end};
}

uint32_t Segment::file_of_symbol(uint32_t symbol) const {
  return section<SymbolRecord>(kSymbols)[symbol].file;
}

uint32_t Segment::file_of_import(uint32_t import) const {
  return section<ImportRecord>(kImports)[import].file;
}

std::optional<Segment::NameId> Segment::find(std::string_view wanted) const {
  return find(wanted, hash_bytes(wanted));
}

std::optional<Segment::NameId> Segment::find(std::string_view wanted, uint64_t hash) const {
  if (wanted.empty()) return std::nullopt;
  const auto slots = section<NameId>(kSlots);
  const size_t mask = slots.size() - 1;
  for (size_t slot = hash & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
    if (name(slots[slot]) == wanted) return slots[slot];
  }
  return std::nullopt;
}

std::span<const uint16_t> Segment::mentions(NameId name) const {
  const auto starts = section<uint32_t>(kMentionStarts);
  return section<uint16_t>(kMentions).subspan(starts[name], starts[name + 1] - starts[name]);
}

std::span<const Segment::Link> Segment::defined(NameId name) const {
  return links_of(section<Link>(kDefined), name);
}
std::span<const Segment::Link> Segment::owned(NameId name) const {
  return links_of(section<Link>(kOwned), name);
}
std::span<const Segment::Link> Segment::derived(NameId name) const {
  return links_of(section<Link>(kDerived), name);
}
std::span<const Segment::Link> Segment::imported(NameId name) const {
  return links_of(section<Link>(kImported), name);
}

}  // namespace fimd::context
