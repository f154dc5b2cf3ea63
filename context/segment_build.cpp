// Collects outlines and packs them.
#include <algorithm>
#include <bit>
#include <cstring>

#include "context/hash.h"
#include "context/imports.h"
#include "context/segment_data.h"

namespace fimd::context {
namespace {

using NameId = Segment::NameId;
using Link = Segment::Link;

// Strings, each once, by the order in which they came.
class NameTable {
 public:
  NameTable() { starts_ = {0, 0}; }

  NameId add(std::string_view text) {
    if (text.empty()) return 0;
    if (size() * 3 / 2 >= slots_.size()) grow();
    const uint64_t hash = hash_bytes(text);
    size_t slot = hash & (slots_.size() - 1);
    for (; slots_[slot].id != 0; slot = (slot + 1) & (slots_.size() - 1)) {
      if (slots_[slot].check == static_cast<uint32_t>(hash >> 32U) && name(slots_[slot].id) == text)
        return slots_[slot].id;
    }
    const auto id = static_cast<NameId>(size());
    slots_[slot] = {id, static_cast<uint32_t>(hash >> 32U)};
    text_ += text;
    starts_.push_back(static_cast<uint32_t>(text_.size()));
    return id;
  }

  [[nodiscard]] size_t size() const { return starts_.size() - 1; }
  [[nodiscard]] const std::vector<uint32_t>& starts() const { return starts_; }
  [[nodiscard]] const std::string& text() const { return text_; }

  [[nodiscard]] std::vector<NameId> hash_table() const {
    std::vector<NameId> table(std::bit_ceil(size() * 4 / 3 + 1), 0);
    for (NameId id = 1; id < size(); ++id) {
      size_t slot = hash_bytes(name(id)) & (table.size() - 1);
      while (table[slot] != 0) slot = (slot + 1) & (table.size() - 1);
      table[slot] = id;
    }
    return table;
  }

 private:
  struct Slot {
    NameId id = 0;
    uint32_t check = 0;
  };

  [[nodiscard]] std::string_view name(NameId id) const {
    return std::string_view(text_).substr(starts_[id], starts_[id + 1] - starts_[id]);
  }

  void grow() {
    slots_.assign(std::max<size_t>(1024, slots_.size() * 2), {});
    for (NameId id = 1; id < size(); ++id) {
      const uint64_t hash = hash_bytes(name(id));
      size_t slot = hash & (slots_.size() - 1);
      while (slots_[slot].id != 0) slot = (slot + 1) & (slots_.size() - 1);
      slots_[slot] = {id, static_cast<uint32_t>(hash >> 32U)};
    }
  }

  std::string text_;
  std::vector<uint32_t> starts_;
  std::vector<Slot> slots_;
};

uint32_t narrow(size_t value) {
  return static_cast<uint32_t>(std::min<size_t>(value, UINT32_MAX));
}

void sort(std::vector<Link>& links) {
  std::sort(links.begin(), links.end(),
            [](const Link& a, const Link& b) { return a.name != b.name ? a.name < b.name : a.to < b.to; });
  const auto same = [](const Link& a, const Link& b) { return a.name == b.name && a.to == b.to; };
  links.erase(std::unique(links.begin(), links.end(), same), links.end());
}

}  // namespace

struct SegmentBuilder::Data {
  struct Mention {
    NameId name;
    uint16_t file;
  };
  NameTable names;
  std::vector<FileRecord> files;
  std::vector<SymbolRecord> symbols;
  std::vector<ImportRecord> imports;
  std::vector<NameId> bases;
  std::vector<Mention> mentions;
  std::vector<Link> defined, owned, derived, imported;
  std::string text;

  [[nodiscard]] uint16_t file() const { return static_cast<uint16_t>(files.size() - 1); }

  void begin(std::string_view path, std::string_view language, const Stamp& stamp, uint32_t lines) {
    files.push_back({.path = names.add(path),
                     .language = names.add(language),
                     .lines = lines,
                     .first_symbol = narrow(symbols.size()),
                     .first_import = narrow(imports.size()),
                     .bytes = halves(stamp.bytes),
                     .mtime = halves(static_cast<uint64_t>(stamp.mtime_ns)),
                     .hash = halves(stamp.hash)});
  }

  template <class Bases>
  void add(const SymbolView& symbol, const Bases& all_bases) {
    SymbolRecord record{.name = names.add(symbol.name),
                        .owner = names.add(symbol.owner),
                        .type = names.add(symbol.type),
                        .container = symbol.container,
                        .start = narrow(symbol.start),
                        .end = narrow(symbol.end),
                        .name_start = narrow(symbol.name_start),
                        .text = narrow(text.size()),
                        .first_base = narrow(bases.size()),
                        .signature = static_cast<uint16_t>(std::min<size_t>(symbol.signature.size(), UINT16_MAX)),
                        .doc = static_cast<uint16_t>(std::min<size_t>(symbol.doc.size(), UINT16_MAX)),
                        .file = file(),
                        .bases = static_cast<uint8_t>(std::min<size_t>(all_bases.size(), UINT8_MAX)),
                        .kind = symbol.kind};
    text += symbol.signature.substr(0, record.signature);
    text += symbol.doc.substr(0, record.doc);
    const auto id = narrow(symbols.size());
    for (size_t i = 0; i < record.bases; ++i) {
      bases.push_back(names.add(all_bases[i]));
      derived.push_back({bases.back(), id});
    }
    if (record.name != 0) defined.push_back({record.name, id});
    if (record.owner != 0) owned.push_back({record.owner, id});
    symbols.push_back(record);
  }

