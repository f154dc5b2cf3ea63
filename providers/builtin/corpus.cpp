#include "providers/builtin/corpus.h"

#include <algorithm>
#include <numeric>

#include "providers/builtin/lexer.h"

namespace fimd::providers::builtin {
namespace {

// Appends a separator and the tokens of a text; false (nothing appended) when it looks like data.
bool append_file(std::string_view text, size_t max_line, WordTable& words, std::vector<Token>& tokens) {
  const size_t before = tokens.size();
  tokens.push_back(token(kSeparator, false));
  int indent_above = -1;
  bool code = true;
  each_line(text, [&](std::string_view line) {
    if (line.size() > max_line) code = false;
    const int indent = indentation(line);
    if (indent < 0 || !code) return;
    if (indent_above >= 0) tokens.push_back(token(break_between(indent_above, indent), false));
    indent_above = indent;
    lex_line(line, [&](std::string_view word, bool blank) { tokens.push_back(token(intern(word, words), blank)); });
  });
  if (!code) tokens.resize(before);
  return code;
}

// The words in byte order, as a table, and where each old id went.
WordTable sort_words(const WordTable& words, std::vector<Word>& moved) {
  std::vector<Word> order(words.size());
  std::iota(order.begin(), order.end(), words.first());
  std::sort(order.begin(), order.end(), [&](Word a, Word b) { return words.text(a) < words.text(b); });
  WordTable sorted;
  moved.resize(words.size());
  for (const Word old : order) moved[old - kFirstWord] = sorted.add(words.text(old));
  return sorted;
}

std::pair<Word, Word> number_range(const WordTable& sorted) {
  Word from = sorted.first();
  while (from < sorted.end() && sorted.text(from)[0] < '0') ++from;
  Word to = from;
  while (to < sorted.end() && is_digit(sorted.text(to)[0])) ++to;
  return {from, to};
}

}  // namespace

size_t Segment::file_of(uint32_t position) const {
  const auto after = std::upper_bound(files.begin(), files.end(), position,
                                      [](uint32_t p, const IndexedFile& f) { return p < f.start; });
  return static_cast<size_t>(after - files.begin()) - 1;
}

std::optional<uint32_t> Segment::find(std::string_view path) const {
  const uint64_t hash = hash_bytes(path);
  auto at = std::lower_bound(by_path.begin(), by_path.end(), std::pair(hash, uint32_t{0}));
  for (; at != by_path.end() && at->first == hash; ++at) {
    if (files[at->second].path == path) return at->second;
  }
  return std::nullopt;
}

void Segment::index_paths() {
  by_path.clear();
  for (uint32_t i = 0; i < files.size(); ++i) by_path.emplace_back(hash_bytes(files[i].path), i);
  std::sort(by_path.begin(), by_path.end());
}

uint32_t Segment::end_of(size_t file) const {
  return file + 1 < files.size() ? files[file + 1].start : static_cast<uint32_t>(tokens.size());
}

Word Vocabulary::find(std::string_view text) const {
  const Word found = base->find(text);
  return found != kNoWord ? found : extra.find(text);
}

std::string_view Vocabulary::text(Word word) const {
  if (word < kFirstWord) return fixed_text(word);
  return word < base->end() ? base->text(word) : extra.text(word);
}

uint32_t Vocabulary::count(Word word) const {
  int64_t n = word >= kFirstWord && word < base->end() ? (*base_counts)[word - kFirstWord] : 0;
  if (const auto found = changes.find(word); found != changes.end()) n += found->second;
  return static_cast<uint32_t>(std::max<int64_t>(0, n));
}

bool Vocabulary::is_identifier(Word word) const {
  if (word < kFirstWord || word >= end()) return false;
  if (word < base->end()) return word < numbers_from || word >= numbers_to;
  return !is_digit(extra.text(word)[0]);
}

size_t Corpus::bytes() const {
  const auto of = [](const Segment& s) {
    return (s.tokens.capacity() + s.order.capacity()) * 4 + s.files.capacity() * sizeof(IndexedFile);
  };
  return of(*base) + of(*overlay) + words.base->bytes() + words.extra.bytes() + words.base_counts->capacity() * 4 +
         words.changes.size() * 32;
}

std::string_view directory_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

CorpusBuilder::CorpusBuilder(CorpusLimits limits) : limits_(limits) {}

bool CorpusBuilder::add(std::string_view path, std::string_view text) {
  // A token has two bytes on average at the very least, so a text this long cannot fit.
  if (full() || text.size() / 2 > limits_.max_tokens) {
    complete_ = false;
    return false;
  }
  if (text.empty() || !seen_.insert(hash_bytes(text)).second) return false;
  const auto start = static_cast<uint32_t>(segment_.tokens.size());
  if (!append_file(text, limits_.max_line, words_, segment_.tokens)) return false;
  if (segment_.tokens.size() > limits_.max_tokens) {
    segment_.tokens.resize(start);
    complete_ = false;
    return false;
  }
  const auto next = static_cast<uint32_t>(directories_.size());
  const uint32_t directory = directories_.try_emplace(std::string(directory_of(path)), next).first->second;
  segment_.files.push_back({std::string(path), directory, start});
  return true;
}

CorpusPtr CorpusBuilder::finish(const std::stop_token& stop) {
  auto corpus = std::make_shared<Corpus>();
  std::vector<Word> moved;
  auto words = std::make_shared<WordTable>(sort_words(words_, moved));
  words_ = WordTable();
  auto counts = std::make_shared<std::vector<uint32_t>>(words->size(), 0);
  for (Token& t : segment_.tokens) {
    if (!is_name(word_of(t))) continue;
    const Word word = moved[word_of(t) - kFirstWord];
    ++(*counts)[word - kFirstWord];
    t = token(word, blank_before(t));
  }
  segment_.tokens.shrink_to_fit();
  if (!sort_positions(segment_.tokens, words->end(), segment_.order, stop)) return nullptr;
  std::tie(corpus->words.numbers_from, corpus->words.numbers_to) = number_range(*words);
  corpus->words.extra = WordTable(words->end());
  corpus->words.base = std::move(words);
  corpus->words.base_counts = std::move(counts);
  corpus->tokens = segment_.tokens.size();
  segment_.index_paths();
  corpus->base = std::make_shared<Segment>(std::move(segment_));
  corpus->overlay = std::make_shared<Segment>();
  corpus->directories = std::make_shared<std::unordered_map<std::string, uint32_t>>(std::move(directories_));
  corpus->complete = complete_;
  *this = CorpusBuilder(limits_);
  return corpus;
}

CorpusPtr build(std::span<const SourceFile> files, CorpusLimits limits, const std::stop_token& stop) {
  CorpusBuilder builder(limits);
  for (const SourceFile& file : files) {
    if (stop.stop_requested()) return nullptr;
    builder.add(file.path, file.text);
  }
  return builder.finish(stop);
}

bool needs_rebuild(const Corpus& corpus) {
  // New words are only forgotten by building anew, too.
  return std::max(corpus.overlay->tokens.size(), corpus.masked_tokens) * 20 > corpus.base->tokens.size() + 20'000 ||
         corpus.words.extra.size() * 5 > corpus.words.base->size() + 20'000;
}

}  // namespace fimd::providers::builtin
