#include "providers/builtin/features.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace fimd::providers::builtin {
namespace {

float log1(double x) {
  return static_cast<float>(std::log1p(x));
}
float capped(double x, double most) {
  return static_cast<float>(std::min(x, most));
}
float flag(bool b) {
  return b ? 1.0F : 0.0F;
}

// A small set of words that is emptied in no time.
class WordSet {
 public:
  void clear() {
    ++epoch_;
    size_ = 0;
  }
  // False if it was in already, or if there is no room.
  bool insert(Word word) {
    for (size_t at = slot(word);; at = (at + 1) % kSlots) {
      if (stamps_[at] != epoch_) {
        if (size_ * 2 >= kSlots) return false;
        stamps_[at] = epoch_;
        words_[at] = word;
        ++size_;
        return true;
      }
      if (words_[at] == word) return false;
    }
  }
  [[nodiscard]] bool contains(Word word) const {
    for (size_t at = slot(word); stamps_[at] == epoch_; at = (at + 1) % kSlots) {
      if (words_[at] == word) return true;
    }
    return false;
  }
  [[nodiscard]] size_t size() const { return size_; }

 private:
  static constexpr size_t kSlots = 1024;
  static size_t slot(Word word) { return (word * 2654435761U) >> 22; }
  std::array<Word, kSlots> words_{};
  std::array<uint32_t, kSlots> stamps_{};
  uint32_t epoch_ = 1;
  size_t size_ = 0;
};

double dice(size_t common, size_t a, size_t b) {
  return a + b == 0 ? 0 : 2.0 * static_cast<double>(common) / static_cast<double>(a + b);
}

// The tokens of the line before the one that ends at `end`.
std::span<const Token> line_before(const Token* tokens, size_t low, size_t end) {
  const auto start_of = [&](size_t p) {
    while (p > low && !is_break(word_of(tokens[p - 1])) && word_of(tokens[p - 1]) != kSeparator) --p;
    return p;
  };
  const size_t here = start_of(end);
  if (here <= low || !is_break(word_of(tokens[here - 1]))) return {};
  const size_t from = start_of(here - 1);
  return {tokens + from, here - 1 - from};
}

struct BracketScan {
  int depth = 0, closers = 0;
  void step(Word word) {
    if (word == punctuation('(') || word == punctuation('[') || word == punctuation('{')) ++depth;
    if (word == punctuation(')') || word == punctuation(']') || word == punctuation('}')) {
      if (depth == 0)
        ++closers;
      else
        --depth;
    }
  }
};

bool is_closer(char c) {
  return c == ')' || c == ']' || c == '}';
}
bool is_opener(char c) {
  return c == '(' || c == '[' || c == '{';
}
bool is_quote(char c) {
  return c == '"' || c == '\'' || c == '`';
}

float first_class(std::string_view text) {
  const char c = text[0];
  if (c == '.') return 1;
  if (is_closer(c) || c == ';' || c == ',') return 2;
  if (!is_word_byte(c)) return 3;
  return keyword(text) != kNoWord ? 4.0F : 5.0F;
}

float end_class(char c) {
  if (c == ';') return 1;
  if (is_opener(c) || c == ':') return 2;
  if (c == ',') return 3;
  if (is_closer(c)) return 4;
  return is_word_byte(c) ? 5.0F : 6.0F;
}

// What one reading knows for all its candidates.
class GroupMeter {
 public:
  GroupMeter(const Scene& scene, const Group& group, std::span<const Candidate> list)
      : scene_(scene), group_(group), reading_(group.reading), list_(list) {
    for (const Candidate& c : list_) {
      best_score_ = std::max(best_score_, c.source.score);
      top_ = std::max(top_, c.posterior);
    }
    fill_bags();
    fill_context();
  }

