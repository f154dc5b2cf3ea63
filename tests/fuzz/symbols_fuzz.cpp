// Any text in any language: what is read from its tree lies inside of the text, containers come before what they hold,
// lists are in the order of the text, and nothing is longer than promised.
//
// Input: byte 0 the language, bytes 1-2 where bindings are asked for, then the text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "context/symbols.h"
#include "context/symbols_text.h"
#include "grammars/registry.h"

namespace {

using namespace fimd::context;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_outline(const Tree& tree) {
  const size_t size = tree.text()->utf8.size();
  const Outline found = outline(tree);
  size_t last = 0;
  for (size_t i = 0; i < found.symbols.size(); ++i) {
    const Symbol& symbol = found.symbols[i];
    require(symbol.container == Symbol::kNoContainer || symbol.container < i);
    require(symbol.start <= symbol.name_start && symbol.name_start < symbol.end && symbol.end <= size);
    require(!symbol.name.empty() && symbol.signature.size() <= kMaxSignature && symbol.doc.size() <= kMaxDoc);
    require(is_valid_utf8(symbol.name) && is_valid_utf8(symbol.signature) && is_valid_utf8(symbol.doc));
  }
  for (const Import& import : found.imports) {
    require(import.start >= last && import.start < import.end && import.end <= size && !import.module.empty());
    last = import.start;
  }
  require(std::ranges::is_sorted(found.mentions));
  require(std::ranges::adjacent_find(found.mentions) == found.mentions.end());
}

void check_bindings(const Tree& tree, size_t offset) {
  const auto found = bindings(tree, offset);
  require(found.size() <= 200);
  for (const Binding& binding : found) require(!binding.name.empty() && binding.start <= offset);
}

void check_texts(std::string_view text) {
  std::ignore = simple_type(text);
  std::ignore = base_names(text);
  std::ignore = origin_of(text, text.size() % 2 == 0);
  require(fold_signature(text).size() <= kMaxSignature);
  require(summary_of(text).size() <= kMaxDoc);
  std::ignore = split_path(text, ":: . :");
  std::ignore = import_leaves(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  const auto all = fimd::grammars::languages();
  const auto& language = all[data[0] % all.size()];
  const std::string_view rest(reinterpret_cast<const char*>(data) + 3, size - 3);
  check_texts(rest);
  const auto text =
      std::make_shared<const Text>(make_text("file:///f", 1, std::string(language.id), std::string(rest)));
  const auto tree = parse(text, {});
  if (!tree) return 0;
  check_outline(*tree);
  check_bindings(*tree, (data[1] | static_cast<size_t>(data[2]) << 8) % (text->utf8.size() + 1));
  return 0;
}
