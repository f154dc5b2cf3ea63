// Members of the type in front of the dot, of the types of what is used around the cursor, and of the bases of the
// type that is being written.
#include <algorithm>
#include <cmath>
#include <set>

#include "context/snippets/clues.h"
#include "context/snippets/places.h"

namespace fimd::context::snippets {
namespace {

constexpr size_t kMembers = 120;  // of one type
constexpr size_t kTypes = 40;
constexpr size_t kBaseDepth = 3;
constexpr size_t kSwitchLines = 40;   // above the cursor in which a switch is looked for
constexpr size_t kSwitchBytes = 300;  // of such a line

class Members {
 public:
  Members(const Scene& scene, Table& table) : scene_(scene), table_(table) {}

  void add(std::string_view type, Clue clue, float strength, size_t depth = 0) {
    if (type.empty() || depth > kBaseDepth || !seen_.insert({type, clue}).second || seen_.size() > kTypes) return;
    for (const SymbolId id : scene_.index->members(type, kMembers)) {
      if (id.file == scene_.file || !speak_alike(scene_.language, scene_.index->language(id.file))) continue;
      const SymbolView symbol = scene_.index->symbol(id);
      if (symbol.name.empty() || symbol.signature.empty()) continue;
      Clues& clues = table_[id];
      add_common_clues(scene_, id, symbol, clues);
      clues.raise(clue, strength);
    }
    add_bases(type, clue, strength, depth);
  }

  // The bases of a type of this name.
  void add_bases(std::string_view type, Clue clue, float strength, size_t depth) {
    for (const SymbolId id : scene_.index->definitions(type, 4)) {
      for (const std::string_view base : scene_.index->bases(id)) add(base, clue, strength * 0.8F, depth + 1);
    }
  }

  // The type of a name at the cursor: of a variable, a call's result, a field, or the name itself.
  std::string_view type_of(std::string_view name, bool is_call) const {
    if (name.empty()) return {};
    if (!is_call) {
      if (const Binding* binding = scene_.binding(name)) {
        if (!binding->type.empty()) return binding->type;
        if (!binding->call.empty()) return type_of(binding->call, true);
        return {};
      }
    }
    std::string_view first;
    for (const SymbolId id : scene_.index->definitions(name, 20)) {
      const SymbolView symbol = scene_.index->symbol(id);
      if (symbol.kind == SymbolKind::type || symbol.kind == SymbolKind::interface ||
          symbol.kind == SymbolKind::enumeration)
        return symbol.name;
      if (symbol.type.empty()) continue;
      if (id.file == scene_.file) return symbol.type;
      if (first.empty()) first = symbol.type;
    }
    return first;
  }

 private:
  const Scene& scene_;
  Table& table_;
  std::set<std::pair<std::string_view, Clue>> seen_;
};

float closeness(const Word& word) {
  return 1 / std::sqrt(1.0F + static_cast<float>(std::min(word.before, word.after)));
}

// What a switch or match above the cursor is about: its last name, and whether that is called.
struct Matched {
  std::string_view name;
  bool is_call = false;
};
Matched matched_above(const Scene& scene) {
  const size_t line = line_of(*scene.text, scene.offset);
  for (size_t away = 0; away <= std::min<size_t>(line, kSwitchLines); ++away) {
    const std::string_view text = line_text(*scene.text, line - away).substr(0, kSwitchBytes);
    const std::string_view head = text.substr(0, text.find_last_not_of(" \t{:") + 1);
    bool is_switch = false;
    Matched out;
    each_name(head, [&](std::string_view name, uint32_t, bool) {
      if (is_switch)
        out = {name, name.data() + name.size() < head.data() + head.size() && name.data()[name.size()] == '('};
      is_switch = is_switch || name == "switch" || name == "match" || name == "when";
    });
    if (is_switch) return out;
  }
  return {};
}

bool is_type(SymbolKind kind) {
  return kind == SymbolKind::type || kind == SymbolKind::interface || kind == SymbolKind::enumeration;
}

// Types that the code around the cursor works with: of its variables and fields, and those it names.
void add_visible(const Scene& scene, Members& members) {
  for (const Binding& binding : scene.bindings->list) {
    const Word* word = scene.word(binding.name);
    if (word && std::min(word->before, word->after) > 60) continue;
    members.add(members.type_of(binding.name, false), Clue::visible_type, word ? closeness(*word) : 0.15F);
  }
  for (const Word& word : scene.words) {
    const uint32_t distance = std::min(word.before, word.after);
    if (distance > 30) break;
    for (const SymbolId id : scene.index->definitions(word.name, 6)) {
      const SymbolView symbol = scene.index->symbol(id);
      if (is_type(symbol.kind)) members.add(symbol.name, Clue::visible_type, closeness(word) * 0.8F);
      else if (id.file == scene.file) members.add(symbol.type, Clue::visible_type, closeness(word));
    }
  }
}

}  // namespace

void members_of_types(const Scene& scene, Table& table) {
  Members members(scene, table);
  if (scene.line.member)
    members.add(members.type_of(scene.line.receiver, scene.line.receiver_is_call), Clue::receiver, 1);
  for (const Scope& scope : scene.scopes) {
    if (!scope.name.empty()) members.add_bases(scope.name, Clue::inherited, 1, 0);
  }
  for (const std::string_view self : {"this", "self"}) {
    if (const Binding* binding = scene.binding(self)) members.add(binding->type, Clue::inherited, 1);
  }
  if (const Matched matched = matched_above(scene); !matched.name.empty()) {
    members.add(members.type_of(matched.name, matched.is_call), Clue::enum_case, 1);
  }
  add_visible(scene, members);
}

}  // namespace fimd::context::snippets
