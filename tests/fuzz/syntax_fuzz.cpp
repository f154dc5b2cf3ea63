// Any text in any language, edited anywhere, with any question asked: no crash, no hang, and a tree that followed an
// edit speaks of the same text as one that did not.
//
// Input: byte 0 the language, bytes 1-2 where, byte 3 how much is replaced, byte 4 how much of the rest is inserted.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "context/syntax.h"
#include "grammars/registry.h"

namespace {

using fimd::context::Tree;

fimd::context::Snapshot snapshot(std::string_view language, std::string utf8) {
  return std::make_shared<const fimd::context::Text>(
      fimd::context::make_text("file:///f", 1, std::string(language), std::move(utf8)));
}

void check(bool good) {
  if (!good) std::abort();
}

void ask(const Tree& tree, size_t at) {
  const size_t size = tree.text()->utf8.size();
  check((tree.errors() == 0) == (tree.errors(0, size) == 0));
  check(tree.errors(at, at + 5) <= tree.errors());
  std::ignore = tree.place(at);
  for (const auto& scope : tree.scopes(at)) check(scope.start <= at && scope.start <= scope.end && scope.end <= size);
  size_t last = at;
  for (const size_t end : tree.complete_ends(at, at + 64)) {
    check(end > last && end <= size);
    last = end;
  }
  check(!tree.sexp().empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 6) return 0;
  const auto all = fimd::grammars::grammars();
  const auto& grammar = all[data[0] % all.size()];
  const std::string rest(reinterpret_cast<const char*>(data) + 5, size - 5);
  const size_t taken = std::min<size_t>(data[4], rest.size());
  const auto tree = parse(snapshot(grammar.name, rest.substr(taken)), {});
  check(tree.has_value());
  const std::string& utf8 = tree->text()->utf8;
  const size_t where = (static_cast<size_t>(data[1]) << 8 | data[2]) % (utf8.size() + 1);
  const size_t start = fimd::context::floor_code_point(utf8, where);
  const size_t end = std::max(start, fimd::context::floor_code_point(utf8, std::min(utf8.size(), start + data[3])));
  const std::string insert = fimd::context::to_valid_utf8(rest.substr(0, taken));
  ask(*tree, start);
  const auto changed = with_replacement(*tree, start, end, insert, {});
  check(changed.has_value());
  check(changed->text()->utf8 == utf8.substr(0, start) + insert + utf8.substr(end));
  check(changed->text()->lines == fimd::context::make_text("", 1, "", changed->text()->utf8).lines);
  ask(*changed, start);
  return 0;
}
