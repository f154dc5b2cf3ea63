// Changed files: masked where they were, lexed and sorted into the overlay.
#include <algorithm>

#include "providers/builtin/corpus.h"
#include "providers/builtin/lexer.h"

namespace fimd::providers::builtin {
namespace {

// The id of a word in base or overlay; new words go to the overlay's table.
Word intern_overlay(std::string_view text, Vocabulary& words) {
  if (!is_word_byte(text[0])) return punctuation(text[0]);
  const Word found = words.base->find(text);
  return found != kNoWord ? found : words.extra.add(text);
}

void count_tokens(const Segment& segment, size_t file, int32_t sign, Vocabulary& words) {
  for (uint32_t p = segment.files[file].start + 1; p < segment.end_of(file); ++p) {
    const Word word = word_of(segment.tokens[p]);
    if (!is_name(word)) continue;
    const auto at = words.changes.try_emplace(word, 0).first;
    at->second += sign;
    if (at->second == 0) words.changes.erase(at);
  }
}

// Takes the file out: a hole in the base, really gone from the overlay.
void remove(Corpus& corpus, Segment& overlay, const std::string& path) {
  const auto drop = [&](const Segment& segment, uint32_t file) {
    const uint32_t from = segment.files[file].start, to = segment.end_of(file);
    corpus.tokens -= to - from;
    count_tokens(segment, file, -1, corpus.words);
    return std::pair(from, to);
  };
  if (const auto file = corpus.base->find(path)) {
    const std::pair hole(corpus.base->files[*file].start, corpus.base->end_of(*file));
    const auto at = std::lower_bound(corpus.base_holes.begin(), corpus.base_holes.end(), hole);
    if (at == corpus.base_holes.end() || *at != hole) {
      corpus.base_holes.insert(at, hole);
      corpus.masked_tokens += hole.second - hole.first;
      drop(*corpus.base, *file);
    }
  }
  const auto same = [&](const IndexedFile& f) { return f.path == path; };
  const auto found = std::find_if(overlay.files.begin(), overlay.files.end(), same);
  if (found == overlay.files.end()) return;
  const auto [from, to] = drop(overlay, static_cast<uint32_t>(found - overlay.files.begin()));
  overlay.tokens.erase(overlay.tokens.begin() + from, overlay.tokens.begin() + to);
  for (auto later = overlay.files.erase(found); later != overlay.files.end(); ++later) later->start -= to - from;
}

bool append(Corpus& corpus, Segment& overlay, const FileChange& change, const CorpusLimits& limits,
            std::unordered_map<std::string, uint32_t>& directories) {
  const auto start = static_cast<uint32_t>(overlay.tokens.size());
  if (start + change.text->size() / 2 > limits.max_tokens) return false;
  overlay.tokens.push_back(token(kSeparator, false));
  int indent_above = -1;
  each_line(*change.text, [&](std::string_view line) {
    const int indent = indentation(line);
    if (indent < 0 || line.size() > limits.max_line) return;
    if (indent_above >= 0) overlay.tokens.push_back(token(break_between(indent_above, indent), false));
    indent_above = indent;
    lex_line(line, [&](std::string_view word, bool blank) {
      overlay.tokens.push_back(token(intern_overlay(word, corpus.words), blank));
    });
  });
  const auto next = static_cast<uint32_t>(directories.size());
  const uint32_t directory = directories.try_emplace(std::string(directory_of(change.path)), next).first->second;
  overlay.files.push_back({change.path, directory, start});
  corpus.tokens += overlay.tokens.size() - start;
  count_tokens(overlay, overlay.files.size() - 1, 1, corpus.words);
  return true;
}

}  // namespace

CorpusPtr with_files(const CorpusPtr& corpus, std::span<const FileChange> changes, CorpusLimits limits) {
  auto next = std::make_shared<Corpus>(*corpus);
  auto overlay = std::make_shared<Segment>(*corpus->overlay);
  auto directories = std::make_shared<std::unordered_map<std::string, uint32_t>>(*corpus->directories);
  for (const FileChange& change : changes) {
    remove(*next, *overlay, change.path);
    if (change.text && !append(*next, *overlay, change, limits, *directories)) next->complete = false;
  }
  overlay->index_paths();
  (void)sort_positions(overlay->tokens, next->words.end(), overlay->order, {});
  next->overlay = std::move(overlay);
  next->directories = std::move(directories);
  return next;
}

CorpusPtr with_file(const CorpusPtr& corpus, std::string path, std::string text) {
  const FileChange change{std::move(path), std::move(text)};
  return with_files(corpus, {&change, 1});
}

CorpusPtr without_file(const CorpusPtr& corpus, std::string path) {
  const FileChange change{std::move(path), std::nullopt};
  return with_files(corpus, {&change, 1});
}

}  // namespace fimd::providers::builtin
