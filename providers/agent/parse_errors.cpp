#include "providers/agent/parse_errors.h"

#include <algorithm>
#include <memory>

#include "grammars/registry.h"

namespace fimd::providers::agent {
namespace {

// Halves [from, end) of the lines until those with errors are left alone.
void collect(const context::Tree& tree, size_t from, size_t end, size_t limit, std::vector<size_t>& out) {
  const auto& text = *tree.text();
  if (out.size() >= limit || from >= end) return;
  const size_t last = end < text.lines.size() ? text.lines[end] - 1 : text.utf8.size();
  if (tree.errors(text.lines[from], last) == 0) return;
  if (end - from == 1) {
    out.push_back(from);
    return;
  }
  const size_t middle = from + (end - from) / 2;
  collect(tree, from, middle, limit, out);
  collect(tree, middle, end, limit, out);
}

}  // namespace

std::string language_of(std::string_view path, std::string_view text) {
  return std::string(grammars::language_of_path(path, text.substr(0, std::min<size_t>(text.find('\n'), 200))));
}

context::Tree tree_of(std::string_view path, std::string text, const std::stop_token& stop) {
  std::string language = language_of(path, text);
  if (!context::has_grammar(language)) return {};
  auto snapshot = std::make_shared<const context::Text>(
      context::make_text(std::string(path), 0, std::move(language), std::move(text)));
  return context::parse(std::move(snapshot), stop).value_or(context::Tree());
}

std::vector<size_t> error_lines(const context::Tree& tree, size_t limit) {
  std::vector<size_t> out;
  if (tree) collect(tree, 0, tree.text()->lines.size(), limit, out);
  return out;
}

}  // namespace fimd::providers::agent
