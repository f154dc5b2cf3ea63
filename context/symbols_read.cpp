#include "context/symbols_read.h"

#include <algorithm>

#include "context/symbols_text.h"

namespace fimd::context {
namespace {

using grammars::Capture;

constexpr size_t kMaxMatches = 4'000'000;
constexpr uint32_t kMaxPending = 200;  // matches begun and not ended; a list of more than that loses some

bool asked_to_stop(TSQueryCursorState* state) {
  return static_cast<const std::stop_token*>(state->payload)->stop_requested();
}

Span span_of(TSNode node) {
  return {ts_node_start_byte(node), ts_node_end_byte(node)};
}

// Sorts one match into `raw`.
class Sorter {
 public:
  Sorter(const Tree::Data& data, const grammars::Query& query, Raw& raw) : data_(data), query_(query), raw_(raw) {}

  void add(const TSQueryMatch& match) {
    const Capture first = role(match.captures[0]);
    if (match.capture_count == 1 && add_single(first, match.captures[0].node)) return;
    Definition definition;
    ImportMatch site;
    bool defines = false, imports = false;
    definition.pattern = match.pattern_index;
    for (uint16_t i = 0; i < match.capture_count; ++i) {
      const TSNode node = match.captures[i].node;
      const Capture capture = role(match.captures[i]);
      if (static_cast<size_t>(capture) < grammars::kDefinitions) {
        defines = true;
        definition.kind = capture;
        definition.node = node;
      } else if (capture == Capture::import || capture == Capture::relative) {
        imports = true;
        site.whole = span_of(node);
        site.relative = capture == Capture::relative;
      } else if (capture == Capture::is) {
        const grammars::Words words{query_.words[match.captures[i].index]};
        if (!words.has(text_of(data_, node))) return;
      } else if (!set(definition, site, capture, node)) {
        return;
      }
    }
    if (!imports && !defines) {
      const Capture kind = role(match.captures[match.capture_count - 1]);
      site.part = kind == Capture::item || kind == Capture::as || kind == Capture::all || kind == Capture::default_item;
      site.whole = span_of(match.captures[match.capture_count - 1].node);
      imports = site.part;
    }
    if (imports) raw_.imports.push_back(site);
    if (defines && !ts_node_is_null(definition.name)) raw_.definitions.push_back(definition);
  }

 private:
  Capture role(const TSQueryCapture& capture) const { return query_.captures[capture.index]; }

  bool add_single(Capture capture, TSNode node) {
    switch (capture) {
      case Capture::comment:
      case Capture::text:
      case Capture::code:
      case Capture::gap: raw_.literals.push_back({span_of(node), capture}); return true;
      case Capture::wrap: raw_.wraps.push_back(span_of(node)); return true;
      case Capture::local: raw_.locals.push_back(span_of(node)); return true;
      case Capture::base: raw_.bases.push_back(span_of(node)); return true;
      case Capture::doc: raw_.docs.push_back(span_of(node)); return true;
      default: return false;
    }
  }

  // False if the match does not count.
  bool set(Definition& definition, ImportMatch& site, Capture capture, TSNode node) {
    switch (capture) {
      case Capture::name: definition.name = node; break;
      case Capture::declarator: {
        const Declared declared = unwrap_declarator(node);
        definition.name = declared.name;
        definition.value = declared.value;
        definition.prototype = declared.function;
        break;
      }
      case Capture::returns: definition.returns = node; break;
      case Capture::value: definition.value = node; break;
      case Capture::body: definition.body = node; break;
      case Capture::owner: definition.owner = node; break;
      case Capture::bases: definition.bases = node; break;
      case Capture::object: {
        const std::string_view text = text_of(data_, node);
        if (text != data_.grammar().self && text != "this" && text != "self") return false;
        definition.assigned = true;
        break;
      }
      case Capture::from: site.from = text_of(data_, node); break;
      case Capture::item: site.item = text_of(data_, node); break;
      case Capture::as: site.as = text_of(data_, node); break;
      case Capture::all: site.all = true; break;
      case Capture::default_item:
        site.item = "default";
        site.as = text_of(data_, node);
        break;
      case Capture::expand:
        site.from = text_of(data_, node);
        site.expand = true;
        break;
      default: break;
    }
    return true;
  }

