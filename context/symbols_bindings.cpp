// The names that are visible around a cursor.
#include <algorithm>
#include <unordered_map>

#include "context/symbols_read.h"
#include "context/symbols_text.h"

namespace fimd::context {
namespace {

using grammars::Capture;

constexpr size_t kMaxBindings = 200;
constexpr size_t kWindow = 64u << 10;  // bytes in front of the cursor that are searched
constexpr size_t kHead = 2u << 10;     // bytes of a scope's head, where its parameters stand
constexpr size_t kMaxBindingName = 200;

struct Found {
  Binding binding;
  std::string element;  // the value it is an element of
};

struct Scopes {
  std::vector<Span> seen;                             // whose declarations are visible
  std::vector<Span> hidden;                           // whose declarations are not
  std::vector<std::pair<Span, std::string>> classes;  // around the cursor, with their names
  std::vector<Found> found;
};

bool same_start(const std::vector<Scope>& around, TSNode node) {
  return std::ranges::any_of(around, [&](const Scope& s) {
    return (s.start == begin_of(node) && s.end == end_of(node)) || s.body == begin_of(node);
  });
}

class Reader {
 public:
  Reader(const Tree& tree, size_t offset, Scopes& out)
      : data_(*tree.data()),
        query_(grammars::query(data_.grammar(), grammars::QueryKind::scopes)),
        offset_(offset),
        around_(tree.scopes(offset)),
        out_(out) {}

  void read() {
    if (!query_.query) return;
    const size_t window = offset_ > kWindow ? offset_ - kWindow : 0;
    // The scopes around the window's start begin before it.
    for (auto scope = around_.rbegin(); scope != around_.rend(); ++scope) {
      if (scope->start < window) read(scope->start, std::min({scope->start + kHead, window, offset_}));
    }
    read(window, offset_);
  }

 private:
  void read(size_t start, size_t end) {
    if (start >= end) return;
    const std::stop_token stop;
    Matches matches(query_, data_.root(), stop, {static_cast<uint32_t>(start), static_cast<uint32_t>(end)});
    for (TSQueryMatch match; matches.next(match);) add(match);
  }

  void add(const TSQueryMatch& match) {
    TSNode root{}, name{}, type{}, value{}, element{};
    TSNode scope{};
    bool is_class = false;
    for (uint16_t i = 0; i < match.capture_count; ++i) {
      const TSNode node = match.captures[i].node;
      switch (query_.captures[match.captures[i].index]) {
        case Capture::is: {
          const grammars::Words words{query_.words[match.captures[i].index]};
          if (!words.has(text_of(data_, node))) return;
          break;
        }
        case Capture::scope: scope = node; break;
        case Capture::class_scope:
          is_class = true;
          root = node;
          break;
        case Capture::binding: root = node; break;
        case Capture::name: name = node; break;
        case Capture::declarator: {
          const Declared declared = unwrap_declarator(node);
          if (declared.function) return;
          name = declared.name;
          value = declared.value;
          break;
        }
        case Capture::returns: type = node; break;
        case Capture::value: value = node; break;
        case Capture::element: element = node; break;
        default: break;
      }
    }
    if (!ts_node_is_null(scope)) add_scope(scope);
    if (ts_node_is_null(name) || ts_node_is_null(root)) return;
    if (is_class) {
      if (around(root))
        out_.classes.push_back({{ts_node_start_byte(root), ts_node_end_byte(root)}, simple_type(text_of(data_, name))});
      return;
    }
    add_binding(root, name, type, value, element);
  }

  bool around(TSNode node) const {
    return (begin_of(node) < offset_ && offset_ < end_of(node)) || same_start(around_, node);
  }

  void add_scope(TSNode node) {
    const Span span{ts_node_start_byte(node), ts_node_end_byte(node)};
    (around(node) ? out_.seen : out_.hidden).push_back(span);
  }

