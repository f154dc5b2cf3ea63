#include "providers/builtin/candidates.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace fimd::providers::builtin {
namespace {

constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c;
}
constexpr char to_upper(char c) {
  return is_lower(c) ? static_cast<char>(c - ('a' - 'A')) : c;
}

// Whether a part of a word (camelCase, snake_case, digits) begins at i.
bool part_begins(std::string_view word, size_t i) {
  if (i == 0 || i == word.size()) return true;
  const char before = word[i - 1], at = word[i];
  if (before == '_' || at == '_') return true;
  if (is_digit(before) != is_digit(at)) return true;
  if (is_lower(before) && is_upper(at)) return true;
  return is_upper(before) && is_upper(at) && i + 1 < word.size() && is_lower(word[i + 1]);
}

std::vector<std::string_view> parts(std::string_view word) {
  std::vector<std::string_view> all;
  for (size_t from = 0; from < word.size();) {
    size_t to = from + 1;
    while (!part_begins(word, to)) ++to;
    all.push_back(word.substr(from, to - from));
    from = to;
  }
  return all;
}

std::string_view joined(const std::vector<std::string_view>& all, size_t from, size_t to) {
  if (from >= to) return {};
  const char* end = all[to - 1].data() + all[to - 1].size();
  return {all[from].data(), static_cast<size_t>(end - all[from].data())};
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return to_lower(x) == to_lower(y); });
}

// `text` in the case of what it replaces.
std::string in_case_of(std::string_view replaced, std::string_view text) {
  std::string out(text);
  const bool any_lower = std::any_of(replaced.begin(), replaced.end(), is_lower);
  const bool any_upper = std::any_of(replaced.begin(), replaced.end(), is_upper);
  if (any_upper && !any_lower)
    std::transform(out.begin(), out.end(), out.begin(), to_upper);
  else if (is_upper(replaced[0]))
    out[0] = to_upper(out[0]);
  else
    out[0] = to_lower(out[0]);
  return out;
}

class Copier {
 public:
  Copier(const Scene& scene, const Reading& reading, Candidates& out) : scene_(scene), reading_(reading), out_(out) {}

  // False when the line is too long, does not end, or its words cannot be written.
  bool copy(const Source& source, Candidate& c) {
    c.source = source;
    c.bindings = bindings_of(scene_, reading_, source);
    c.completes = !reading_.prefix.empty();
    uint32_t end = source.position;
    while (end < source.high && !is_break(word_of(source.tokens[end]))) ++end;
    if (end == source.position || end - source.position > kMaxLineTokens) return false;
    // The line that the cursor stands in has no end yet.
    if (end == source.high && source.origin == Origin::above) return false;
    c.line_end = end;
    for (uint32_t p = source.position; p < end; ++p) {
      if (!copy_word(source, source.tokens[p], p == source.position && c.completes, c)) return false;
    }
    render(c);
    return !c.text.empty();
  }

 private:
  [[nodiscard]] std::string_view text_of(Word word, bool local) const {
    if (word < kFirstWord) return fixed_text(word);
    if (local || word >= kForeign) {
      const Word own = local ? word : word & ~kForeign;
      return own < scene_.document->words.end() ? scene_.document->words.text(own) : std::string_view{};
    }
    return scene_.corpus->words.text(word);
  }

  [[nodiscard]] bool identifier(Word word, bool local) const {
    if (!is_name(word)) return false;
    const std::string_view text = text_of(word, local);
    return !text.empty() && !is_digit(text[0]);
  }