  const Tree::Data& data_;
  const grammars::Query& query_;
  Raw& raw_;
};

constexpr auto kOuterFirst = [](const Span& a, const Span& b) {
  return a.start != b.start ? a.start < b.start : a.end > b.end;
};

void sort(Raw& raw) {
  std::ranges::stable_sort(raw.definitions, [](const Definition& a, const Definition& b) {
    if (a.start() != b.start()) return a.start() < b.start();
    return a.end() != b.end() ? a.end() > b.end() : a.pattern < b.pattern;
  });
  std::ranges::stable_sort(raw.imports, kOuterFirst, &ImportMatch::whole);
  std::ranges::stable_sort(raw.literals, kOuterFirst, &Literal::span);
  for (auto* spans : {&raw.wraps, &raw.locals, &raw.bases, &raw.docs}) std::ranges::stable_sort(*spans, kOuterFirst);
}

}  // namespace

Matches::Matches(const grammars::Query& query, TSNode root, const std::stop_token& stop, Span range)
    : stop_(stop), cursor_(ts_query_cursor_new()), options_{const_cast<std::stop_token*>(&stop), asked_to_stop} {
  ts_query_cursor_set_match_limit(cursor_, kMaxPending);
  ts_query_cursor_set_byte_range(cursor_, range.start, range.end);
  ts_query_cursor_exec_with_options(cursor_, query.query, root, &options_);
}

Matches::~Matches() {
  ts_query_cursor_delete(cursor_);
}

bool Matches::next(TSQueryMatch& match) {
  if (++count_ > kMaxMatches || (count_ % 1024 == 0 && stop_.stop_requested())) return false;
  return ts_query_cursor_next_match(cursor_, &match);
}

TSNode first_field(TSNode node, std::initializer_list<std::string_view> fields) {
  for (const std::string_view field : fields) {
    const TSNode child = ts_node_child_by_field_name(node, field.data(), static_cast<uint32_t>(field.size()));
    if (!ts_node_is_null(child)) return child;
  }
  return {};
}

Declared unwrap_declarator(TSNode node) {
  Declared out;
  bool function = false;
  for (int depth = 0; depth < 32; ++depth) {
    const std::string_view wrapper = kind(node);
    if (wrapper == "operator_cast") function = true;
    if (wrapper == "operator_cast") break;
    if (wrapper == "function_declarator") function = true;
    if (wrapper == "parenthesized_declarator") function = false;
    if (ts_node_is_null(out.value)) out.value = first_field(node, {"value"});
    TSNode inner = first_field(node, {"declarator"});
    if (ts_node_is_null(inner) && wrapper.ends_with("_declarator") && wrapper != "structured_binding_declarator") {
      const uint32_t children = ts_node_named_child_count(node);
      if (children > 0) inner = ts_node_named_child(node, children - 1);
    }
    if (ts_node_is_null(inner)) break;
    node = inner;
  }
  static constexpr grammars::Words kNames{
      "identifier field_identifier type_identifier qualified_identifier destructor_name operator_name operator_cast "
      "template_function template_method primitive_type"};
  if (kNames.has(kind(node))) out.name = node;
  out.function = function;
  return out;
}

Raw read_raw(const Tree::Data& data, const std::stop_token& stop) {
  Raw raw;
  const grammars::Query& query = grammars::query(data.grammar(), grammars::QueryKind::outline);
  if (!query.query) return raw;
  Sorter sorter(data, query, raw);
  Matches matches(query, data.root(), stop);
  for (TSQueryMatch match; matches.next(match);) {
    if (match.capture_count > 0) sorter.add(match);
  }
  sort(raw);
  return raw;
}

}  // namespace fimd::context