  void add_binding(TSNode root, TSNode name, TSNode type, TSNode value, TSNode element) {
    const std::string_view text = text_of(data_, name);
    if (text.empty() || text.size() > kMaxBindingName || end_of(name) > offset_ || begin_of(root) >= offset_) return;
    if (ts_node_is_null(type)) type = first_field(root, {"type", "return_type"});
    if (ts_node_is_null(value)) value = first_field(root, {"value", "right", "default_value"});
    Found found;
    found.binding.name = text;
    found.binding.start = begin_of(name);
    if (!ts_node_is_null(type)) found.binding.type = simple_type(text_of(data_, type));
    if (!ts_node_is_null(element)) {
      found.element = trimmed(text_of(data_, element).substr(0, kMaxBindingName));
    } else if (found.binding.type.empty() && !ts_node_is_null(value)) {
      Origin origin = origin_of(text_of(data_, value), data_.grammar().calls_construct);
      found.binding.type = std::move(origin.type);
      found.binding.call = std::move(origin.call);
    }
    out_.found.push_back(std::move(found));
  }

  const Tree::Data& data_;
  const grammars::Query& query_;
  size_t offset_;
  std::vector<Scope> around_;
  Scopes& out_;
};

// Drops what is declared in a scope that does not hold the cursor; the latest declarations come first.
void keep_visible(Scopes& scopes) {
  std::ranges::sort(scopes.hidden, {}, &Span::start);
  std::vector<Span> outer;  // the hidden scopes that are in no other
  for (const Span& span : scopes.hidden) {
    if (outer.empty() || span.start >= outer.back().end) outer.push_back(span);
  }
  std::erase_if(scopes.found, [&](const Found& f) {
    const auto behind = std::ranges::upper_bound(outer, f.binding.start, {}, &Span::start);
    return behind != outer.begin() && f.binding.start < std::prev(behind)->end;
  });
  // Of several patterns for the same name the one that tells most comes first.
  std::ranges::stable_sort(scopes.found, std::ranges::greater{}, [](const Found& f) {
    return std::tuple(f.binding.start, !f.binding.type.empty(), !f.binding.call.empty() || !f.element.empty());
  });
}

// The binding of the object that code of a type runs on.
void add_self(const grammars::Grammar& grammar, Scopes& scopes, std::vector<Binding>& out) {
  const auto inner = std::ranges::max_element(scopes.classes, {}, [](const auto& c) { return c.first.start; });
  if (inner == scopes.classes.end()) return;
  const auto there = std::ranges::find(out, grammar.self, &Binding::name);
  if (there != out.end()) {
    if (there->type.empty()) there->type = inner->second;
    return;
  }
  const auto inside = [&](const Span& s) { return s.start > inner->first.start; };
  if (std::ranges::none_of(scopes.seen, inside)) return;  // among the members, not in the code of one
  const auto last = std::ranges::find_if(out, [&](const Binding& b) { return b.start < inner->first.start; });
  out.insert(last, {.name = std::string(grammar.self), .type = inner->second, .call = {}, .start = inner->first.start});
}

}  // namespace

std::vector<Binding> bindings(const Tree& tree, size_t offset) {
  std::vector<Binding> out;
  if (!tree || offset > tree.text()->utf8.size()) return out;
  if (const Embedded* part = tree.data()->embedded_at(offset)) {
    out = bindings(part->tree, offset - part->start);
    for (Binding& binding : out) binding.start += part->start;
    return out;
  }
  Scopes scopes;
  Reader(tree, offset, scopes).read();
  keep_visible(scopes);
  std::unordered_map<std::string_view, const Found*> by_name;
  for (const Found& found : scopes.found) {
    if (!found.binding.type.empty()) by_name.try_emplace(found.binding.name, &found);
  }
  for (const Found& found : scopes.found) {
    if (out.size() >= kMaxBindings) break;
    if (std::ranges::find(out, found.binding.name, &Binding::name) != out.end()) continue;
    Binding binding = found.binding;
    if (!found.element.empty() && binding.type.empty()) {
      const size_t bare = std::min(found.element.find_first_not_of("&*"), found.element.size());
      const auto whole = by_name.find(std::string_view(found.element).substr(bare));
      if (whole != by_name.end()) binding.type = whole->second->binding.type;
    }
    out.push_back(std::move(binding));
  }
  add_self(tree.data()->grammar(), scopes, out);
  if (out.size() > kMaxBindings) out.resize(kMaxBindings);
  return out;
}

}  // namespace fimd::context
