#include "providers/builtin/open_document.h"

#include <algorithm>

#include "providers/builtin/lexer.h"

namespace fimd::providers::builtin {
namespace {

constexpr size_t kBlockLines = 64;
constexpr size_t kYoungWords = 256;

std::string_view bytes_of_line(const context::Text& text, size_t line) {
  const size_t from = text.lines[line];
  const size_t to = line + 1 < text.lines.size() ? text.lines[line + 1] : text.utf8.size();
  return std::string_view(text.utf8).substr(from, std::min(to - from, kLexedBytes));
}

void push_line(LineBlock& block, int indent, uint64_t hash) {
  LineTokens& last = block.lines.back();
  last.indent = indent;
  last.hash = hash;
  block.lines.push_back({static_cast<uint32_t>(block.tokens.size()), -1, 0});
}

// Which lines differ: [from, old_to) of the old text became [from, new_to) of the new one.
struct Difference {
  size_t from = 0, old_to = 0, new_to = 0;
};

Difference compare(const context::Text& before, const context::Text& after) {
  const std::string& a = before.utf8;
  const std::string& b = after.utf8;
  const size_t shorter = std::min(a.size(), b.size());
  const auto head = static_cast<size_t>(
      std::mismatch(a.begin(), a.begin() + static_cast<ptrdiff_t>(shorter), b.begin()).first - a.begin());
  const size_t room = shorter - head;
  const auto tail = static_cast<size_t>(
      std::mismatch(a.rbegin(), a.rbegin() + static_cast<ptrdiff_t>(room), b.rbegin()).first - a.rbegin());
  // A line start depends on the bytes before and at it (\r\n), so it is the same in both texts only if both lie in
  // the common part.
  const auto starts_before = [](const context::Text& t, size_t offset) {
    return static_cast<size_t>(std::lower_bound(t.lines.begin(), t.lines.end(), offset) - t.lines.begin());
  };
  const size_t same = std::max<size_t>(1, starts_before(after, head));
  const auto starts_from = [&](const context::Text& t) {
    return t.lines.size() - starts_before(t, t.utf8.size() - tail + 1);
  };
  const size_t below = std::min(starts_from(before), starts_from(after));
  Difference d{same - 1, before.lines.size() - below, after.lines.size() - below};
  d.from = std::min({d.from, d.old_to, d.new_to});
  return d;
}

class Retokenizer {
 public:
  Retokenizer(const OpenDocument* previous, OpenDocument& next) : old_(previous), next_(next) {}

  void run() {
    const context::Text& text = *next_.text;
    Difference d{0, 0, text.lines.size()};
    if (old_ != nullptr) {
      d = compare(*old_->text, text);
      next_.words = old_->words;
      for (size_t i = d.from; i < d.old_to; ++i) count(old_->tokens(i), -1);
    } else {
      next_.words.old = std::make_shared<WordTable>();
      next_.words.young = WordTable(next_.words.old->end());
    }
    keep(0, d.from);
    for (size_t i = d.from; i < d.new_to; ++i) lex(bytes_of_line(text, i));
    next_.lexed_lines = d.new_to - d.from;
    if (old_ != nullptr) keep(d.old_to, old_->lines());
    flush();
    settle_words();
  }

 private:
  void count(std::span<const Token> tokens, int sign) {
    std::vector<uint32_t>& counts = next_.words.counts;
    for (const Token t : tokens) {
      if (!is_name(word_of(t))) continue;
      const size_t i = word_of(t) - kFirstWord;
      if (i >= counts.size()) counts.resize(i + 1, 0);
      counts[i] += static_cast<uint32_t>(sign);
    }
  }

  void lex(std::string_view line) {
    open();
    const size_t from = current_->tokens.size();
    uint64_t hash = kEmptyHash;
    lex_line(line, [&](std::string_view text, bool blank) {
      const Word word = is_word_byte(text[0]) ? next_.words.add(text) : punctuation(text[0]);
      current_->tokens.push_back(token(word, blank));
      hash = hash_word(hash, word);
    });
    count(std::span(current_->tokens).subspan(from), 1);
    push_line(*current_, indentation(line), hash);
    if (current_->size() >= kBlockLines) flush();
  }

