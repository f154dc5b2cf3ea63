#include "providers/agent/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace fimd::providers::agent {
namespace {

constexpr size_t kContext = 3;
constexpr size_t kMostDifferences = 1'000;  // their square is the memory, in numbers
constexpr size_t kMostSteps = 50'000'000;   // lines times differences

// Equal lines have equal numbers.
class Numbers {
 public:
  std::vector<uint32_t> of(std::span<const std::string_view> lines) {
    std::vector<uint32_t> out;
    out.reserve(lines.size());
    for (const std::string_view line : lines)
      out.push_back(ids_.emplace(line, static_cast<uint32_t>(ids_.size())).first->second);
    return out;
  }

 private:
  std::unordered_map<std::string_view, uint32_t> ids_;
};

using Ids = std::span<const uint32_t>;

// Marks the lines that are in no longest common part; false when there are too many differences to say.
bool mark_differences(Ids a, Ids b, std::vector<bool>& gone, std::vector<bool>& added) {
  const auto n = static_cast<ptrdiff_t>(a.size()), m = static_cast<ptrdiff_t>(b.size());
  const auto most = static_cast<ptrdiff_t>(
      std::min({kMostDifferences, kMostSteps / (a.size() + b.size() + 1) + 1, a.size() + b.size()}));
  std::vector<std::vector<ptrdiff_t>> trace;
  std::vector<ptrdiff_t> far(static_cast<size_t>(2 * most + 3), 0);  // furthest x on each diagonal
  const auto at = [&](std::vector<ptrdiff_t>& v, ptrdiff_t k, ptrdiff_t d) -> ptrdiff_t& {
    return v[static_cast<size_t>(k + d + 1)];
  };
  ptrdiff_t found = -1;
  for (ptrdiff_t d = 0; d <= most && found < 0; ++d) {
    for (ptrdiff_t k = -d; k <= d; k += 2) {
      const bool down = k == -d || (k != d && at(far, k - 1, most) < at(far, k + 1, most));
      ptrdiff_t x = d == 0 ? 0 : down ? at(far, k + 1, most) : at(far, k - 1, most) + 1;
      while (x < n && x - k < m && x - k >= 0 && a[static_cast<size_t>(x)] == b[static_cast<size_t>(x - k)]) ++x;
      at(far, k, most) = x;
      if (x >= n && x - k >= m) found = d;
    }
    const auto middle = far.begin() + most + 1;
    trace.emplace_back(middle - d - 1, middle + d + 2);
  }
  if (found < 0) return false;
  ptrdiff_t x = n, y = m;
  for (ptrdiff_t d = found; d > 0; --d) {
    std::vector<ptrdiff_t>& before = trace[static_cast<size_t>(d - 1)];
    const ptrdiff_t k = x - y;
    const bool down = k == -d || (k != d && at(before, k - 1, d - 1) < at(before, k + 1, d - 1));
    const ptrdiff_t from = down ? k + 1 : k - 1;
    const ptrdiff_t from_x = at(before, from, d - 1);
    if (down)
      added[static_cast<size_t>(from_x - from)] = true;
    else
      gone[static_cast<size_t>(from_x)] = true;
    x = from_x;
    y = from_x - from;
  }
  return true;
}

std::string quoted(const std::string& path) {
  const auto special = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == 0x7f;
  };
  if (std::none_of(path.begin(), path.end(), special)) return path;
  std::string out = "\"";
  for (const char c : path) {
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (special(c))
      out += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + '"';
}

// The names at the head of a file's diff; a tab ends a name with a blank in it.
std::string head(const ChangedFile& file) {
  const std::string a = quoted("a/" + file.path), b = quoted("b/" + file.path);
  const std::string end = file.path.find(' ') == std::string::npos ? "\n" : "\t\n";
  std::string out = "diff --git " + a + " " + b + "\n";
  if (!file.original) out += "new file mode 100644\n";
  if (!file.original && file.current.empty()) return out;
  return out + "--- " + (file.original ? a + end : "/dev/null\n") + "+++ " + b + end;
}

void add_lines(std::string& out, char mark, std::span<const std::string_view> lines) {
  for (const std::string_view line : lines) {
    out += mark;
    out += line;
    if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
  }
}

std::string span_of(size_t from, size_t count) {
  // An empty side names the line before it.
  return count == 1 ? fmt::format("{}", from + 1) : fmt::format("{},{}", count == 0 ? from : from + 1, count);
}

}  // namespace

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    out.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return out;
}

