// From the places of a query's pass to symbols, imports and mentions.
#include "context/symbols.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "context/symbols_parts.h"
#include "context/symbols_read.h"
#include "context/symbols_text.h"

namespace fimd::context {
namespace {

using grammars::Capture;
using grammars::Words;

constexpr size_t kMaxName = 200;  // bytes; what is longer is no name
constexpr size_t kMaxSymbols = 200'000;
constexpr size_t kMaxInitializer = 100;  // bytes of a value that a signature may show

bool is_type(SymbolKind kind) {
  return kind == SymbolKind::type || kind == SymbolKind::interface || kind == SymbolKind::enumeration;
}
bool is_code(SymbolKind kind) {
  return kind == SymbolKind::function || kind == SymbolKind::method;
}
bool is_value(SymbolKind kind) {
  return kind == SymbolKind::variable || kind == SymbolKind::constant || kind == SymbolKind::field;
}

// PARSER_LIMIT: what all languages use for constants.
bool is_shouted(std::string_view name) {
  return name.size() > 1 && std::ranges::any_of(name, [](char c) { return c >= 'A' && c <= 'Z'; }) &&
         std::ranges::all_of(name, [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; });
}

bool has_word(std::string_view text, std::string_view word) {
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) return true;
  }
  return false;
}

// Builds the symbols one after another in the order of the text.
class Builder {
 public:
  Builder(const Tree::Data& data, const Raw& raw, Outline& out)
      : data_(data), raw_(raw), out_(out), utf8_(data.text->utf8), comments_(data, raw) {}

  void add(const Definition& definition) {
    if (out_.symbols.size() >= kMaxSymbols) return;
    const Span span{definition.start(), definition.end()};
    const uint32_t name_start = ts_node_start_byte(definition.name);
    close(span.start);
    if (defined(name_start)) return;
    Symbol symbol;
    symbol.kind = static_cast<SymbolKind>(definition.kind);
    symbol.name_start = name_start;
    symbol.container = open_.empty() ? Symbol::kNoContainer : open_.back();
    if (!open_.empty() && same_node(definition)) symbol.container = at(open_.back()).container;
    const Span whole = with_wraps(span);
    if (!name(definition, symbol) || (is_value(symbol.kind) && imported(span))) return;
    if (!place(definition, symbol, span, whole)) return;
    symbol.start = whole.start;
    symbol.end = whole.end;
    if (symbol.kind == SymbolKind::type && kind(definition.node) == "type_definition") {
      const TSNode type = first_field(definition.node, {"type"});
      if (!ts_node_is_null(type) && kind(type) == "enum_specifier") symbol.kind = SymbolKind::enumeration;
    }
    if (data_.grammar().signature_apart && continues(symbol)) return;
    describe(definition, symbol, whole);
    last_node_ = definition.node.id;
    keep(std::move(symbol), definition.node);
  }

 private:
  // Forgets the symbols that end before `start`.
  void close(uint32_t start) {
    while (!open_.empty() && open_ends_.back() <= start) {
      open_.pop_back();
      open_ends_.pop_back();
    }
  }

  // Whether a pattern in front of this one has named the same thing.
  bool defined(uint32_t name_start) const {
    for (size_t i = out_.symbols.size(); i-- > 0 && out_.symbols.size() - i < 4;) {
      if (out_.symbols[i].name_start == name_start) return true;
    }
    return false;
  }

  // Whether the innermost open symbol is another name in the same node: `case open, closed`.
  bool same_node(const Definition& definition) const {
    return last_node_ == definition.node.id && open_.back() + 1 == out_.symbols.size();
  }

  // Whether a symbol only continues the one before: an equation behind its signature.
  bool continues(const Symbol& symbol) {
    if (out_.symbols.empty() || is_type(symbol.kind) || symbol.kind == SymbolKind::module) return false;
    Symbol& last = out_.symbols.back();
    if (last.name != symbol.name || last.container != symbol.container) return false;
    last.end = symbol.end;
    return true;
  }

  // The definition with the nodes around it that are part of it and have nothing else in them.
  Span with_wraps(Span span) {
    Span whole = span;
    size_t first = next_wrap_;
    while (next_wrap_ < raw_.wraps.size() && raw_.wraps[next_wrap_].start <= span.start) ++next_wrap_;
    for (; first < next_wrap_; ++first) {
      const Span wrap = raw_.wraps[first];
      if (wrap.end < span.end || wrap.start > whole.start) continue;
      const std::string_view rest =
          trimmed(std::string_view(utf8_).substr(span.end, std::min(wrap.end - span.end, 40u)));
      const std::string_view front = std::string_view(utf8_).substr(wrap.start, whole.start - wrap.start);
      if (rest.starts_with(',') && front.find('{') != std::string_view::npos) continue;
      if (!rest.empty() && rest.front() != ';' && rest.front() != ',') continue;
      whole.start = std::min(whole.start, wrap.start);
      if (rest.empty() || rest == ";") whole.end = std::max(whole.end, wrap.end);
    }
    return whole;
  }

