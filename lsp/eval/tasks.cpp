#include "lsp/eval/tasks.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <set>

#include "lsp/eval/git.h"

namespace fimd::lsp {
namespace {

constexpr size_t kMostCommits = 400;
constexpr size_t kMostFile = 400'000;  // bytes
constexpr size_t kMostAdded = 6;       // lines of a place that is asked about
constexpr size_t kLeastLine = 8;       // bytes without indentation

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    out.push_back(text.substr(at, end - at));
    at = end;
  }
  return out;
}

size_t indentation(std::string_view line) { return std::min(line.find_first_not_of(" \t"), line.size()); }

std::string_view without_end(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  return line;
}

bool worth_asking(std::string_view line) {
  const std::string_view body = without_end(line).substr(std::min(indentation(line), without_end(line).size()));
  if (body.size() < kLeastLine) return false;
  for (const std::string_view mark : {"//", "#", "*", "/*", "--", "<!--", "import ", "using ", "package "}) {
    if (body.starts_with(mark)) return false;
  }
  return std::any_of(body.begin(), body.end(), [](unsigned char c) { return std::isalpha(c); });
}

bool is_text(std::string_view text) {
  return text.find('\0') == std::string_view::npos && text.size() <= kMostFile && !text.empty();
}

// "-12,3" or "+7": the line and the count.
bool read_span(std::string_view text, size_t& line, size_t& count) {
  count = 1;
  const char* end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data(), end, line);
  if (error != std::errc()) return false;
  return at == end || (*at == ',' && std::from_chars(at + 1, end, count).ec == std::errc());
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kMostFile + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  return text;
}

std::vector<EvalTask> from_commits(const std::string& root, const std::set<std::string>& known, size_t count,
                                   Dice& dice) {
  std::vector<EvalTask> out;
  const auto commits = git(
      root, {"log", "--no-merges", "--format=%H %P", fmt::format("-n{}", kMostCommits), "--diff-filter=M", "--", "."});
  if (!commits) return out;
  std::vector<std::string> list;
  for (const std::string_view line : lines_of(*commits)) {
    const std::string_view pair = without_end(line);
    if (pair.size() == 81) list.emplace_back(pair);  // a commit and one parent
  }
  while (!list.empty() && out.size() < count) {
    const size_t at = dice.below(list.size());
    const std::string commit = list[at].substr(0, 40), parent = list[at].substr(41);
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(at));
    const auto patch = git(root, {"diff", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-color", "--relative",
                                  "-U0", parent, commit, "--", "."});
    if (!patch) continue;
    auto places = added_in(*patch);
    std::erase_if(places, [&](const AddedLines& a) {
      return !known.contains(a.path) || a.added.size() > kMostAdded || !worth_asking(a.added.front());
    });
    if (places.empty()) continue;
    const AddedLines& place = places[dice.below(places.size())];
    const auto text = git(root, {"show", "--no-textconv", parent + ":./" + place.path});
    if (!text || !is_text(*text)) continue;
    auto task = task_of(place, *text, dice.below(3) == 0 ? place.added.size() : 1);
    if (!task) continue;
    task->from = "commit " + commit.substr(0, 10);
    out.push_back(std::move(*task));
  }
  return out;
}

// The lines of the block that a line opens: those that are indented deeper, at most kMostAdded.
size_t block_below(const std::vector<std::string_view>& lines, size_t at) {
  size_t end = at + 1;
  while (end < lines.size() && end - at <= kMostAdded &&
         (without_end(lines[end]).empty() || indentation(lines[end]) > indentation(lines[at])))
    ++end;
  return end - at - 1 > kMostAdded ? 0 : end - at - 1;
}

}  // namespace

