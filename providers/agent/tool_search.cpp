#include "providers/agent/tool_search.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "context/ignore.h"
#include "providers/agent/edit_lines.h"
#include "providers/agent/line_regex.h"
#include "providers/agent/tool_text.h"

namespace fimd::providers::agent {
namespace {

constexpr uint64_t kMostBytes = 512U << 20;          // read for one literal search
constexpr uint64_t kMostRegexSteps = 1'000'000'000;  // bytes times steps of the expression
constexpr size_t kCounted = 10'000;                  // hits

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  return out;
}

struct Hit {
  std::string path;
  std::vector<size_t> lines;  // zero-based
};

struct Found {
  std::vector<Hit> files;
  size_t shown = 0, total = 0;
  size_t any_case = 0;  // files that have it in other letter case, while there is no hit
  bool complete = true;
};

class Search {
 public:
  Search(Overlay& overlay, const Arguments& arguments)
      : overlay_(overlay),
        pattern_(arguments.text("pattern")),
        limit_(arguments.count("limit", 50, 200)),
        filter_(glob_filter(arguments.text("glob"))) {
    if (!arguments.flag("is_regex")) return;
    auto compiled = LineRegex::compile(pattern_);
    if (compiled) {
      regex_ = std::move(*compiled);
    } else {
      problem_ = compiled.error().message;
    }
  }

  ToolResult run(const Seen& seen, const std::stop_token& stop) {
    if (pattern_.empty()) return {"search_text: pattern is empty", true};
    if (pattern_.find('\n') != std::string::npos)
      return {"search_text: the pattern has several lines; files are searched line by line", true};
    const Found found = look(stop);
    Output out(Toolbox::kResultBytes - 600);
    const std::string shown = harmless(pattern_.substr(0, 200));
    out.add(fmt::format("search_text \"{}\" : {} hits in {} files\n", shown, found.total, found.files.size()));
    if (!problem_.empty()) out.add("not a regular expression (" + harmless(problem_) + "); searched as literal text\n");
    show(found, seen, out);
    if (found.total == 0 && found.any_case > 0)
      out.note(fmt::format("[{} files have it with other letter case]\n", found.any_case));
    if (found.total > shown_)
      out.note(fmt::format("[limit reached, {} more hits; narrow with glob]\n", found.total - shown_));
    if (!found.complete) out.note("[not all files were searched; narrow with glob]\n");
    return {out.text(), false};
  }

 private:
  [[nodiscard]] bool matches(std::string_view line) const {
    return regex_ ? regex_->matches(line) : line.find(pattern_) != std::string_view::npos;
  }

  Found look(const std::stop_token& stop) {
    Found out;
    out.complete = true;
    uint64_t bytes = 0;
    const uint64_t most = regex_ ? kMostRegexSteps / (regex_->size() + 1) : kMostBytes;
    const std::string small = lower(pattern_);
    for (const ListedFile& file : overlay_.files(stop)) {
      if (stop.stop_requested() || bytes > most || out.total >= kCounted) {
        out.complete = false;
        break;
      }
      if (!filter_(file.path)) continue;
      const auto text = overlay_.read(file.path);
      if (!text) continue;
      bytes += text->text.size();
      if (regex_ || text->text.find(pattern_) != std::string::npos) search_file(file.path, text->text, out);
      if (!regex_ && out.total == 0 && lower(text->text).find(small) != std::string::npos) ++out.any_case;
    }
    out.complete = out.complete && overlay_.listing_complete();
    return out;
  }

  void search_file(const std::string& path, std::string_view text, Found& out) const {
    Hit hit{path, {}};
    size_t number = 0;
    for (const std::string_view line : lines_of(text)) {
      if (matches(right_trimmed(line)) || (!regex_ && matches(line))) {
        ++out.total;
        if (out.shown < limit_) hit.lines.push_back(number);
        if (out.shown < limit_) ++out.shown;
      }
      ++number;
    }
    if (!hit.lines.empty()) out.files.push_back(std::move(hit));
  }

  // Few hits with many lines around, many with none.
  void show(const Found& found, const Seen& seen, Output& out) {
    const size_t around = found.shown == 1 ? 25U : found.shown <= 3 ? 8U : found.shown <= 15 ? 1U : 0U;
    for (const Hit& hit : found.files) {
      const auto text = overlay_.read(hit.path);
      if (!text || !out.add(shown_line(hit.path) + "\n")) break;
      seen(hit.path);
      const Lines lines = lines_of(text->text);
      size_t next = 0;
      for (const size_t at : hit.lines) {
        const size_t from = std::max(next, at < around ? 0 : at - around);
        const size_t end = std::min(lines.size(), at + around + 1);
        if (around > 0 && from > next && next > 0) out.add("    ...\n");
        for (size_t i = from; i < end; ++i) {
          if (!out.add(gutter_line(i + 1, lines[i]))) return;
        }
        next = std::max(next, end);
        ++shown_;
      }
    }
  }

  Overlay& overlay_;
  std::string pattern_;
  size_t limit_;
  std::function<bool(std::string_view)> filter_;
  std::optional<LineRegex> regex_;
  std::string problem_;
  size_t shown_ = 0;
};

}  // namespace

std::function<bool(std::string_view)> glob_filter(std::string glob) {
  while (glob.starts_with("./")) glob.erase(0, 2);
  if (glob.empty() || glob == "*" || glob == "**" || glob == "**/*" || glob == ".")
    return [](std::string_view) { return true; };
  // A path with a slash counts from the root, as it does for ignore files; '!' and '#' mean nothing here.
  if (glob.starts_with('!') || glob.starts_with('#')) glob.insert(0, "\\");
  const auto globs = std::make_shared<const context::Globs>(std::vector<std::string>{std::move(glob)});
  return [globs](std::string_view path) { return globs->match(path); };
}

ToolResult search_text(Overlay& overlay, const Arguments& arguments, const Seen& seen, const std::stop_token& stop) {
  return Search(overlay, arguments).run(seen, stop);
}

}  // namespace fimd::providers::agent