  // Reads the name, takes its owner apart. False if it is none.
  bool name(const Definition& definition, Symbol& symbol) {
    const std::string_view text = text_of(data_, definition.name);
    if (text.empty() || text.size() > kMaxName) return false;
    if (symbol.kind == SymbolKind::module) {
      symbol.name = text;
      return true;
    }
    const Path path = split_path(text, data_.grammar().paths);
    symbol.name = path.name;
    if (symbol.name.starts_with("operator ")) symbol.name.resize(std::min(symbol.name.find('('), symbol.name.size()));
    const std::string_view owner = ts_node_is_null(definition.owner) ? path.owner : text_of(data_, definition.owner);
    if (owner == data_.grammar().self || owner == "this" || owner == "self") {
      assigned_ = true;
    } else if (!owner.empty() && !owner.ends_with("exports")) {
      const auto types = ts_node_is_null(definition.owner) ? std::vector<std::string>() : base_names(owner);
      symbol.owner = types.empty() ? std::string(owner_of(owner)) : types.front();
    }
    static constexpr std::string_view kMarks = "$\"':@";
    while (!symbol.name.empty() && kMarks.find(symbol.name.front()) != std::string_view::npos) symbol.name.erase(0, 1);
    while (!symbol.name.empty() && kMarks.find(symbol.name.back()) != std::string_view::npos) symbol.name.pop_back();
    return !symbol.name.empty();
  }

  static std::string_view owner_of(std::string_view path) {
    if (path.ends_with(".prototype")) path.remove_suffix(10);
    return split_path(path, ":: .").name;
  }

  // Settles the container and the kind that follows from it. False for what is no symbol: the locals of functions.
  bool place(const Definition& definition, Symbol& symbol, Span span, Span whole) {
    const bool assigned = definition.assigned || std::exchange(assigned_, false);
    if (assigned) {
      while (symbol.container != Symbol::kNoContainer && !is_type(at(symbol.container).kind)) {
        symbol.container = at(symbol.container).container;
      }
      if (symbol.container == Symbol::kNoContainer || !member_names_[symbol.container].insert(symbol.name).second) {
        return false;
      }
    }
    if (definition.prototype && is_value(symbol.kind)) {
      symbol.kind = SymbolKind::function;
      if (in_code(symbol.container) || in_local(span)) return false;
    }
    const bool inside = symbol.container != Symbol::kNoContainer;
    if (is_value(symbol.kind) && !assigned && (in_local(span) || in_code(symbol.container))) {
      // A parameter that makes a field stands in its constructor.
      const uint32_t outer = inside ? at(symbol.container).container : Symbol::kNoContainer;
      if (symbol.kind != SymbolKind::field || outer == Symbol::kNoContainer || !is_type(at(outer).kind)) return false;
      if (!member_names_[outer].insert(symbol.name).second) return false;
      symbol.container = outer;
    }
    const bool member = inside_type(symbol.container);
    if (!assigned && member && is_value(symbol.kind)) member_names_[symbol.container].insert(symbol.name);
    if (member && symbol.kind == SymbolKind::function) symbol.kind = SymbolKind::method;
    if (!member && symbol.kind == SymbolKind::method && symbol.owner.empty()) symbol.kind = SymbolKind::function;
    if (symbol.kind == SymbolKind::function && !symbol.owner.empty()) symbol.kind = SymbolKind::method;
    if (symbol.kind == SymbolKind::variable && is_constant(symbol, whole)) symbol.kind = SymbolKind::constant;
    if (symbol.kind == SymbolKind::variable && member) symbol.kind = SymbolKind::field;
    if (member) {
      const Symbol& owner = at(symbol.container);
      if (is_type(symbol.kind) && owner.name == symbol.name) return false;  // typedef struct A { … } A;
      if (owner.kind == SymbolKind::enumeration && data_.grammar().name == "python" && is_value(symbol.kind)) {
        symbol.kind = SymbolKind::enum_case;
      }
    }
    return true;
  }

  bool inside_type(uint32_t container) const {
    return container != Symbol::kNoContainer &&
           (is_type(at(container).kind) || at(container).kind == SymbolKind::enum_case);
  }

  // Whether the place is in an import: `const fs = require("fs")`.
  bool imported(Span span) {
    while (next_import_ < raw_.imports.size() && raw_.imports[next_import_].whole.end <= span.start) ++next_import_;
    return next_import_ < raw_.imports.size() && raw_.imports[next_import_].whole.start <= span.start;
  }

