#include "context/syntax.h"

#include <algorithm>

#include "context/syntax_data.h"
#include "context/utf8.h"

namespace fimd::context {
namespace {

constexpr size_t kMaxText = 16u << 20;  // bytes
constexpr size_t kPiece = 32u << 10;    // bytes handed to the parser at once
constexpr size_t kManyPieces = 4;

// The parser asks whether to stop every hundred steps, and one step may read a token of any length. So many pieces in a
// row mean a long token, and a stop cuts it short. In any other place a sudden end of the text would only cost time:
// the parser would first make one big error of all it has.
struct Source {
  std::string_view utf8;
  const std::stop_token& stop;
  TimePoint deadline = TimePoint::max();
  size_t pieces = 0;  // read since the parser asked last

  [[nodiscard]] bool late() const { return deadline != TimePoint::max() && Clock::now() > deadline; }
  [[nodiscard]] bool over() const { return stop.stop_requested() || late(); }
};

const char* read_piece(void* payload, uint32_t offset, TSPoint, uint32_t* size) {
  auto& source = *static_cast<Source*>(payload);
  const bool cut = ++source.pieces > kManyPieces && source.over();
  const bool ended = cut || offset >= source.utf8.size();
  *size = ended ? 0 : static_cast<uint32_t>(std::min(kPiece, source.utf8.size() - offset));
  return ended ? "" : source.utf8.data() + offset;
}

bool wants_stop(TSParseState* state) {
  auto& source = *static_cast<Source*>(state->payload);
  source.pieces = 0;
  return source.over();
}

struct FreeParser {
  void operator()(TSParser* parser) const { ts_parser_delete(parser); }
};

// One parse: the parser with what it has built so far, and its result. Dropping it may take long.
struct Work {
  std::unique_ptr<TSParser, FreeParser> parser{ts_parser_new()};
  std::unique_ptr<TSTree, Tree::Data::Free> old;  // the edited tree to start from, or null
  std::unique_ptr<TSTree, Tree::Data::Free> tree;
};

enum class Depth { flat, embedded };

Result<Tree> run(const grammars::Language& language, std::unique_ptr<TSTree, Tree::Data::Free> old, Snapshot text,
                 const std::stop_token& stop, Leftover* leftover, const Tree::Data* before, Depth depth,
                 TimePoint deadline = TimePoint::max()) {
  const grammars::Loaded grammar = grammars::load(*language.grammar);
  if (!grammar.language) return fail(Error::Code::io, grammar.error);
  Work work;
  work.old = std::move(old);
  if (!ts_parser_set_language(work.parser.get(), grammar.language)) {
    return fail(Error::Code::io, "grammar " + std::string(language.grammar->name) + " does not fit the runtime");
  }
  Source source{text->utf8, stop, deadline};
  const TSInput input{&source, read_piece, TSInputEncodingUTF8, nullptr};
  const TSParseOptions options{&source, wants_stop};
  work.tree.reset(ts_parser_parse_with_options(work.parser.get(), work.old.get(), input, options));
  // A tree that was finished while the stop came may lack the end of the text.
  if (!work.tree || stop.stop_requested()) {
    if (leftover) *leftover = std::make_shared<const Work>(std::move(work));
    if (!stop.stop_requested()) return fail(Error::Code::deadline, "parse: took too long");
    return fail(Error::Code::cancelled, "parse: stopped");
  }
  auto data = std::make_shared<Tree::Data>();
  data->tree = std::move(work.tree);
  data->text = std::move(text);
  data->language = &language;
  if (depth == Depth::embedded && !read_embedded(*data, before, stop)) {
    if (leftover) *leftover = std::move(data);
    return fail(Error::Code::cancelled, "parse: stopped");
  }
  return Tree(std::move(data));
}

// The language's entry if a text may be parsed.
Result<const grammars::Language*> parsable(const Text& text) {
  const grammars::Language* language = grammars::find_language(text.language);
  if (!language || !language->grammar) {
    return fail(Error::Code::not_found, "parse: no grammar for language '" + text.language + "'");
  }
  if (text.utf8.size() > kMaxText) return fail(Error::Code::bad_input, "parse: text is larger than 16 MiB");
  return language;
}

// Rows are counted at \n by the parser, at a lone \r too by a Text, so that edits fit only where there is none.
bool rows_agree(const Text& text) {
  return static_cast<size_t>(std::ranges::count(text.utf8, '\n')) + 1 == text.lines.size();
}

bool lead_to(const Text& before, std::span<const ByteEdit> edits, const Text& after) {
  size_t size = before.utf8.size();
  for (const ByteEdit& e : edits) {
    if (e.start > e.old_end || e.old_end > size || e.new_end < e.start) return false;
    size = size - e.old_end + e.new_end;
  }
  return size == after.utf8.size();
}

TSPoint point(Position p) {
  return {p.line, p.character};
}

TSInputEdit input_edit(const ByteEdit& e) {
  return {static_cast<uint32_t>(e.start), static_cast<uint32_t>(e.old_end), static_cast<uint32_t>(e.new_end),
          point(e.start_point),           point(e.old_end_point),           point(e.new_end_point)};
}

// The text with [start, end) replaced. Line starts are moved, and looked for only where the text is new: a \r and a \n
// may have met or parted at its edges.
Text replaced(const Text& base, size_t start, size_t end, std::string_view insert) {
  Text out{.uri = base.uri, .version = base.version, .language = base.language, .utf8 = {}, .lines = {}};
  out.utf8.reserve(base.utf8.size() - (end - start) + insert.size());
  out.utf8.append(base.utf8, 0, start).append(insert).append(base.utf8, end);
  const auto kept = std::ranges::lower_bound(base.lines, std::max<size_t>(start, 1));
  out.lines.assign(base.lines.begin(), kept);
  const size_t searched = std::min(start + insert.size() + 1, out.utf8.size());
  append_line_starts(out.utf8, std::max<size_t>(start, 1), searched, out.lines);
  for (auto line = std::ranges::upper_bound(base.lines, end + 1); line != base.lines.end(); ++line) {
    out.lines.push_back(static_cast<uint32_t>(*line - end + start + insert.size()));
  }
  return out;
}

}  // namespace

const Snapshot& Tree::text() const {
  static const Snapshot kNone;
  return data_ ? data_->text : kNone;
}

bool has_grammar(std::string_view language) {
  return grammars::find_grammar(language) != nullptr;
}

Result<Tree> parse(Snapshot text, std::stop_token stop, Leftover* leftover) {
  const auto language = parsable(*text);
  if (!language) return tl::unexpected(language.error());
  return run(**language, nullptr, std::move(text), stop, leftover, nullptr, Depth::embedded);
}

Result<Tree> parse_until(TimePoint deadline, Snapshot text, std::stop_token stop) {
  const auto language = parsable(*text);
  if (!language) return tl::unexpected(language.error());
  return run(**language, nullptr, std::move(text), stop, nullptr, nullptr, Depth::embedded, deadline);
}

namespace {

Result<Tree> run_again(const Tree& old, std::span<const ByteEdit> edits, Snapshot text, const std::stop_token& stop,
                       Leftover* leftover, Depth depth) {
  const auto language = parsable(*text);
  if (!language) return tl::unexpected(language.error());
  const Tree::Data* before = old.data();
  if (!before || before->language->grammar != (*language)->grammar || !lead_to(*before->text, edits, *text) ||
      !rows_agree(*before->text) || !rows_agree(*text)) {
    return run(**language, nullptr, std::move(text), stop, leftover, before, depth);
  }
  std::unique_ptr<TSTree, Tree::Data::Free> edited(ts_tree_copy(before->tree.get()));
  for (const ByteEdit& e : edits) {
    const TSInputEdit change = input_edit(e);
    ts_tree_edit(edited.get(), &change);
  }
  return run(**language, std::move(edited), std::move(text), stop, leftover, before, depth);
}

}  // namespace

Result<Tree> reparse(const Tree& old, std::span<const ByteEdit> edits, Snapshot text, std::stop_token stop,
                     Leftover* leftover) {
  return run_again(old, edits, std::move(text), stop, leftover, Depth::embedded);
}

Result<Tree> parse_flat(Snapshot text, const Tree& old, std::span<const ByteEdit> edits, std::stop_token stop) {
  return run_again(old, edits, std::move(text), stop, nullptr, Depth::flat);
}

Result<Tree> with_replacement(const Tree& tree, size_t start, size_t end, std::string_view insert,
                              std::stop_token stop) {
  if (!tree) return fail(Error::Code::bad_input, "replace: there is no tree");
  const Text& base = *tree.text();
  const auto whole = [&](size_t offset) { return floor_code_point(base.utf8, offset) == offset; };
  if (start > end || end > base.utf8.size() || !whole(start) || !whole(end)) {
    return fail(Error::Code::bad_input, "replace: not a range of the text");
  }
  if (!is_valid_utf8(insert)) return fail(Error::Code::bad_input, "replace: the insertion is not utf-8");
  auto text = std::make_shared<const Text>(replaced(base, start, end, insert));
  const ByteEdit edit{.start = start,
                      .old_end = end,
                      .new_end = start + insert.size(),
                      .start_point = byte_position(base, start),
                      .old_end_point = byte_position(base, end),
                      .new_end_point = byte_position(*text, start + insert.size())};
  return reparse(tree, std::span(&edit, 1), std::move(text), std::move(stop));
}

}  // namespace fimd::context
