#include "context/secrets/shape.h"

#include <algorithm>

namespace fimd::context::secrets {
namespace {

// How many characters of a class stand at `at`, at most `most`.
size_t run_length(std::string_view text, size_t at, uint32_t mask, size_t most) {
  const size_t end = at + std::min(most, text.size() - at);
  size_t i = at;
  while (i < end && (kBits[static_cast<unsigned char>(text[i])] & mask) != 0) ++i;
  return i - at;
}

// The same, backwards from `at`.
size_t run_before(std::string_view text, size_t at, uint32_t mask, size_t most) {
  size_t n = 0;
  while (n < most && n < at && (kBits[static_cast<unsigned char>(text[at - n - 1])] & mask) != 0) ++n;
  return n;
}

// The runs in front of the key literal, from `at` backwards; false if they do not fit.
bool match_before(const Shape& shape, std::string_view text, size_t at, Match& match) {
  for (size_t i = shape.key; i-- > 0;) {
    const Run& run = shape.runs[i];
    if (run.cls == 0) {
      if (at < run.literal.size() || text.substr(at - run.literal.size(), run.literal.size()) != run.literal)
        return false;
      at -= run.literal.size();
      continue;
    }
    const size_t n = run_before(text, at, mask_of(run.cls), run.max);
    if (n < run.min) return false;
    match.pieces.push_back({at - n, at, run.cls});
    at -= n;
  }
  std::reverse(match.pieces.begin(), match.pieces.end());
  match.begin = at;
  return true;
}

}  // namespace

Shape compile_shape(std::string_view text) {
  Shape shape;
  std::string literal;
  const auto flush = [&] {
    if (!literal.empty()) shape.runs.push_back({0, std::move(literal), 0, 0});
    literal.clear();
  };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '{') {
      literal += text[i];
      continue;
    }
    flush();
    const size_t end = text.find('}', i);
    const std::string range(text.substr(i + 2, end - i - 2));
    const size_t dash = range.find('-');
    Run run{text[i + 1], {}, static_cast<size_t>(std::stoul(range)), 0};
    run.max = dash == std::string::npos ? run.min : static_cast<size_t>(std::stoul(range.substr(dash + 1)));
    if (run.max != run.min) shape.fixed = false;
    shape.runs.push_back(std::move(run));
    i = end;
  }
  flush();
  const auto key = std::find_if(shape.runs.begin(), shape.runs.end(), [](const Run& r) { return r.cls == 0; });
  shape.key = static_cast<size_t>(key - shape.runs.begin());
  return shape;
}

bool starts_word(std::string_view text, size_t at) {
  if (at == 0 || at >= text.size() || !in_class('b', text[at])) return true;
  const char before = text[at - 1];
  if (!in_class('b', before)) return true;
  // "\n" and "\t" in source: the letter is part of the escape.
  return at >= 2 && text[at - 2] == '\\' && (before == 'n' || before == 't' || before == 'r');
}

std::optional<Match> match_shape(const Shape& shape, std::string_view text, size_t at, size_t& looked) {
  Match match;
  match.begin = at;
  const std::string& key = shape.runs[shape.key].literal;
  if (text.substr(at, key.size()) != key) return std::nullopt;
  if (shape.key > 0 && !match_before(shape, text, at, match)) return std::nullopt;
  if (!starts_word(text, match.begin)) return std::nullopt;
  size_t p = at + key.size();
  uint32_t last = 0;
  for (size_t i = shape.key + 1; i < shape.runs.size(); ++i) {
    const Run& run = shape.runs[i];
    if (run.cls == 0) {
      if (text.substr(p, run.literal.size()) != run.literal) return std::nullopt;
      p += run.literal.size();
      last = 0;
      continue;
    }
    last = mask_of(run.cls);
    const size_t n = run_length(text, p, last, run.max);
    looked += n;
    if (n < run.min) return std::nullopt;
    match.pieces.push_back({p, p + n, run.cls});
    p += n;
  }
  match.end = p;
  if (p < text.size() && (kBits[static_cast<unsigned char>(text[p])] & (last | mask_of('w'))) != 0) return std::nullopt;
  return match;
}

std::optional<size_t> begins_shape(const Shape& shape, std::string_view text, size_t at) {
  const std::string& key = shape.runs[shape.key].literal;
  if (shape.key > 0 || text.substr(at, key.size()) != key || !starts_word(text, at)) return std::nullopt;
  const size_t from = at + key.size();
  size_t p = from;
  for (size_t i = 1; i < shape.runs.size() && p < text.size(); ++i) {
    const Run& run = shape.runs[i];
    const std::string_view rest = text.substr(p, run.literal.size());
    if (run.cls == 0 && rest != std::string_view(run.literal).substr(0, rest.size())) return std::nullopt;
    const size_t n = run.cls == 0 ? rest.size() : run_length(text, p, mask_of(run.cls), run.max);
    p += n;
    if (run.cls != 0 && n < run.min && p < text.size()) return std::nullopt;
  }
  if (p < text.size()) return std::nullopt;
  return p - from;
}

}  // namespace fimd::context::secrets