  bool is_constant(const Symbol& symbol, Span span) const {
    if (is_shouted(symbol.name)) return true;
    if (symbol.name_start <= span.start) return false;
    const std::string_view before = std::string_view(utf8_).substr(span.start, symbol.name_start - span.start);
    if (has_word(before, "constexpr")) return true;
    return has_word(before, "const") && before.find('*') == std::string_view::npos;
  }

  void describe(const Definition& definition, Symbol& symbol, Span whole) {
    symbol.doc = comments_.doc_of(whole);
    if (symbol.doc.empty()) symbol.doc = inner_doc(definition);
    TSNode body = definition.body;
    if (ts_node_is_null(body)) body = first_field(definition.node, {"body"});
    // What stands in ( ) tells what it is made of.
    const bool cut = !ts_node_is_null(body) && begin_of(body) > whole.start && utf8_[begin_of(body)] != '(';
    symbol.signature = signature(symbol, {whole.start, cut ? ts_node_start_byte(body) : whole.end});
    if (is_type(symbol.kind)) {
      symbol.bases = bases_of(definition, symbol.name);
      if (data_.grammar().name == "python") python_kind(symbol);
      return;
    }
    TSNode type = definition.returns;
    if (ts_node_is_null(type)) type = first_field(definition.node, {"return_type", "returns", "type", "result"});
    if (!ts_node_is_null(type)) symbol.type = simple_type(text_of(data_, type));
    if (data_.grammar().type_first && symbol.type.empty()) {
      symbol.type = simple_type(std::string_view(utf8_).substr(whole.start, symbol.name_start - whole.start));
    }
    if (symbol.type == "Self" || symbol.type == "self" || symbol.type == "static") symbol.type = own_type(symbol);
    if (!symbol.type.empty() || !is_value(symbol.kind)) return;
    TSNode value = definition.value;
    if (ts_node_is_null(value)) value = first_field(definition.node, {"value", "right", "default_value"});
    if (!ts_node_is_null(value)) {
      symbol.type = origin_of(text_of(data_, value), data_.grammar().calls_construct).type;
    }
  }

  // The type whose member a symbol is.
  std::string own_type(const Symbol& symbol) const {
    return inside_type(symbol.container) ? at(symbol.container).name : symbol.owner;
  }

  static void python_kind(Symbol& symbol) {
    for (const std::string& base : symbol.bases) {
      if (base.ends_with("Enum") || base == "IntFlag" || base == "Flag") symbol.kind = SymbolKind::enumeration;
      if (base == "Protocol" || base == "ABC") symbol.kind = SymbolKind::interface;
    }
  }

  std::string signature(const Symbol& symbol, Span span) const {
    std::string_view text = std::string_view(utf8_).substr(span.start, span.end - span.start);
    text = text.substr(0, 4 * kMaxSignature);
    // What has no body to be cut off shows its first line.
    const bool holder = is_type(symbol.kind) || symbol.kind == SymbolKind::module || symbol.kind == SymbolKind::macro;
    if (holder && text.size() > kMaxInitializer) text = text.substr(0, text.find('\n', symbol.name_start - span.start));
    if (text.starts_with("macro_rules!")) text = text.substr(0, text.find_first_of("{(["));
    if (is_value(symbol.kind)) {
      // A long value says little about the thing.
      const size_t name = symbol.name_start - span.start;
      const size_t equals = name < text.size() ? text.find('=', name) : std::string_view::npos;
      const bool far = text.size() > kMaxInitializer || text.find('\n') != std::string_view::npos;
      if (equals != std::string_view::npos && far) text = text.substr(0, equals);
    }
    return fold_signature(comments_.without(text, span.start));
  }

  // The text in the body that says what it is for.
  std::string inner_doc(const Definition& definition) {
    while (next_doc_ < raw_.docs.size() && raw_.docs[next_doc_].start < definition.start()) ++next_doc_;
    if (next_doc_ == raw_.docs.size() || raw_.docs[next_doc_].end > definition.end()) return {};
    const TSNode body = first_field(definition.node, {"body"});
    const Span doc = raw_.docs[next_doc_];
    if (ts_node_is_null(body) || ts_node_start_byte(body) != doc.start) return {};
    return summary_of(std::string_view(utf8_).substr(doc.start, doc.end - doc.start));
  }