  void measure(std::span<Features> rows) {
    count_known_lines();
    for (size_t i = 0; i < list_.size(); ++i) {
      Features& f = rows[i];
      f.fill(0);
      fixed(f);
      ranking(f, i);
      alignment(f, list_[i]);
      line(f, i);
      words(f, list_[i]);
      surroundings(f, list_[i]);
    }
    const auto best_of = [&](Feature feature) {
      float best = 0;
      for (const Features& f : rows) best = std::max(best, f[feature]);
      return best;
    };
    const float best_bag = best_of(bag), best_suffix = best_of(sfx_next);
    for (Features& f : rows) {
      f[bag_gap] = f[bag] - best_bag;
      f[sfx_top] = flag(f[sfx_next] == best_suffix && f[sfx_next] > std::log(2.0F));
    }
  }

 private:
  void fixed(Features& f) const {
    f[bias] = 1;
    f[in_soft] = 1;
    f[lm_missing] = -1;
    f[lm_order] = log1(group_.gathered.longest) / 2;
    f[lm_n] = log1(group_.gathered.weight) / 4;
    f[post_top] = static_cast<float>(top_);
    f[n_cand] = log1(static_cast<double>(list_.size()));
    f[max_align] = static_cast<float>(best_score_ / 10);
    f[hyp2] = flag(!reading_.prefix.empty());
    f[hyp2_len] = capped(static_cast<double>(reading_.prefix.size()) / 4, 1);
    f[hyp1_word] = flag(reading_.prefix.empty() && touching_unknown_);
    f[typed_log] = log1(static_cast<double>(reading_.typed));
    f[at_start] = flag(reading_.typed == 0);
    f[last_ident] = flag(is_name(last_));
    f[last_open] = flag(is_punctuation(last_) && is_opener(fixed_text(last_)[0]));
    f[last_dot] = flag(last_ == punctuation('.'));
    f[last_eq] = flag(last_ == punctuation('='));
    f[last_comma] = flag(last_ == punctuation(','));
    f[in_quote] = flag(quote_open_);
    f[list_like] = list_like_;
  }

  void ranking(Features& f, size_t i) const {
    const Candidate& c = list_[i];
    const double log_posterior = std::log(std::max(c.posterior, 1e-300));
    f[post_log] = static_cast<float>(std::max(-8.0, log_posterior));
    f[posthi] = static_cast<float>(c.posterior);
    f[rank] = capped(static_cast<double>(c.place), 20);
    f[align_top] = flag(c.place == 0);
    f[count_log] = static_cast<float>(std::log(static_cast<double>(c.count)));
    double same_first = 0, same_two = 0, other = 0;
    for (size_t j = 0; j < list_.size(); ++j) {
      const Candidate& d = list_[j];
      if (j != i) other = std::max(other, d.posterior);
      if (d.pieces[0].text != c.pieces[0].text) continue;
      same_first += d.posterior;
      const bool same_length = (d.pieces.size() > 1) == (c.pieces.size() > 1);
      if (same_length && (c.pieces.size() == 1 || d.pieces[1].text == c.pieces[1].text)) same_two += d.posterior;
    }
    f[agree1] = static_cast<float>(same_first);
    f[agree2] = static_cast<float>(same_two);
    f[gap2] = static_cast<float>(std::clamp(log_posterior - std::log(std::max(other, 1e-300)), -8.0, 8.0));
  }

  void alignment(Features& f, const Candidate& c) const {
    const Source& s = c.source;
    f[align_score] = static_cast<float>(s.score / 10);
    f[align_gap] = static_cast<float>((s.score - best_score_) / 5);
    f[align_len] = log1(s.aligned) / 2;
    f[exact_len] = log1(s.exact) / 2;
    f[ren_ctx] = capped(static_cast<double>(c.bindings.renamed()) / 2, 2);
    f[ren_out] = capped(static_cast<double>(c.changed) / 2, 2);
    f[sub_out] = flag(c.parts_renamed);
    f[dist_log] = log1(s.distance) / 5;
    f[src_prefix] = flag(s.origin == Origin::above);
    f[src_suffix] = flag(s.origin == Origin::below);
    f[src_dir] = flag(s.origin == Origin::directory);
    f[src_repo] = flag(s.origin == Origin::repository);
    f[post_x_ren] = f[ren_ctx] > 0 ? f[post_log] / 5 : 0.0F;
  }