uint64_t Dice::next() {  // splitmix64
  uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

std::vector<AddedLines> added_in(std::string_view patch) {
  std::vector<AddedLines> out;
  std::string path;
  AddedLines* open = nullptr;
  for (const std::string_view line : lines_of(patch)) {
    const std::string_view text = without_end(line);
    if (text.starts_with("diff --git ")) {
      path.clear();
      open = nullptr;
    } else if (open == nullptr && text.starts_with("+++ b/")) {
      path = text.substr(6);
    } else if (text.starts_with("@@ -") && !path.empty()) {
      const size_t plus = text.find(" +", 4), end = text.find(" @@", 4);
      AddedLines added;
      added.path = path;
      open = nullptr;
      if (plus == std::string_view::npos || end == std::string_view::npos ||
          !read_span(text.substr(4, plus - 4), added.old_line, added.old_count))
        continue;
      out.push_back(std::move(added));
      open = &out.back();
    } else if (open != nullptr && text.starts_with('+')) {
      open->added.emplace_back(text.substr(1));
    }
  }
  std::erase_if(out, [](const AddedLines& a) { return a.added.empty(); });
  return out;
}

Result<EvalTask> task_of(const AddedLines& added, std::string_view parent, size_t count) {
  const auto lines = lines_of(parent);
  const size_t keep = added.old_count == 0 ? added.old_line : added.old_line - std::min<size_t>(added.old_line, 1);
  if (keep + added.old_count > lines.size() || added.added.empty())
    return fail(Error::Code::bad_input, added.path + ": the patch does not fit");
  count = std::clamp<size_t>(count, 1, added.added.size());
  EvalTask task;
  task.path = added.path;
  for (size_t i = 0; i < keep; ++i) task.text += lines[i];
  if (!task.text.empty() && task.text.back() != '\n') task.text += '\n';
  const std::string& first = added.added.front();
  const size_t indented = indentation(first);
  task.text += first.substr(0, indented);
  task.offset = task.text.size();
  task.hidden = first.substr(indented);
  for (size_t i = 1; i < count; ++i) task.hidden += "\n" + added.added[i];
  task.text += '\n';
  for (size_t i = count; i < added.added.size(); ++i) task.text += added.added[i] + "\n";
  for (size_t i = keep + added.old_count; i < lines.size(); ++i) task.text += lines[i];
  return task;
}

EvalTask hide_in(std::string_view path, std::string_view text, Dice& dice) {
  EvalTask task;
  const auto lines = lines_of(text);
  std::vector<size_t> good;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (worth_asking(lines[i])) good.push_back(i);
  }
  if (good.empty()) return task;
  const size_t at = good[dice.below(good.size())];
  const std::string_view line = without_end(lines[at]);
  const auto start = static_cast<size_t>(lines[at].data() - text.data());
  size_t from = start + indentation(line), length = line.size() - indentation(line);
  const size_t kind = dice.below(5);
  if (kind <= 2) {  // the rest of the line, from within it
    const size_t cut = dice.below(length - length / 4);
    from += cut;
    length -= cut;
  } else if (const size_t below = block_below(lines, at); kind == 4 && below > 0) {
    from = start + line.size();
    length = static_cast<size_t>(lines[at + below].data() - text.data()) + without_end(lines[at + below]).size() - from;
  }
  task.path = path;
  task.hidden = text.substr(from, length);
  task.text = std::string(text.substr(0, from)) + std::string(text.substr(from + length));
  task.offset = from;
  task.from = "file";
  return task;
}

Result<std::vector<EvalTask>> make_tasks(const std::string& root, const std::vector<std::string>& files, size_t count,
                                         uint64_t seed) {
  Dice dice(seed);
  std::vector<std::string> sorted = files;
  std::sort(sorted.begin(), sorted.end());
  auto tasks = from_commits(root, {sorted.begin(), sorted.end()}, count, dice);
  // A file may be asked about several times; one that has nothing to ask about is not looked at again.
  while (tasks.size() < count && !sorted.empty()) {
    const size_t at = dice.below(sorted.size());
    const std::string text = read_file(root + "/" + sorted[at]);
    EvalTask task = is_text(text) ? hide_in(sorted[at], text, dice) : EvalTask{};
    if (task.hidden.empty()) {
      sorted.erase(sorted.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      tasks.push_back(std::move(task));
    }
  }
  if (tasks.empty()) return fail(Error::Code::not_found, root + ": no text to ask about");
  return tasks;
}

}  // namespace fimd::lsp