  // Takes over old lines [from, to): whole blocks as they are, the lines of cut blocks one by one.
  void keep(size_t from, size_t to) {
    if (from >= to) return;
    auto block = static_cast<size_t>(std::upper_bound(old_->first_lines.begin(), old_->first_lines.end(), from) -
                                     old_->first_lines.begin()) -
                 1;
    for (size_t line = from; line < to; ++block) {
      const LineBlock& b = *old_->blocks[block];
      const size_t first = old_->first_lines[block], end = first + b.size();
      // A nearly empty block in the making swallows the next one, so that blocks do not crumble.
      const bool room = current_ == nullptr || current_->size() >= kBlockLines / 4;
      if (line == first && end <= to && room) {
        flush();
        add(old_->blocks[block]);
        line = end;
        continue;
      }
      for (; line < std::min(end, to); ++line) copy(b, line - first);
    }
  }

  void copy(const LineBlock& block, size_t i) {
    open();
    const LineTokens& line = block.lines[i];
    current_->tokens.insert(current_->tokens.end(), block.tokens.begin() + line.start,
                            block.tokens.begin() + block.lines[i + 1].start);
    push_line(*current_, line.indent, line.hash);
    if (current_->size() >= kBlockLines) flush();
  }

  void open() {
    if (current_ != nullptr) return;
    current_ = std::make_shared<LineBlock>();
    current_->lines.push_back({});
  }

  void flush() {
    if (current_ != nullptr && current_->size() > 0) add(std::move(current_));
    current_ = nullptr;
  }

  void add(std::shared_ptr<const LineBlock> block) {
    next_.first_lines.push_back(static_cast<uint32_t>(line_count_));
    line_count_ += block->size();
    next_.blocks.push_back(std::move(block));
  }

  // Young words become old ones when there are many.
  void settle_words() {
    DocumentWords& words = next_.words;
    words.counts.resize(words.end() - kFirstWord, 0);
    if (words.young.size() < kYoungWords) return;
    auto all = std::make_shared<WordTable>(*words.old);
    for (Word w = words.young.first(); w < words.young.end(); ++w) all->add(words.young.text(w));
    words.young = WordTable(all->end());
    words.old = std::move(all);
  }

  const OpenDocument* old_;
  OpenDocument& next_;
  std::shared_ptr<LineBlock> current_;
  size_t line_count_ = 0;
};

// Every half-typed name leaves a word behind; when they outweigh the living ones it is time to start afresh.
bool worn_out(const DocumentWords& words) {
  const auto dead = static_cast<size_t>(std::count(words.counts.begin(), words.counts.end(), 0U));
  return dead > 1000 && dead * 2 > words.counts.size();
}

}  // namespace

Word DocumentWords::find(std::string_view text) const {
  const Word found = old->find(text);
  return found != kNoWord ? found : young.find(text);
}

std::string_view DocumentWords::text(Word word) const {
  if (word < kFirstWord) return fixed_text(word);
  return word < old->end() ? old->text(word) : young.text(word);
}

uint32_t DocumentWords::count(Word word) const {
  return word >= kFirstWord && word - kFirstWord < counts.size() ? counts[word - kFirstWord] : 0;
}

bool DocumentWords::is_identifier(Word word) const {
  return word >= kFirstWord && word < end() && !is_digit(text(word)[0]);
}

Word DocumentWords::add(std::string_view text) {
  const Word found = old->find(text);
  return found != kNoWord ? found : young.add(text);
}

size_t OpenDocument::lines() const {
  return blocks.empty() ? 0 : first_lines.back() + blocks.back()->size();
}

const LineTokens& OpenDocument::line(size_t index) const {
  const auto block =
      static_cast<size_t>(std::upper_bound(first_lines.begin(), first_lines.end(), index) - first_lines.begin()) - 1;
  return blocks[block]->lines[index - first_lines[block]];
}

std::span<const Token> OpenDocument::tokens(size_t index) const {
  const LineTokens* at = &line(index);
  const auto block =
      static_cast<size_t>(std::upper_bound(first_lines.begin(), first_lines.end(), index) - first_lines.begin()) - 1;
  return std::span(blocks[block]->tokens).subspan(at->start, (at + 1)->start - at->start);
}

OpenDocumentPtr retokenize(const OpenDocumentPtr& previous, context::Snapshot text) {
  const bool fresh = previous == nullptr || worn_out(previous->words);
  auto next = std::make_shared<OpenDocument>();
  next->text = std::move(text);
  Retokenizer(fresh ? nullptr : previous.get(), *next).run();
  return next;
}

}  // namespace fimd::providers::builtin