  void line(Features& f, size_t i) const {
    const Candidate& c = list_[i];
    f[len_tok] = log1(static_cast<double>(c.pieces.size()));
    f[len_chr] = log1(static_cast<double>(c.text.size()));
    const uint64_t hash = hashes_[i];
    const auto in = [&](const std::vector<uint64_t>& lines) {
      return std::find(lines.begin(), lines.end(), hash) != lines.end();
    };
    if (hash != 0) {
      f[dup_next] = flag(!scene_.lines_below.empty() && scene_.lines_below[0] == hash);
      f[dup_prev] = flag(!scene_.lines_above.empty() && scene_.lines_above[0] == hash);
      f[near_dup] = flag(in(scene_.lines_above) || in(scene_.lines_below));
      f[line_known] = flag(known_[i] > 0);
      f[line_known_long] = flag(known_[i] > 0 && reading_.typed + c.pieces.size() > 8);
      f[known_cont] = log1(static_cast<double>(known_[i]));
    }
    BracketScan scan = typed_brackets_;
    for (const Piece& p : c.pieces) scan.step(p.word);
    const bool deeper = scene_.indent_below > scene_.indent;
    f[br_neg] = capped(scan.closers, 2);
    f[br_open] = flag(scan.depth > 0);
    f[br_open_deep] = flag(scan.depth > 0 && deeper);
    f[br_flat_deep] = flag(scan.depth == 0 && deeper);
    f[first_cls] = first_class(c.pieces[0].text);
    f[end_cls] = end_class(c.pieces.back().text.back());
    const Word first = reading_.typed > 0 ? line_start_ : c.pieces[0].word;
    f[prev_same_first] = flag(first != kNoWord && first == scene_.first_words[0]);
  }

  void words(Features& f, const Candidate& c) const {
    size_t identifiers = 0, unknown = 0, in_scope = 0;
    for (size_t i = 0; i < c.pieces.size(); ++i) {
      const Piece& p = c.pieces[i];
      if (is_quote(p.text[0])) f[has_str] = 1;
      if (!is_word_byte(p.text[0]) || is_digit(p.text[0]) || is_keyword(p.word)) continue;
      ++identifiers;
      if (p.word == kNoWord || scene_.document->words.count(p.word) == 0) {
        ++unknown;
        if (i == 0) f[new_first] = 1;
      } else if (scene_.in_scope[p.word - kFirstWord]) {
        ++in_scope;
      }
    }
    f[new_ident] = capped(static_cast<double>(unknown), 3);
    f[scope_cov] = identifiers == 0 ? 1.0F : static_cast<float>(in_scope) / static_cast<float>(identifiers);
  }

  void surroundings(Features& f, const Candidate& c) {
    const Source& s = c.source;
    const bool local = s.segment == nullptr;
    const std::vector<Token>& after = local ? scene_.after : scene_.foreign_after;
    f[sfx_next] =
        log1(align_forward(s.tokens + c.line_end, s.high - c.line_end, after.data(), after.size(), c.bindings));
    const WordSet& ours = local ? bag_here_ : bag_there_;
    const size_t from = s.position - std::min<size_t>(s.position - s.low, kBagTokens);
    scratch_.clear();
    size_t common = 0;
    for (size_t p = from; p < s.position; ++p) {
      const Word word = word_of(s.tokens[p]);
      if (identifier(word, local) && scratch_.insert(word) && ours.contains(word)) ++common;
    }
    f[bag] = static_cast<float>(dice(common, scratch_.size(), ours.size()));
    const WordSet& line_here = local ? line_here_ : line_there_;
    scratch_.clear();
    common = 0;
    for (const Token t : line_before(s.tokens, s.low, s.position)) {
      if (scratch_.insert(word_of(t)) && line_here.contains(word_of(t))) ++common;
    }
    f[prev_dice] = static_cast<float>(dice(common, scratch_.size(), line_here.size()));
  }

  [[nodiscard]] bool identifier(Word word, bool local) const {
    if (local || word >= kForeign) return scene_.document->words.is_identifier(word & ~kForeign);
    return scene_.corpus->words.is_identifier(word);
  }

