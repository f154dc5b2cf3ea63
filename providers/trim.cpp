#include "providers/trim.h"

#include <algorithm>
#include <utility>

#include "providers/model_tokens.h"

namespace fimd::providers {
namespace {

constexpr std::string_view kThink = "<think>";
constexpr std::string_view kThinkEnd = "</think>";
constexpr std::string_view kFence = "```";
constexpr size_t kMaxThought = 64u << 10;  // bytes of a think block that are waited for
constexpr size_t kMaxLine = 2048;          // bytes of a line of the document that the rules keep

// Whether `text` may still become `whole` when more arrives.
bool may_become(std::string_view text, std::string_view whole) {
  return text.size() < whole.size() && whole.starts_with(text);
}

bool starts_closing(std::string_view line, const Lexis& lexis) {
  const std::string_view trimmed = trim_left(line);
  return (!trimmed.empty() && is_closer(trimmed.front())) || is_closing_line(line, lexis);
}

}  // namespace

TrimRules rules_at(const context::Text& text, size_t offset) {
  const size_t line = context::line_of(text, offset);
  const std::string_view whole = context::line_text(text, line);
  const size_t column = std::min(offset - std::min<size_t>(offset, text.lines[line]), whole.size());
  std::string_view before = whole.substr(0, column);
  TrimRules rules;
  rules.language = text.language;
  rules.base_indent = indent_columns(before, rules.tab_width);
  rules.line_after = whole.substr(column, kMaxLine);
  rules.multiline = wants_multiline(before, rules.line_after, text.language);
  before.remove_prefix(before.size() - std::min(before.size(), kMaxLine));
  rules.line_before = before;
  for (size_t i = line + 1; i < text.lines.size(); ++i) {
    const std::string_view next = context::line_text(text, i);
    if (is_blank(next)) continue;
    rules.next_indent = indent_columns(next, rules.tab_width);
    rules.next_line = trim_both(next.substr(0, kMaxLine));
    break;
  }
  return rules;
}

bool wants_multiline(std::string_view line_before, std::string_view line_after, std::string_view language) {
  if (line_after.find_first_not_of(")]}\"'`;, \t") != std::string_view::npos) return false;
  return is_blank(line_before) || opens_block(line_before, lexis_of(language));
}

Trim::Trim(TrimRules rules) : rules_(std::move(rules)), lexis_(lexis_of(rules_.language)) {
  rules_.tab_width = std::max<size_t>(1, rules_.tab_width);
  opens_ = opens_block(rules_.line_before, lexis_);
  std::vector<Mark> marks;
  scan(rules_.line_before, lexis_, state_, marks);
  for (const Mark& mark : marks) {
    if (mark.quote) continue;
    if (mark.opens)
      open_before_.push_back(mark.what);
    else if (!open_before_.empty())
      open_before_.pop_back();
  }
}

bool Trim::feed(std::string_view piece) {
  if (!reason_.empty()) return false;
  for (const char c : piece) {
    if (c != '\n' || !after_cr_) all_.push_back(c == '\r' ? '\n' : c);
    after_cr_ = c == '\r';
  }
  begin();
  skip_thought();
  begin();
  read();
  show_part();
  return reason_.empty();
}

void Trim::finish() {
  if (!reason_.empty()) return;
  if (phase_ == Phase::thinking) return end("model");
  if (phase_ == Phase::start) scan_ = line_start_ = accepted_ = begin_, phase_ = Phase::text;
  read();
  if (reason_.empty() && line_start_ < all_.size()) end_line(all_.size(), false);
  // A closer right of the cursor goes to a line of its own when the model said so.
  const std::string_view tail = std::string_view(all_).substr(accepted_);
  if (reason_.empty() && accepted_ > begin_ && !is_blank(rules_.line_after) && is_blank(tail) &&
      std::count(tail.begin(), tail.end(), '\n') == 1) {
    accept(all_.size());
  }
  if (reason_.empty()) end("model");
}

// Leaves out what chat models put around code: a think block and the line that opens a code fence.
void Trim::begin() {
  if (phase_ != Phase::start) return;
  while (begin_ > 0 && begin_ < all_.size() && all_[begin_] == '\n') ++begin_;
  scan_ = std::max(scan_, begin_);
  while (scan_ < all_.size() && is_space(all_[scan_])) ++scan_;
  if (scan_ - begin_ > rules_.max_bytes) return end("limit");
  const std::string_view text = std::string_view(all_).substr(scan_);
  if (text.empty() || may_become(text, kThink) || may_become(text, kFence)) return;
  if (text.starts_with(kThink)) {
    phase_ = Phase::thinking;
    scan_ += kThink.size();
    return;
  }
  if (text.starts_with(kFence) && !lexis_.markup) {
    const size_t line_end = text.find('\n');
    if (line_end == std::string_view::npos) {
      if (text.size() > rules_.max_bytes) end("limit");
      return;
    }
    begin_ = scan_ + line_end + 1;
    fenced_ = true;
  }
  phase_ = Phase::text;
  scan_ = line_start_ = accepted_ = begin_;
}

void Trim::skip_thought() {
  if (phase_ != Phase::thinking) return;
  const size_t found = all_.find(kThinkEnd, scan_);
  if (found == std::string::npos) {
    scan_ = std::max(scan_, all_.size() - std::min(all_.size(), kThinkEnd.size()));
    if (all_.size() > kMaxThought) end("limit");
    return;
  }
  begin_ = scan_ = found + kThinkEnd.size();
  phase_ = Phase::start;
}

void Trim::read() {
  if (phase_ != Phase::text) return;
  while (scan_ < all_.size() && reason_.empty()) {
    const char c = all_[scan_];
    const size_t next = scan_ + 1;
    if (const size_t token = c == '>' ? model_token_at_end({all_.data() + begin_, next - begin_}) : 0; token > 0) {
      if (next - token > line_start_) end_line(next - token, false);
      if (reason_.empty()) end("special token");
      return;
    }
    if (c == '\n') {
      end_line(scan_, true);
      line_start_ = next;
    }
    if (!is_space(c)) visible_ = next;
    if (!is_word(c)) boundary_ = visible_;
    scan_ = next;
    if (reason_.empty() && scan_ - begin_ > rules_.max_bytes) {
      show_part();
      end("limit");
    }
  }
}

// Decides about the line [line_start_, stop).
void Trim::end_line(size_t stop, bool terminated) {
  const std::string_view line = std::string_view(all_).substr(line_start_, stop - line_start_);
  const bool first = lines_++ == 0;
  if (fenced_ && trim_left(line).starts_with(kFence)) return end("code fence");
  if (is_blank(line)) {
    if (first && !rules_.multiline && !is_blank(rules_.line_before)) return end("line end");
    if (!first || is_blank(rules_.line_before)) ++blank_run_;
    if (blank_run_ >= 2 && accepted_ > begin_) return end("blank lines");
  } else {
    blank_run_ = 0;
    const Step step = judge_line(line, first);
    if (step == Step::end) return;
    if (step == Step::hold)
      held_ = stop;
    else
      accept(stop);
    if (step == Step::take_and_end) return end("bracket closed");
    if (!rules_.multiline) return end("line end");
  }
  if (lines_ >= rules_.max_lines) return end("limit");
  if (terminated) scan("\n", lexis_, state_, marks_);
}

Trim::Step Trim::judge_line(std::string_view line, bool first) {
  const bool blank_before = is_blank(rules_.line_before);
  const bool on_cursor_line = first && !blank_before;
  size_t columns = indent_columns(line, rules_.tab_width);
  if (first) columns = blank_before ? columns + rules_.base_indent : rules_.base_indent;
  if (repeats_next_line(line, first, columns)) return end("next line repeated"), Step::end;
  if (!base_known_) base_ = first && blank_before && rules_.base_indent == 0 ? columns : rules_.base_indent;
  base_known_ = true;
  if (!on_cursor_line && state_.in_code() && leaves_scope(line, columns)) return end("scope end"), Step::end;
  if (!on_cursor_line && columns > base_) deeper_ = true;
  const std::string_view text = trim_both(line);
  same_ = text == last_line_ && is_telling(text, lexis_) ? same_ + 1 : 0;
  if (same_ >= 2) return end("repetition"), Step::end;
  last_line_ = text;
  const bool outer = closes_outer_bracket(line);
  // A closer that stands right at the cursor of a blank line closes the block above and goes on in the outer one.
  const bool goes_on = first && blank_before && starts_closing(line, lexis_);
  if (outer && !goes_on) return Step::take_and_end;
  return same_ == 1 ? Step::hold : Step::go_on;
}

bool Trim::repeats_next_line(std::string_view line, bool first, size_t columns) const {
  if (rules_.next_line.empty() || columns != rules_.next_indent) return false;
  // A bracket of ours must be closed, even where the line below looks the same.
  if (!open_.empty() && starts_closing(line, lexis_)) return false;
  if (!first) return trim_both(line) == rules_.next_line;
  return trim_both(rules_.line_before + std::string(line)) == rules_.next_line;
}

// By indentation: the gates look at the tree where there is one.
bool Trim::leaves_scope(std::string_view line, size_t columns) {
  const bool closing = starts_closing(line, lexis_);
  if (columns < base_) {
    if (lexis_.semicolons && trim_left(line).starts_with('#')) return false;  // the preprocessor begins at the margin
    const bool missing =
        rules_.next_line.empty() || (rules_.next_indent <= columns && !starts_closing(rules_.next_line, lexis_));
    if (!is_closing_line(line, lexis_) || !missing || !open_.empty()) return true;
    accept(line_start_ + line.size());  // the document lacks this closer
    return true;
  }
  if (closing || continues_block(line)) return false;
  if (opens_ && columns <= base_) return true;
  return base_ == 0 && is_blank(rules_.line_before) && deeper_ && columns == 0;
}

// Whether the line closes a bracket that neither the suggestion nor the cursor's line opened, or ends the call or list
// that the cursor's line opened.
bool Trim::closes_outer_bracket(std::string_view line) {
  marks_.clear();
  scan(line, lexis_, state_, marks_);
  if (lexis_.markup) return false;
  bool outer = false;
  for (const Mark& mark : marks_) {
    if (mark.quote || (lexis_.shell && mark.what == ')')) continue;
    if (mark.opens) {
      open_.push_back(mark.what);
    } else if (!open_.empty()) {
      open_.pop_back();
    } else if (!open_before_.empty()) {
      outer = outer || (opens_ && open_before_.back() != '{');
      open_before_.pop_back();
    } else {
      outer = true;
    }
  }
  return outer && open_.empty();
}

void Trim::accept(size_t stop) {
  accepted_ = stop;
  const size_t have = begin_ + shown_.size();
  if (stop > have) shown_.append(all_, have, stop - have);
}

void Trim::end(std::string_view reason) {
  if (held_ > accepted_ && reason != "repetition") accept(held_);
  reason_ = reason;
}

// The first line while it is being written, up to its last word boundary.
void Trim::show_part() {
  if (phase_ != Phase::text || !reason_.empty() || lines_ > 0 || boundary_ <= begin_) return;
  if (fenced_ && trim_left({all_.data() + begin_, all_.size() - begin_}).starts_with('`')) return;
  const std::string_view line{all_.data() + begin_, all_.size() - begin_};
  const bool short_enough = line.size() <= rules_.next_line.size() + 8;
  if (short_enough && rules_.next_line.starts_with(trim_both(rules_.line_before + std::string(line)))) return;
  size_t stop = std::min(boundary_, all_.size() - partial_token_at_end(line));
  while (stop > begin_ && is_space(all_[stop - 1])) --stop;
  if (stop > begin_ + shown_.size()) shown_.append(all_, begin_ + shown_.size(), stop - begin_ - shown_.size());
}

}  // namespace fimd::providers
