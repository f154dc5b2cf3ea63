#include "context/symbols_parts.h"

#include <algorithm>

#include "context/symbols_text.h"

namespace fimd::context {
namespace {

using grammars::Capture;

constexpr uint32_t kMaxComment = 8192;  // bytes of a comment that are looked at

std::string_view unquoted(std::string_view text) {
  static constexpr std::string_view kQuotes = "\"'`";
  while (!text.empty() && kQuotes.find(text.front()) != std::string_view::npos) text.remove_prefix(1);
  while (!text.empty() && kQuotes.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return text.starts_with('<') && text.ends_with('>') ? text.substr(1, text.size() - 2) : text;
}

bool points_nearby(std::string_view module) {
  return module.starts_with("./") || module.starts_with("../") || module == "." || module == ".." ||
         (module.starts_with('.') && module.find('/') == std::string_view::npos) || module.starts_with("self::") ||
         module.starts_with("super::") || module.starts_with("crate::") || module == "self" || module == "super" ||
         module == "crate";
}

}  // namespace

std::vector<Import> read_imports(const Tree::Data&, const Raw& raw) {
  std::vector<Import> out;
  const auto add = [&](const ImportMatch& site, ImportLeaf leaf) {
    if (leaf.module.empty() || leaf.module.size() > 500) return;
    // Two patterns may see the same import; what says more counts.
    if (!site.expand && !site.part && !out.empty() && out.back().module == leaf.module &&
        out.back().end >= site.whole.end) {
      if (leaf.name.empty() && leaf.alias.empty()) return;
      if (out.back().name.empty() && out.back().alias.empty()) out.pop_back();
    }
    Import import;
    import.relative = site.relative || points_nearby(leaf.module);
    import.module = std::move(leaf.module);
    import.name = std::move(leaf.name);
    if (leaf.alias != import.name && leaf.alias != import.module) import.alias = std::move(leaf.alias);
    import.start = site.whole.start;
    import.end = site.whole.end;
    out.push_back(std::move(import));
  };
  const auto name_of = [](const ImportMatch& site) {
    return site.all ? std::string("*") : std::string(unquoted(trimmed(site.item)));
  };
  for (size_t i = 0; i < raw.imports.size(); ++i) {
    const ImportMatch& site = raw.imports[i];
    if (site.part) continue;  // of no import: a plain export
    if (site.expand) {
      for (ImportLeaf& leaf : import_leaves(site.from)) add(site, std::move(leaf));
      continue;
    }
    const std::string module(unquoted(trimmed(site.from)));
    size_t part = i + 1;
    for (; part < raw.imports.size() && raw.imports[part].part; ++part) {
      const ImportMatch& inner = raw.imports[part];
      if (inner.whole.end > site.whole.end) break;
      ImportMatch whole = site;
      whole.part = true;
      add(whole, {module, name_of(inner), std::string(trimmed(inner.as))});
    }
    if (part == i + 1) add(site, {module, name_of(site), std::string(trimmed(site.as))});
  }
  return out;
}

namespace {

// Keywords are written in lower case, or all in upper case where a language does not care.
bool is_keyword(const std::vector<std::string_view>& keywords, bool any_case, std::string_view word) {
  if (std::ranges::binary_search(keywords, word)) return true;
  const bool upper = std::ranges::all_of(word, [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
  if (!upper || !any_case) return false;
  std::string folded(word);
  for (char& c : folded) c = c == '_' ? c : static_cast<char>(c - 'A' + 'a');
  return std::ranges::binary_search(keywords, std::string_view(folded));
}

// Collects the words of code pieces that are given in the order of the text.
class WordCollector {
 public:
  WordCollector(const Tree::Data& data, const Raw& raw, std::span<const Symbol> symbols)
      : utf8_(data.text->utf8), letters_(data.grammar().letters), raw_(raw) {
    for (const Symbol& symbol : symbols) names_.push_back(symbol.name_start);
    std::ranges::sort(names_);
    for (const char c : letters_) extra_[static_cast<unsigned char>(c)] = true;
    seen_.reserve(1024);
  }

  void read(size_t start, size_t end) {
    end = std::min(end, utf8_.size());
    for (size_t i = start; i < end;) {
      if (!letter(utf8_[i])) {
        ++i;
        continue;
      }
      const size_t from = i;
      while (i < end && letter(utf8_[i])) ++i;
      if (utf8_[from] < '0' || utf8_[from] > '9') note(from, i);
    }
  }

  std::vector<std::string> result(const std::vector<std::string_view>& keywords, bool any_case) const {
    std::vector<std::string> out;
    for (const std::string_view word : seen_) {
      if (!is_keyword(keywords, any_case, word)) out.emplace_back(word);
    }
    std::ranges::sort(out);
    return out;
  }

 private:
  bool letter(char c) const { return is_word(c) || extra_[static_cast<unsigned char>(c)]; }

  void note(size_t start, size_t end) {
    while (next_name_ < names_.size() && names_[next_name_] < start) ++next_name_;
    if (next_name_ < names_.size() && names_[next_name_] == start) return;
    while (next_import_ < raw_.imports.size() && raw_.imports[next_import_].whole.end <= start) ++next_import_;
    if (next_import_ < raw_.imports.size() && raw_.imports[next_import_].whole.start <= start) return;
    std::string_view word = utf8_.substr(start, end - start);
    while (!word.empty() && extra_[static_cast<unsigned char>(word.front())] && word.front() == '-')
      word.remove_prefix(1);
    if (word.size() <= 200 && std::ranges::any_of(word, is_word)) seen_.insert(word);
  }

  std::string_view utf8_;
  std::string_view letters_;
  const Raw& raw_;
  bool extra_[256] = {};
  std::vector<size_t> names_;
  size_t next_name_ = 0, next_import_ = 0;
  std::unordered_set<std::string_view> seen_;
};

}  // namespace

std::vector<std::string> read_mentions(const Tree::Data& data, const Raw& raw, std::span<const Symbol> symbols,
                                       const std::stop_token& stop) {
  WordCollector words(data, raw, symbols);
  struct Level {
    uint32_t end;
    bool code;
  };
  // The literals around the place; what is outside of all is code.
  std::vector<Level> levels{{static_cast<uint32_t>(data.text->utf8.size()), true}};
  size_t at = 0;
  const auto read_to = [&](uint32_t place) {
    if (levels.back().code && at < place) words.read(at, place);
    at = std::max<size_t>(at, place);
  };
  const auto close = [&](uint32_t place) {
    while (levels.size() > 1 && levels.back().end <= place) {
      read_to(levels.back().end);
      levels.pop_back();
    }
  };
  size_t count = 0;
  std::vector<Literal> literals = raw.literals;  // what is in another language is read there
  for (const Embedded& part : data.embedded) {
    literals.push_back({{static_cast<uint32_t>(part.start), static_cast<uint32_t>(part.end)}, Capture::text});
  }
  std::ranges::stable_sort(literals, {}, [](const Literal& l) { return std::pair(l.span.start, ~l.span.end); });
  for (const Literal& literal : literals) {
    if (literal.kind == Capture::gap) continue;
    if (++count % 1024 == 0 && stop.stop_requested()) break;
    close(literal.span.start);
    read_to(literal.span.start);
    levels.push_back({literal.span.end, literal.kind == Capture::code});
  }
  close(UINT32_MAX - 1);
  read_to(levels.front().end);
  return words.result(grammars::keywords(data.grammar()), data.grammar().name == "sql");
}

void add_shifted(Outline& out, Outline part, size_t offset) {
  const auto before = static_cast<uint32_t>(out.symbols.size());
  for (Symbol& symbol : part.symbols) {
    if (symbol.container != Symbol::kNoContainer) symbol.container += before;
    symbol.start += offset;
    symbol.end += offset;
    symbol.name_start += offset;
    out.symbols.push_back(std::move(symbol));
  }
  for (Import& import : part.imports) {
    import.start += offset;
    import.end += offset;
    out.imports.push_back(std::move(import));
  }
  std::ranges::move(part.mentions, std::back_inserter(out.mentions));
}

void settle(Outline& out) {
  std::vector<uint32_t> order(out.symbols.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](uint32_t i) { return out.symbols[i].start; });
  std::vector<uint32_t> place(order.size());
  for (uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  std::vector<Symbol> symbols;
  for (const uint32_t i : order) {
    symbols.push_back(std::move(out.symbols[i]));
    if (symbols.back().container != Symbol::kNoContainer) symbols.back().container = place[symbols.back().container];
  }
  out.symbols = std::move(symbols);
  std::ranges::stable_sort(out.imports, {}, &Import::start);
  std::ranges::sort(out.mentions);
  out.mentions.erase(std::unique(out.mentions.begin(), out.mentions.end()), out.mentions.end());
}

Comments::Comments(const Tree::Data& data, const Raw& raw) : utf8_(data.text->utf8) {
  for (const Literal& literal : raw.literals) {
    const bool counts = literal.kind == Capture::comment || literal.kind == Capture::gap;
    if (counts && (all_.empty() || literal.span.start >= all_.back().span.end)) all_.push_back(literal);
  }
}

bool Comments::begins_line(uint32_t start) const {
  while (start > 0 && (utf8_[start - 1] == ' ' || utf8_[start - 1] == '\t')) --start;
  return start == 0 || utf8_[start - 1] == '\n' || utf8_[start - 1] == '\r';
}

// The comments that stand right in front of `start`, one below the other.
std::string_view Comments::before(uint32_t start) const {
  const auto from = std::ranges::partition_point(all_, [&](const Literal& l) { return l.span.end <= start; });
  uint32_t top = start, bottom = start;
  bool found = false;
  bool block = false;
  for (auto i = from; i != all_.begin();) {
    --i;
    const std::string_view between =
        std::string_view(utf8_).substr(i->span.end, std::min(top - i->span.end, kMaxComment));
    // A line comment may hold its own line end.
    const bool own = i->span.end > 0 && utf8_[i->span.end - 1] == '\n';
    if (!trimmed(between).empty() || std::ranges::count(between, '\n') > (own ? 0 : 1)) break;
    if (!begins_line(i->span.start) || bottom - i->span.start > kMaxComment) break;
    if (i->kind == Capture::gap) {
      top = i->span.start;
      if (!found) bottom = top;
      continue;
    }
    const bool is_block = std::string_view(utf8_).substr(i->span.start, 2) == "/*";
    if (found && (block || is_block)) break;  // a block stands for itself
    if (!found) bottom = i->span.end;
    block = is_block;
    found = true;
    top = i->span.start;
  }
  return found ? std::string_view(utf8_).substr(top, bottom - top) : std::string_view();
}

// The comment behind `end` on the same line.
std::string_view Comments::behind(uint32_t end) const {
  const auto next = std::ranges::partition_point(all_, [&](const Literal& l) { return l.span.start < end; });
  if (next == all_.end() || next->kind != Capture::comment || next->span.start - end > 100) return {};
  const std::string_view between = std::string_view(utf8_).substr(end, next->span.start - end);
  if (between.find_first_not_of(" \t,;)") != std::string_view::npos) return {};
  return std::string_view(utf8_).substr(next->span.start, std::min(next->span.end - next->span.start, kMaxComment));
}

std::string Comments::doc_of(Span definition) const {
  std::string doc = summary_of(before(definition.start));
  const std::string_view text = std::string_view(utf8_).substr(definition.start, definition.end - definition.start);
  return doc.empty() && text.find('\n') == std::string_view::npos ? summary_of(behind(definition.end)) : doc;
}

std::string Comments::without(std::string_view text, size_t start) const {
  std::string out;
  size_t at = 0;
  auto i = std::ranges::partition_point(all_, [&](const Literal& l) { return l.span.start < start; });
  for (; i != all_.end() && i->span.start < start + text.size(); ++i) {
    if (i->kind != Capture::comment) continue;
    out += text.substr(at, i->span.start - start - at);
    at = std::min<size_t>(i->span.end - start, text.size());
  }
  out += text.substr(at);
  return out;
}

}  // namespace fimd::context