  void add(const ImportView& import, std::string_view path) {
    const auto id = narrow(imports.size());
    imports.push_back({.module = names.add(import.module),
                       .name = names.add(import.name),
                       .alias = names.add(import.alias),
                       .start = narrow(import.start),
                       .end = narrow(import.end),
                       .file = file(),
                       .relative = import.relative});
    for (const std::string_view key : import_keys(path, import)) imported.push_back({names.add(key), id});
  }

  // The mentions by name; those of one name in the order of the files.
  void pack_mentions(std::vector<uint32_t>& starts, std::vector<uint16_t>& packed) const {
    starts.assign(names.size() + 1, 0);
    for (const Mention& mention : mentions) ++starts[mention.name + 1];
    for (size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
    packed.resize(mentions.size());
    std::vector<uint32_t> next(starts.begin(), starts.end() - 1);
    for (const Mention& mention : mentions) packed[next[mention.name]++] = mention.file;
  }
};

SegmentBuilder::SegmentBuilder() : data_(std::make_unique<Data>()) {}
SegmentBuilder::~SegmentBuilder() = default;
SegmentBuilder::SegmentBuilder(SegmentBuilder&&) noexcept = default;
SegmentBuilder& SegmentBuilder::operator=(SegmentBuilder&&) noexcept = default;

uint32_t SegmentBuilder::files() const {
  return narrow(data_->files.size());
}

size_t SegmentBuilder::bytes() const {
  const Data& d = *data_;
  return d.files.size() * sizeof(FileRecord) + d.symbols.size() * (sizeof(SymbolRecord) + sizeof(Link)) +
         d.imports.size() * (sizeof(ImportRecord) + sizeof(Link)) + d.mentions.size() * 2 + d.names.size() * 14 +
         d.names.text().size() + d.text.size();
}

void SegmentBuilder::add(const FileOutline& file) {
  data_->begin(file.path, file.language, file.stamp, file.lines);
  for (const Symbol& s : file.outline.symbols) {
    data_->add(
        SymbolView{s.name, s.owner, s.signature, s.doc, s.type, s.kind, s.container, s.start, s.end, s.name_start},
        s.bases);
  }
  for (const Import& i : file.outline.imports) {
    data_->add(ImportView{i.module, i.name, i.alias, i.relative, i.start, i.end}, file.path);
  }
  for (const std::string& name : file.outline.mentions) {
    if (!name.empty()) data_->mentions.push_back({data_->names.add(name), data_->file()});
  }
}

void SegmentBuilder::add_gone(std::string_view path) {
  data_->begin(path, "", {}, 0);
  data_->files.back().gone = 1;
}

void SegmentBuilder::add(const Segment& from, const std::vector<bool>& keep) {
  std::vector<uint16_t> moved(from.files(), 0);
  for (uint32_t file = 0; file < from.files(); ++file) {
    if (!keep[file]) continue;
    data_->begin(from.path(file), from.language(file), from.stamp(file), from.lines(file));
    data_->files.back().gone = from.gone(file);
    moved[file] = data_->file();
    for (uint32_t s = from.first_symbol(file); s < from.first_symbol(file + 1); ++s) {
      data_->add(from.symbol(s), from.bases(s));
    }
    for (uint32_t i = from.first_import(file); i < from.first_import(file + 1); ++i) {
      data_->add(from.import(i), from.path(file));
    }
  }
  for (NameId name = 1; name < from.names(); ++name) {
    NameId mine = 0;
    for (const uint16_t file : from.mentions(name)) {
      if (!keep[file]) continue;
      if (mine == 0) mine = data_->names.add(from.name(name));
      data_->mentions.push_back({mine, moved[file]});
    }
  }
}

SegmentPtr SegmentBuilder::finish() {
  const size_t about = bytes();
  Data d = std::move(*data_);
  *data_ = Data();
  d.files.push_back({.first_symbol = narrow(d.symbols.size()), .first_import = narrow(d.imports.size())});
  for (auto* links : {&d.defined, &d.owned, &d.derived, &d.imported}) sort(*links);
  std::vector<uint32_t> mention_starts;
  std::vector<uint16_t> mentions;
  d.pack_mentions(mention_starts, mentions);
  const std::vector<NameId> slots = d.names.hash_table();

  SegmentHeader head;
  std::vector<uint32_t> words(sizeof head / sizeof(uint32_t));
  const auto put = [&](Section which, const auto& items) {
    using Item = std::remove_cvref_t<decltype(items[0])>;
    const size_t bytes = items.size() * sizeof(Item);
    head.at[which] = narrow(words.size());
    head.count[which] = narrow(items.size());
    words.resize(words.size() + (bytes + 3) / 4);
    if (bytes > 0) std::memcpy(words.data() + head.at[which], items.data(), bytes);
  };
  words.reserve(words.size() + about / 4);
  put(kFiles, d.files);
  put(kSymbols, d.symbols);
  put(kImports, d.imports);
  put(kBases, d.bases);
  put(kNames, d.names.starts());
  put(kSlots, slots);
  put(kMentionStarts, mention_starts);
  put(kMentions, mentions);
  put(kDefined, d.defined);
  put(kOwned, d.owned);
  put(kDerived, d.derived);
  put(kImported, d.imported);
  put(kNameText, d.names.text());
  put(kText, d.text);
  words.shrink_to_fit();
  return Segment::seal(std::move(words), head);
}

}  // namespace fimd::context