  bool copy_word(const Source& source, Token t, bool as_it_is, Candidate& c) {
    const bool local = source.segment == nullptr;
    const Word word = word_of(t);
    Piece piece{{}, kNoWord, blank_before(t)};
    if (!is_name(word)) {
      piece.text = fixed_text(word);
      piece.word = word;
    } else {
      const Word image = as_it_is ? kNoWord : c.bindings.image(word);
      const Word chosen = image == kNoWord ? word : image;
      piece.text = text_of(chosen, local);
      if (image == kNoWord && !as_it_is)
        rename_by_parts(local, c, piece);
      else if (image != kNoWord && image != word)
        ++c.changed;
      piece.word = local && piece.text.data() == text_of(chosen, local).data()
                       ? chosen
                       : scene_.document->words.find(piece.text);
    }
    c.pieces.push_back(piece);
    return !piece.text.empty();
  }

  void rename_by_parts(bool local, Candidate& c, Piece& piece) {
    if (is_digit(piece.text[0])) return;
    for (size_t i = 0; i < c.bindings.size; ++i) {
      const Bindings::Pair& pair = c.bindings.pairs[i];
      if (pair.source == pair.ours || !identifier(pair.source, local) || !identifier(pair.ours, local)) continue;
      std::string renamed = rename_part(text_of(pair.source, local), text_of(pair.ours, local), piece.text);
      if (renamed.empty()) continue;
      piece.text = out_.owned.emplace_back(std::move(renamed));
      ++c.changed;
      c.parts_renamed = true;
      return;
    }
  }

  // The text to insert: no blank where one stands already, without the letters that are typed already.
  void render(Candidate& c) const {
    const bool blank_stands = scene_.left.empty() || !is_visible(scene_.left.back());
    for (size_t i = 0; i < c.pieces.size(); ++i) {
      const bool first = i == 0;
      if (c.pieces[i].blank && !(first && (blank_stands || c.completes))) c.text += ' ';
      c.text += first && c.completes ? c.pieces[i].text.substr(reading_.prefix.size()) : c.pieces[i].text;
      c.ends.push_back(static_cast<uint32_t>(c.text.size()));
    }
  }

  const Scene& scene_;
  const Reading& reading_;
  Candidates& out_;
};

void set_posteriors(std::span<Candidate> group) {
  double best = -1e9, sum = 0;
  for (const Candidate& c : group) best = std::max(best, c.source.score);
  for (Candidate& c : group) {
    c.posterior = std::exp(0.8 * (c.source.score - best)) * std::sqrt(static_cast<double>(c.count));
    sum += c.posterior;
  }
  for (Candidate& c : group) c.posterior /= sum;
}

}  // namespace

std::string rename_part(std::string_view from, std::string_view to, std::string_view word) {
  const auto a = parts(from), b = parts(to);
  size_t head = 0, tail = 0;
  const size_t shorter = std::min(a.size(), b.size());
  while (head < shorter && a[head] == b[head]) ++head;
  while (tail < shorter - head && a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) ++tail;
  const std::string_view x = joined(a, head, a.size() - tail), y = joined(b, head, b.size() - tail);
  if (x.size() < 2 || y.empty()) return {};
  for (size_t i = 0; i + x.size() <= word.size(); ++i) {
    const std::string_view here = word.substr(i, x.size());
    if (!part_begins(word, i) || !part_begins(word, i + x.size()) || !equal_ignoring_case(here, x)) continue;
    std::string out(word.substr(0, i));
    out += in_case_of(here, y);
    out += word.substr(i + x.size());
    return out;
  }
  return {};
}

void copy_lines(const Scene& scene, const Reading& reading, const Gathered& gathered, Candidates& out) {
  Copier copier(scene, reading, out);
  const size_t first = out.list.size();
  std::unordered_map<std::string, size_t> seen;
  for (const Source& source : gathered.sources) {
    Candidate candidate;
    if (!copier.copy(source, candidate)) continue;
    if (const auto same = seen.find(candidate.text); same != seen.end()) {
      ++out.list[same->second].count;
    } else if (seen.size() < kMaxCandidates) {
      candidate.place = seen.size();
      seen.emplace(candidate.text, out.list.size());
      out.list.push_back(std::move(candidate));
    }
  }
  set_posteriors(std::span(out.list).subspan(first));
}

}  // namespace fimd::providers::builtin