  void fill_bags() {
    const auto fill = [&](std::span<const Token> tokens, bool local, WordSet& names, WordSet& line) {
      names.clear();
      line.clear();
      for (const Token t : tokens.last(std::min(kBagTokens, tokens.size()))) {
        if (identifier(word_of(t), local)) names.insert(word_of(t));
      }
      for (const Token t : line_before(tokens.data(), 0, tokens.size())) line.insert(word_of(t));
    };
    fill(std::span(scene_.before).first(reading_.context), true, bag_here_, line_here_);
    fill(std::span(scene_.foreign_before).first(reading_.foreign), false, bag_there_, line_there_);
  }

  void fill_context() {
    const std::span<const Token> context = std::span(scene_.before).first(reading_.context);
    last_ = context.empty() ? kSeparator : word_of(context.back());
    size_t quotes = 0;
    for (const Token t : context.last(reading_.typed)) {
      typed_brackets_.step(word_of(t));
      if (is_punctuation(word_of(t)) && is_quote(fixed_text(word_of(t))[0])) ++quotes;
    }
    quote_open_ = quotes % 2 == 1;
    line_start_ = reading_.typed == 0 ? kNoWord : word_of(context[context.size() - reading_.typed]);
    if (!scene_.touching.empty()) {
      touching_unknown_ = scene_.document->words.count(scene_.document->words.find(scene_.touching)) <= 1;
      if (keyword(scene_.touching) != kNoWord) touching_unknown_ = false;
    }
    const auto& first = scene_.first_words;
    if (first[0] != kSeparator && first[0] == first[1]) list_like_ = first[1] == first[2] ? 2 : 1;
  }

  void count_known_lines() {
    hashes_.clear();
    for (const Candidate& c : list_) hashes_.push_back(line_hash(scene_, reading_, c));
    known_.assign(list_.size(), 0);
    // A filter of 4,096 bits keeps the scan over all lines to one look each.
    std::array<uint64_t, 64> filter{};
    for (const uint64_t h : hashes_) filter[(h >> 6) & 63] |= uint64_t{1} << (h & 63);
    for (const auto& block : scene_.document->blocks) {
      for (size_t l = 0; l < block->size(); ++l) {
        const uint64_t h = block->lines[l].hash;
        if ((filter[(h >> 6) & 63] >> (h & 63) & 1) == 0) continue;
        for (size_t i = 0; i < hashes_.size(); ++i) known_[i] += hashes_[i] == h && h != 0;
      }
    }
  }

  const Scene& scene_;
  const Group& group_;
  const Reading& reading_;
  std::span<const Candidate> list_;
  double best_score_ = 0, top_ = 0;
  Word last_ = kSeparator, line_start_ = kNoWord;
  bool touching_unknown_ = false, quote_open_ = false;
  float list_like_ = 0;
  BracketScan typed_brackets_;
  WordSet bag_here_, bag_there_, line_here_, line_there_, scratch_;
  std::vector<uint64_t> hashes_;
  std::vector<uint32_t> known_;
};

}  // namespace

uint64_t line_hash(const Scene& scene, const Reading& reading, const Candidate& candidate) {
  uint64_t hash = kEmptyHash;
  for (const Token t : std::span(scene.before).first(reading.context).last(reading.typed)) {
    hash = hash_word(hash, word_of(t));
  }
  for (const Piece& p : candidate.pieces) {
    if (p.word == kNoWord) return 0;
    hash = hash_word(hash, p.word);
  }
  return hash;
}

std::vector<Features> measure(const Scene& scene, std::span<const Group> groups, const Candidates& candidates) {
  std::vector<Features> rows(candidates.list.size());
  for (const Group& group : groups) {
    if (group.count == 0) continue;
    GroupMeter meter(scene, group, std::span(candidates.list).subspan(group.first, group.count));
    meter.measure(std::span(rows).subspan(group.first, group.count));
  }
  return rows;
}

}  // namespace fimd::providers::builtin
