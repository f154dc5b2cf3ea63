// Loops: the same lines, or the same words within a line, over and over.
#include <fmt/core.h>

#include "providers/gates/gate.h"

namespace fimd::providers::gates {
namespace {

constexpr size_t kMostPeriod = 4;    // lines
constexpr size_t kRounds = 3;        // as often in a row make a loop of lines that say something
constexpr size_t kNamedRounds = 5;   // of lines with a short name ("x++")
constexpr size_t kPlainRounds = 10;  // and of lines without any (tables of numbers repeat)
constexpr size_t kWidest = 40;       // bytes of a loop within a line
constexpr size_t kShortest = 36;     // bytes that such a loop must fill
constexpr size_t kRuler = 160;       // bytes of a line of one character

struct WrittenLine {
  std::string_view text;
  size_t end = 0;  // in the suggestion
};

std::vector<WrittenLine> written_lines(std::string_view text) {
  std::vector<WrittenLine> out;
  size_t at = 0;
  for (const std::string_view line : split_lines(text)) {
    if (!is_blank(line)) out.push_back({trim_both(line), at + line.size()});
    at += line.size() + 1;
  }
  return out;
}

size_t rounds(const std::vector<WrittenLine>& lines, size_t start, size_t period) {
  size_t i = start + period;
  while (i < lines.size() && lines[i].text == lines[i - period].text) ++i;
  return (i - start) / period;
}

bool has_name(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    const bool letter = is_word(text[i]) && (text[i] < '0' || text[i] > '9');
    if (letter && (i == 0 || !is_word(text[i - 1]))) return true;
  }
  return false;
}

// How many rounds of these lines are a loop.
size_t most_rounds(const std::vector<WrittenLine>& lines, size_t start, size_t period, const Lexis& lexis) {
  size_t most = kPlainRounds;
  for (size_t i = start; i < start + period; ++i) {
    if (is_telling(lines[i].text, lexis)) return kRounds;
    if (has_name(lines[i].text)) most = kNamedRounds;
  }
  return most;
}

bool letters_in_a_row(std::string_view text) {
  size_t run = 0;
  for (const char c : text) {
    run = is_word(c) && (c < '0' || c > '9') && c != '_' ? run + 1 : 0;
    if (run >= 2) return true;
  }
  return false;
}

// Whether the line ends in a loop of words or is a ruler beyond measure.
bool loops(std::string_view line) {
  for (size_t period = 1; period <= kWidest && 4 * period <= line.size(); ++period) {
    size_t run = 0;
    while (run + period < line.size() && line[line.size() - 1 - run] == line[line.size() - 1 - run - period]) ++run;
    run += period;
    if (period == 1 && run >= kRuler) return true;
    if (run < kShortest || run < 4 * period) continue;
    if (letters_in_a_row(line.substr(line.size() - 2 * period))) return true;
  }
  return false;
}

}  // namespace

Verdict repetition(std::string_view text, const View& view) {
  const std::vector<WrittenLine> lines = written_lines(text);
  for (size_t i = 0; i < lines.size(); ++i) {
    if (loops(lines[i].text)) {
      if (i == 0) return drop("the line repeats itself");
      return cut(text.substr(0, lines[i - 1].end), fmt::format("{} repeats itself", quoted(lines[i].text)));
    }
    for (size_t period = 1; period <= kMostPeriod && i + period < lines.size(); ++period) {
      const size_t times = rounds(lines, i, period);
      if (times < most_rounds(lines, i, period, view.lexis)) continue;
      return cut(text.substr(0, lines[i + period - 1].end),
                 fmt::format("{} comes {} times in a row", quoted(lines[i].text), times));
    }
  }
  return pass(text);
}

}  // namespace fimd::providers::gates
