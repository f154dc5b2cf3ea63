// Questions to a tree: errors, places, ends, its text form.
#include <algorithm>

#include "context/syntax_data.h"

namespace fimd::context {
namespace {

bool is_error(TSNode node) {
  return ts_node_is_error(node) || ts_node_is_missing(node);
}

enum class Skip { node, siblings };

// Moves to the next node in reading order that is not inside the current one, nor one of its siblings if they are to
// be skipped too. `depth` counts the levels below the root. False at the end of the tree.
bool leave(Walk& walk, size_t& depth, Skip skip) {
  bool skipping = skip == Skip::siblings;
  while (skipping || !walk.next()) {
    if (depth == 0 || !walk.up()) return false;
    --depth;
    skipping = false;
  }
  return true;
}

// Whether a comment goes on at its end: one that runs to the end of its line does, a closed one does not.
bool open_ended_comment(const Tree::Data& data, TSNode node) {
  const std::string_view text = text_of(data, node);
  const grammars::Comments& tokens = data.language->comments;
  const bool closed = !tokens.open.empty() && text.size() >= tokens.open.size() + tokens.close.size() &&
                      text.starts_with(tokens.open) && text.ends_with(tokens.close);
  return !closed && !text.ends_with('\n');
}

// Whether the literal's closing delimiter is not there yet.
bool open_ended_string(TSNode node) {
  const uint32_t children = ts_node_child_count(node);
  return children > 0 && ts_node_is_missing(ts_node_child(node, children - 1));
}

// Calls `visit` for each ERROR and MISSING node that touches [start, end], in reading order.
template <class Visit>
void each_error(const Tree::Data& data, size_t start, size_t end, Visit visit) {
  if (!ts_node_has_error(data.root())) return;
  const size_t first = start == 0 ? 0 : start - 1;
  size_t depth = 0;
  Walk walk(data.root());
  for (;;) {
    const TSNode node = walk.node();
    const bool past = begin_of(node) > end;
    const bool touches = !past && end_of(node) >= start;
    if (touches && is_error(node)) visit(node);
    if (touches && ts_node_has_error(node) && walk.down_to(first)) {
      ++depth;
      continue;
    }
    if (!leave(walk, depth, past ? Skip::siblings : Skip::node)) return;
  }
}

bool is_quote(const Tree::Data& data, TSNode node) {
  const std::string_view text = text_of(data, node);
  return kind(node) == "string_start" || text == "\"" || text == "'" || text == "`";
}

// Whether a literal that the parser gave up on reaches `offset`: a quote stands alone in an error on the same line,
// where nearly all languages end a literal that is not closed.
bool open_quote(const Tree::Data& data, size_t offset) {
  const size_t line = data.text->lines[line_of(*data.text, offset)];
  std::string_view open;
  each_error(data, line, offset, [&](TSNode error) {
    Walk walk(error);
    if (!walk.down_to(line)) return;
    do {
      const TSNode node = walk.node();
      if (end_of(node) > offset) break;
      const std::string_view text = text_of(data, node);
      if (is_quote(data, node)) open = open == text ? std::string_view() : open.empty() ? text : open;
    } while (walk.next());
  });
  return !open.empty();
}

// The end of a unit with the semicolon that belongs to it.
size_t with_semicolon(const std::string& utf8, size_t end) {
  const bool one = end < utf8.size() && utf8[end] == ';' && (end + 1 == utf8.size() || utf8[end + 1] != ';');
  return one ? end + 1 : end;
}

// Whether a child of a body stands alone, or is the head of the body's owner (the value of a case, a start tag).
bool stands_alone(const Walk& walk, TSNode node) {
  static constexpr grammars::Words kHeads{"value condition name subject pattern initializer"};
  return ts_node_is_named(node) && !is_error(node) && !kHeads.has(walk.field()) && !kind(node).ends_with("_tag");
}

struct Ends {
  size_t from, to;
  std::vector<size_t> sound;     // ends of units without any error
  std::vector<size_t> doubtful;  // ends of units begun before `from` that hold an error somewhere
  std::vector<size_t> errors;    // where errors begin, not before `from`
};

void note(Ends& ends, const std::string& utf8, TSNode node) {
  const size_t end = with_semicolon(utf8, end_of(node));
  if (end <= ends.from || end > ends.to) return;
  if (!ts_node_has_error(node)) {
    ends.sound.push_back(end);
  } else if (begin_of(node) < ends.from) {
    ends.doubtful.push_back(end);
  }
}

// Visits every node that touches the range and sorts what it finds into `ends`.
void collect(const Tree::Data& data, Ends& ends) {
  const grammars::Grammar& grammar = data.grammar();
  struct Level {
    bool body, unit;
  };
  std::vector<Level> levels{{grammar.bodies.has(kind(data.root())), false}};
  const size_t first = ends.from == 0 ? 0 : ends.from - 1;
  Walk walk(data.root());
  size_t depth = 0;
  if (!walk.down_to(first)) return;
  for (depth = 1; depth > 0;) {
    levels.resize(depth);
    const TSNode node = walk.node();
    const bool past = begin_of(node) >= ends.to;
    if (!past) {
      if (is_error(node)) ends.errors.push_back(std::max(begin_of(node), ends.from));
      const bool body = ts_node_is_named(node) && grammar.bodies.has(kind(node));
      const bool unit = levels.back().body && stands_alone(walk, node);
      if (unit || (body && levels.back().unit)) note(ends, data.text->utf8, node);
      if (walk.down_to(first)) {
        levels.push_back({body, unit});
        ++depth;
        continue;
      }
    }
    if (!leave(walk, depth, past ? Skip::siblings : Skip::node)) return;
  }
}

// Appends what stands before a node in the text form: its field and its kind.
void open_node(std::string& out, const Walk& walk, TSNode node) {
  if (!out.empty()) out += ' ';
  if (!walk.field().empty()) out.append(walk.field()).append(": ");
  out += ts_node_is_missing(node) ? "(MISSING " : "(";
  out += kind(node);
}

}  // namespace

std::string_view Walk::field() const {
  const char* name = ts_tree_cursor_current_field_name(&cursor_);
  return name ? name : std::string_view();
}

bool Walk::down_to(size_t byte) {
  if (ts_tree_cursor_goto_first_child_for_byte(&cursor_, static_cast<uint32_t>(byte)) >= 0) return true;
  // The runtime gives up when a hidden node reaches behind `byte` and its visible children do not.
  if (!down()) return false;
  while (end_of(node()) <= byte) {
    if (next()) continue;
    up();
    return false;
  }
  return true;
}

std::vector<TSNode> path_to(const Tree::Data& data, size_t byte) {
  std::vector<TSNode> path{data.root()};
  Walk walk(path.front());
  while (walk.down_to(byte) && begin_of(walk.node()) <= byte) path.push_back(walk.node());
  return path;
}

std::string_view text_of(const Tree::Data& data, TSNode node) {
  const std::string_view utf8 = data.text->utf8;
  const size_t start = std::min(begin_of(node), utf8.size());
  return utf8.substr(start, std::max(end_of(node), start) - start);
}

size_t Tree::errors(size_t start, size_t end) const {
  size_t count = 0;
  if (!data_) return count;
  each_error(*data_, start, end, [&count](TSNode) { ++count; });
  for (const Embedded& part : data_->embedded) {
    if (part.start > end || part.end < start) continue;
    count += part.tree.errors(std::max(start, part.start) - part.start, std::min(end, part.end) - part.start);
  }
  return count;
}

size_t Tree::errors() const {
  return data_ ? errors(0, data_->text->utf8.size()) : 0;
}

Place Tree::place(size_t offset) const {
  if (!data_ || offset == 0 || offset > data_->text->utf8.size()) return Place::code;
  if (const Embedded* part = data_->embedded_at(offset)) return part->tree.place(offset - part->start);
  const grammars::Grammar& grammar = data_->grammar();
  Place place = Place::code;
  const std::vector<TSNode> path = path_to(*data_, offset - 1);
  for (const TSNode node : path) {
    const bool inside = end_of(node) > offset;
    if (grammar.comments.has(kind(node))) {
      if (inside || open_ended_comment(*data_, node)) return Place::comment;
    } else if (grammar.strings.has(kind(node))) {
      if (inside || open_ended_string(node)) place = Place::string;
    } else if (inside && grammar.codes.has(kind(node))) {
      place = Place::code;
    }
  }
  return place == Place::code && open_quote(*data_, offset) ? Place::string : place;
}

std::vector<size_t> Tree::complete_ends(size_t from, size_t to) const {
  if (!data_ || from >= to) return {};
  Ends ends{.from = from, .to = to, .sound = {}, .doubtful = {}, .errors = {}};
  collect(*data_, ends);
  std::vector<size_t> found = std::move(ends.sound);
  if (const Embedded* part = data_->embedded_at(from)) {
    std::erase_if(found, [&](size_t end) { return end <= part->end; });
    std::erase_if(ends.doubtful, [&](size_t end) { return end <= part->end; });
    const size_t last = std::min(to, part->end);
    for (const size_t end : part->tree.complete_ends(from - part->start, last - part->start)) {
      found.push_back(end + part->start);
    }
  }
  for (const size_t end : ends.doubtful) {
    if (std::ranges::none_of(ends.errors, [end](size_t error) { return error <= end; })) found.push_back(end);
  }
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::string Tree::sexp() const {
  std::string out;
  if (!data_) return out;
  Walk walk(data_->root());
  std::vector<bool> written;  // one per open node: whether it is part of the text form
  for (;;) {
    const TSNode node = walk.node();
    written.push_back(ts_node_is_named(node) || ts_node_is_missing(node));
    if (written.back()) open_node(out, walk, node);
    if (walk.down()) continue;
    for (;;) {
      if (written.back()) out += ')';
      written.pop_back();
      if (walk.next()) break;
      if (written.empty() || !walk.up()) return out;
    }
  }
}

}  // namespace fimd::context
