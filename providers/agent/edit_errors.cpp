#include "providers/agent/edit_errors.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "context/text.h"

namespace fimd::providers::agent {
namespace {

constexpr size_t kShownBytes = 300;
constexpr size_t kShownLines = 40;  // lines
constexpr size_t kComparedLines = 20'000;
constexpr size_t kCommon = 200;  // a line that stands more often says nothing about where a block is

std::string cut(std::string_view line) {
  line = right_trimmed(line);
  if (line.size() <= kShownBytes) return std::string(line);
  const size_t end = context::floor_code_point(line, kShownBytes);
  return fmt::format("{} ...[+{}]", line.substr(0, end), line.size() - end);
}

// Tabs and trailing blanks made visible, for lines that differ in nothing else.
std::string visible(std::string_view line) {
  std::string out;
  const size_t text = right_trimmed(line).size();
  for (size_t i = 0; i < line.size(); ++i)
    out += line[i] == '\t' ? "\u2192" : i >= text ? "\u00b7" : std::string(1, line[i]);
  return out;
}

// How alike two lines are, from 0 to 1: pairs of letters in common.
double likeness(std::string_view a, std::string_view b) {
  if (a.size() < 2 || b.size() < 2 || a.size() > 3 * b.size() || b.size() > 3 * a.size()) return 0;
  const auto pairs = [](std::string_view s) {
    std::vector<uint16_t> out;
    for (size_t i = 0; i + 1 < s.size(); ++i)
      out.push_back(
          static_cast<uint16_t>(static_cast<unsigned char>(s[i]) << 8 | static_cast<unsigned char>(s[i + 1])));
    std::sort(out.begin(), out.end());
    return out;
  };
  const auto x = pairs(a.substr(0, kShownBytes)), y = pairs(b.substr(0, kShownBytes));
  std::vector<uint16_t> both;
  std::set_intersection(x.begin(), x.end(), y.begin(), y.end(), std::back_inserter(both));
  return 2.0 * static_cast<double>(both.size()) / static_cast<double>(x.size() + y.size());
}

// Where a window of the block's length has most lines in common with it, if half of what is not blank is.
std::optional<size_t> by_equal_lines(const Lines& file, const Lines& block) {
  std::unordered_map<std::string_view, std::vector<size_t>> where;
  for (size_t i = 0; i < file.size(); ++i) {
    auto& places = where[trimmed(file[i])];
    if (places.size() <= kCommon) places.push_back(i);
  }
  std::unordered_map<ptrdiff_t, size_t> votes;
  size_t lines = 0;
  for (size_t k = 0; k < block.size(); ++k) {
    if (is_blank(block[k])) continue;
    ++lines;
    const auto found = where.find(trimmed(block[k]));
    if (found == where.end() || found->second.size() > kCommon) continue;
    for (const size_t i : found->second) ++votes[static_cast<ptrdiff_t>(i) - static_cast<ptrdiff_t>(k)];
  }
  std::optional<ptrdiff_t> best;
  for (const auto& [at, n] : votes) {
    if (2 * n >= lines && (!best || n > votes[*best] || (n == votes[*best] && at < *best))) best = at;
  }
  if (!best) return std::nullopt;
  return static_cast<size_t>(std::max<ptrdiff_t>(*best, 0));
}

std::optional<size_t> by_likeness(const Lines& file, const Lines& block) {
  const auto first = std::find_if(block.begin(), block.end(), [](auto l) { return trimmed(l).size() >= 4; });
  if (first == block.end()) return std::nullopt;
  double best = 0.6;
  std::optional<size_t> out;
  for (size_t i = 0; i < std::min(file.size(), kComparedLines); ++i) {
    const double d = likeness(trimmed(*first), trimmed(file[i]));
    if (d > best || (d >= best && !out)) {
      best = d;
      out = i;
    }
  }
  if (!out) return std::nullopt;
  const auto k = static_cast<size_t>(first - block.begin());
  return *out >= k ? *out - k : 0;
}

bool is_elision(std::string_view text) {
  std::string low;
  for (const char c : text) low += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  static const std::vector<std::string_view> kWords = {"rest of",        "existing code", "remaining", "unchanged",
                                                       "same as before", "previous code", "other code"};
  return std::any_of(kWords.begin(), kWords.end(), [&](auto w) { return low.find(w) != std::string::npos; });
}

}  // namespace

Refusal not_applied(std::string_view path, std::string_view why, std::string_view rest) {
  return fail(Error::Code::bad_input,
              fmt::format("edit_file: NOT APPLIED ({}). {} is unchanged.\n{}", why, path, rest));
}

std::string numbered(const Lines& file, size_t first, size_t count) {
  std::string out;
  for (size_t i = first; i < std::min(first + count, file.size()); ++i)
    out += fmt::format("{:4}| {}\n", i + 1, cut(file[i]));
  return out;
}

Refusal not_found(std::string_view path, const Lines& file, const Lines& block) {
  auto at = by_equal_lines(file, block);
  if (!at) at = by_likeness(file, block);
  if (!at) {
    return not_applied(path, "text not found",
                       fmt::format("Nothing in its {} lines comes close to old_string. Read the part you mean with "
                                   "read_file first.",
                                   file.size()));
  }
  std::string rest = "Closest lines now, with > where they differ from your old_string:\n";
  const size_t from = *at < 2 ? 0 : *at - 2;
  const size_t end = std::min({file.size(), *at + block.size() + 2, from + kShownLines});
  for (size_t i = from; i < end; ++i) {
    const bool inside = i >= *at && i < *at + block.size();
    const std::string_view mine = inside ? block[i - *at] : std::string_view();
    const bool differs = inside && right_trimmed(mine) != right_trimmed(file[i]);
    const bool blanks_only = differs && key_of(mine, Key::collapsed) == key_of(file[i], Key::collapsed);
    rest += fmt::format("{}{:4}| {}\n", differs ? '>' : ' ', i + 1, blanks_only ? cut(visible(file[i])) : cut(file[i]));
  }
  rest += "Copy the text to replace from these lines (without the numbers) and call edit_file again.";
  return not_applied(path, "text not found", rest);
}

Refusal several_places(std::string_view path, const Lines& file, std::span<const size_t> starts) {
  std::string rest = fmt::format("old_string is there {} times:\n", starts.size());
  for (const size_t at : starts.subspan(0, std::min<size_t>(starts.size(), 10))) {
    rest += numbered(file, at == 0 ? 0 : at - 1, at == 0 ? 2 : 3) + "\n";
  }
  rest += "Add a neighbouring line to old_string so that it is there once, or set replace_all if all are meant.";
  return not_applied(path, "several places", rest);
}

Refusal already_applied(std::string_view path, const Lines& file, size_t line, size_t count) {
  return not_applied(path, "already applied",
                     "The file has your new_string already:\n" + numbered(file, line, std::min(count, kShownLines)) +
                         "Do not repeat this edit; go on.");
}

std::string_view placeholder_line(const Lines& old, const Lines& fresh) {
  std::set<std::string_view> known;
  for (const auto line : old) known.insert(trimmed(line));
  for (const auto line : fresh) {
    const std::string_view text = trimmed(line);
    if (text.empty() || known.contains(text)) continue;
    std::string_view inner = text;
    bool comment = false;
    for (const std::string_view mark : {"//", "#", "--", "/*", "<!--", "%", ";"}) {
      if (!inner.starts_with(mark)) continue;
      inner = trimmed(inner.substr(mark.size()));
      comment = true;
      break;
    }
    if (comment) inner = trimmed(inner.substr(0, std::min(inner.find("*/"), inner.find("-->"))));
    const bool dots = inner.starts_with("...") || inner.starts_with("\u2026") || inner.ends_with("...");
    // `...` alone is code in some languages; only a comment of dots, or dots with such words, stands for code.
    if (comment && dots && (inner == "..." || inner == "\u2026" || is_elision(inner))) return line;
    if (comment && is_elision(inner) && inner.find("code") != std::string_view::npos && inner.size() < 60) return line;
  }
  return {};
}

}  // namespace fimd::providers::agent