std::vector<LineChange> changes(std::span<const std::string_view> before, std::span<const std::string_view> after) {
  size_t front = 0, back = 0;
  const size_t shorter = std::min(before.size(), after.size());
  while (front < shorter && before[front] == after[front]) ++front;
  while (back < shorter - front && before[before.size() - 1 - back] == after[after.size() - 1 - back]) ++back;
  const size_t n = before.size() - front - back, m = after.size() - front - back;
  if (n == 0 && m == 0) return {};
  Numbers numbers;
  const auto a = numbers.of(before.subspan(front, n)), b = numbers.of(after.subspan(front, m));
  std::vector<bool> gone(n), added(m);
  if (n == 0 || m == 0 || !mark_differences(a, b, gone, added)) return {{front, front + n, front, front + m}};
  std::vector<LineChange> out;
  for (size_t x = 0, y = 0; x < n || y < m;) {
    const size_t from_x = x, from_y = y;
    while (x < n && gone[x]) ++x;
    while (y < m && added[y]) ++y;
    if (x == from_x && y == from_y) {
      ++x;
      ++y;
    } else {
      out.push_back({front + from_x, front + x, front + from_y, front + y});
    }
  }
  return out;
}

std::string unified_diff(const ChangedFile& file) {
  if (file.original == file.current) return "";
  const auto before = split_lines(file.original ? std::string_view(*file.original) : std::string_view());
  const auto after = split_lines(file.current);
  const std::vector<LineChange> all = changes(before, after);
  std::string out = head(file);
  const std::span<const std::string_view> a(before), b(after);
  for (size_t i = 0; i < all.size();) {
    size_t last = i;  // changes with no more than twice the context between them are one hunk
    while (last + 1 < all.size() && all[last + 1].before - all[last].before_end <= 2 * kContext) ++last;
    const size_t lead = std::min(kContext, all[i].before);
    const size_t trail = std::min(kContext, before.size() - all[last].before_end);
    const size_t from = all[i].before - lead, end = all[last].before_end + trail;
    const size_t to = all[i].after - lead, to_end = all[last].after_end + trail;
    out += "@@ -" + span_of(from, end - from) + " +" + span_of(to, to_end - to) + " @@\n";
    size_t at = from;
    for (; i <= last; ++i) {
      add_lines(out, ' ', a.subspan(at, all[i].before - at));
      add_lines(out, '-', a.subspan(all[i].before, all[i].before_end - all[i].before));
      add_lines(out, '+', b.subspan(all[i].after, all[i].after_end - all[i].after));
      at = all[i].before_end;
    }
    add_lines(out, ' ', a.subspan(at, end - at));
  }
  return out;
}

std::string unified_diff(std::span<const ChangedFile> files) {
  std::string out;
  for (const ChangedFile& file : files) out += unified_diff(file);
  return out;
}

std::vector<TextEdit> text_edits(const context::Text& before, std::string_view after, context::Encoding encoding) {
  const auto a = split_lines(before.utf8), b = split_lines(after);
  const auto offset = [&](const std::vector<std::string_view>& lines, size_t line, std::string_view text) {
    return line < lines.size() ? static_cast<size_t>(lines[line].data() - text.data()) : text.size();
  };
  std::vector<TextEdit> out;
  for (const LineChange& c : changes(a, b)) {
    const size_t from = offset(b, c.after, after), end = offset(b, c.after_end, after);
    out.push_back({{context::position_at(before, offset(a, c.before, before.utf8), encoding),
                    context::position_at(before, offset(a, c.before_end, before.utf8), encoding)},
                   std::string(after.substr(from, end - from))});
  }
  return out;
}

}  // namespace fimd::providers::agent
