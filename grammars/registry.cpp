#include "grammars/registry.h"

#include <algorithm>

namespace fimd::grammars {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view base_name(std::string_view path) {
  const size_t slash = path.find_last_of("/\\");
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// The program of a "#!" line without its folder and version: "#!/usr/bin/env -S python3.11 -u" names "python".
std::string_view interpreter(std::string_view line) {
  if (!line.starts_with("#!")) return {};
  line.remove_prefix(2);
  while (!line.empty()) {
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    std::string_view word = line.substr(0, line.find_first_of(" \t\r\n"));
    line.remove_prefix(word.size());
    word = base_name(word);
    if (word == "env" || word.starts_with("-") || word.find('=') != std::string_view::npos) continue;
    while (!word.empty() && std::string_view("0123456789.").find(word.back()) != std::string_view::npos) {
      word.remove_suffix(1);
    }
    return word;
  }
  return {};
}

template <class Predicate>
std::string_view first_id(Predicate predicate) {
  const auto all = languages();
  const auto found = std::ranges::find_if(all, predicate);
  return found == all.end() ? std::string_view() : found->id;
}

}  // namespace

bool Words::has(std::string_view word) const {
  if (word.empty()) return false;
  for (size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const size_t end = at + word.size();
    if ((at == 0 || text[at - 1] == ' ') && (end == text.size() || text[end] == ' ')) return true;
  }
  return false;
}

std::vector<std::string_view> Words::list() const {
  std::vector<std::string_view> words;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

const Language* find_language(std::string_view id) {
  std::string key = lower(id);
  std::ranges::replace(key, ' ', '-');
  const auto all = languages();
  const auto found = std::ranges::find_if(all, [&](const Language& l) { return l.id == key || l.aliases.has(key); });
  return found == all.end() ? nullptr : &*found;
}

const Grammar* find_grammar(std::string_view id) {
  const Language* language = find_language(id);
  return language ? language->grammar : nullptr;
}

std::string_view language_of_path(std::string_view path, std::string_view first_line) {
  const std::string_view name = base_name(path);
  const std::string folded = lower(name);
  std::string_view id = first_id([&](const Language& l) { return l.names.has(name) || l.names.has(folded); });
  // "a.d.ts": the longest extension that is known.
  for (size_t dot = folded.find('.'); id.empty() && dot != std::string::npos; dot = folded.find('.', dot + 1)) {
    const std::string_view extension = std::string_view(folded).substr(dot + 1);
    id = first_id([&](const Language& l) { return l.extensions.has(extension); });
  }
  if (!id.empty()) return id;
  const std::string_view program = interpreter(first_line);
  return first_id([&](const Language& l) { return l.interpreters.has(program); });
}

std::string_view line_comment(std::string_view language) {
  const Language* found = find_language(language);
  if (!found) return {};
  return found->comments.line.empty() ? found->comments.open : found->comments.line;
}

}  // namespace fimd::grammars