  std::vector<std::string> bases_of(const Definition& definition, std::string_view name) const {
    static constexpr Words kClauses{
        "base_class_clause superclass super_interfaces extends_interfaces interfaces base_list class_heritage "
        "extends_type_clause class_interface_clause base_clause extends_clause implements_clause mixins trait_bounds "
        "delegation_specifiers delegation_specifier inheritance_specifier protocol_qualifiers "
        "inheritance_specifiers parameterized_arguments protocol_reference_list"};
    std::vector<std::string> out;
    if (!ts_node_is_null(definition.bases)) out = base_names(text_of(data_, definition.bases));
    Walk walk(definition.node);
    if (!walk.down()) return out;
    do {
      if (!ts_node_is_named(walk.node()) || !kClauses.has(kind(walk.node()))) continue;
      for (std::string& base : base_names(text_of(data_, walk.node()))) {
        if (base != name && std::ranges::find(out, base) == out.end()) out.push_back(std::move(base));
      }
    } while (walk.next());
    return out;
  }

  void keep(Symbol symbol, TSNode node) {
    uint32_t end = ts_node_end_byte(node);
    const auto index = static_cast<uint32_t>(out_.symbols.size());
    const bool holds = !is_value(symbol.kind);
    out_.symbols.push_back(std::move(symbol));
    if (!holds) return;
    if (out_.symbols.back().kind == SymbolKind::module && heads_file(node)) end = UINT32_MAX;
    open_.push_back(index);
    open_ends_.push_back(end);
  }

  // Whether the rest of the file belongs to a module: `package a.b;`.
  bool heads_file(TSNode node) const {
    static constexpr Words kHeads{
        "package_clause package_declaration package_header file_scoped_namespace_declaration namespace_definition "
        "header module_declaration"};
    return kHeads.has(kind(node)) && ts_node_is_null(first_field(node, {"body"})) &&
           text_of(data_, node).find('\n') == std::string_view::npos;
  }

  bool in_code(uint32_t container) const { return container != Symbol::kNoContainer && is_code(at(container).kind); }

  // Whether the place is in code without a name, inside of the innermost symbol around it.
  bool in_local(Span span) {
    while (next_local_ < raw_.locals.size() && raw_.locals[next_local_].start < span.start) {
      while (!open_locals_.empty() && open_locals_.back() <= raw_.locals[next_local_].start) open_locals_.pop_back();
      open_locals_.push_back(raw_.locals[next_local_++].end);
    }
    while (!open_locals_.empty() && open_locals_.back() <= span.start) open_locals_.pop_back();
    return !open_locals_.empty();
  }

  Symbol& at(uint32_t index) { return out_.symbols[index]; }
  const Symbol& at(uint32_t index) const { return out_.symbols[index]; }

  const Tree::Data& data_;
  const Raw& raw_;
  Outline& out_;
  const std::string& utf8_;
  Comments comments_;
  std::vector<uint32_t> open_, open_ends_;  // the symbols around the place, and where they end
  std::vector<uint32_t> open_locals_;
  std::unordered_map<uint32_t, std::unordered_set<std::string>> member_names_;  // that were assigned, by type
  const void* last_node_ = nullptr;
  size_t next_wrap_ = 0, next_local_ = 0, next_doc_ = 0, next_import_ = 0;
  bool assigned_ = false;
};

// Bases that stand inside of a type, not in its head.
void add_inner_bases(const Tree::Data& data, const Raw& raw, Outline& out) {
  for (const Span& base : raw.bases) {
    const auto behind =
        std::ranges::upper_bound(out.symbols, base.start, {}, [](const Symbol& symbol) { return symbol.name_start; });
    for (auto i = behind; i != out.symbols.begin();) {
      --i;
      if (!is_type(i->kind) || i->end < base.end) {
        if (behind - i > 1000) break;
        continue;
      }
      const std::string_view text = std::string_view(data.text->utf8).substr(base.start, base.end - base.start);
      for (std::string& name : base_names(text)) {
        if (std::ranges::find(i->bases, name) == i->bases.end()) i->bases.push_back(std::move(name));
      }
      break;
    }
  }
}

}  // namespace

Outline outline(const Tree& tree, const std::stop_token& stop) {
  Outline out;
  if (!tree) return out;
  const Tree::Data& data = *tree.data();
  const Raw raw = read_raw(data, stop);
  Builder builder(data, raw, out);
  for (size_t i = 0; i < raw.definitions.size(); ++i) {
    if (i % 256 == 0 && stop.stop_requested()) break;
    builder.add(raw.definitions[i]);
  }
  add_inner_bases(data, raw, out);
  out.imports = read_imports(data, raw);
  if (!data.grammar().prose) out.mentions = read_mentions(data, raw, out.symbols, stop);
  for (const Embedded& part : data.embedded) {
    if (stop.stop_requested()) break;
    add_shifted(out, outline(part.tree, stop), part.start);
  }
  if (!data.embedded.empty()) settle(out);
  return out;
}

}  // namespace fimd::context
