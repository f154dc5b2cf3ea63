#include "providers/agent/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "context/secrets.h"
#include "context/syntax.h"
#include "providers/agent/diff.h"
#include "providers/agent/parse_errors.h"
#include "providers/agent/tool_text.h"

namespace fimd::providers::agent {
namespace {

constexpr size_t kLinesShown = 5;

// A tree, or an empty one where the text has no grammar or is not parsed in time. Errors: cancelled.
Result<context::Tree> parsed(const std::string& path, const std::string& text, TimePoint deadline,
                             const std::stop_token& stop) {
  std::string language = language_of(path, text);
  if (!context::has_grammar(language)) return context::Tree();
  auto tree = context::parse_until(
      deadline, std::make_shared<const context::Text>(context::make_text(path, 0, std::move(language), text)), stop);
  if (tree || tree.error().code == Error::Code::cancelled) return tree;
  return context::Tree();
}

// Where a text has errors that it did not have before, in words; empty: nowhere.
Result<std::string> syntax_reason(const ChangedFile& file, TimePoint deadline, const std::stop_token& stop) {
  const auto now = parsed(file.path, file.current, deadline, stop);
  if (!now) return tl::unexpected(now.error());
  if (!*now || now->errors() == 0) return std::string();
  const auto before = parsed(file.path, file.original.value_or(""), deadline, stop);
  if (!before) return tl::unexpected(before.error());
  if (file.original && !*before) return std::string();
  const size_t were = *before ? before->errors() : 0;
  if (now->errors() <= were) return std::string();
  std::string out = fmt::format("{}: your edits leave {} syntax errors, before them there were {}. Mend these lines:",
                                shown_line(file.path), now->errors(), were);
  // Lines near the edits, if there are any: the others were broken before.
  const auto lines = split_lines(file.current);
  const auto touched = changes(split_lines(file.original.value_or("")), lines);
  std::vector<size_t> broken = error_lines(*now, 200);
  const auto near_change = [&](size_t line) {
    return std::any_of(touched.begin(), touched.end(),
                       [&](const LineChange& c) { return line + 3 >= c.after && line < c.after_end + 3; });
  };
  if (std::any_of(broken.begin(), broken.end(), near_change))
    std::erase_if(broken, [&](size_t line) { return !near_change(line); });
  for (size_t i = 0; i < std::min(broken.size(), kLinesShown); ++i) {
    if (broken[i] < lines.size()) out += "\n" + gutter_line(broken[i] + 1, lines[broken[i]]);
    if (out.ends_with('\n')) out.pop_back();
  }
  return out;
}

// Where the placeholder of a secret was written into a file, which would lose the secret; empty: nowhere.
std::string placeholder_reason(const ChangedFile& file) {
  const std::string original = file.original.value_or("");
  const auto before = split_lines(original), now = split_lines(file.current);
  const std::set<std::string_view> there(before.begin(), before.end());
  for (const LineChange& c : changes(before, now)) {
    for (size_t i = c.after; i < c.after_end; ++i) {
      if (there.contains(now[i]) || !context::find_placeholder(now[i])) continue;
      return fmt::format(
          "{}: line {} holds the placeholder of a secret that you were not shown. Leave that line as it was, or take "
          "the value from where the program can read it.",
          shown_line(file.path), i + 1);
    }
  }
  return "";
}

// Where the token of some service came into a file that did not hold it; empty: nowhere.
std::string token_reason(const ChangedFile& file) {
  const std::string original = file.original.value_or("");
  const auto now = split_lines(file.current);
  for (const LineChange& c : changes(split_lines(original), now)) {
    for (size_t i = c.after; i < c.after_end; ++i) {
      const auto token = context::find_token(now[i]);
      if (!token || original.find(now[i].substr(token->begin, token->end - token->begin)) != std::string::npos)
        continue;
      return fmt::format("{}: line {} holds a secret ({}). Take it from where the program can read it.",
                         shown_line(file.path), i + 1, context::secret_rule(*token));
    }
  }
  return "";
}

}  // namespace

Result<std::vector<std::string>> verify(std::span<const ChangedFile> patch, const PatchRules& rules, TimePoint deadline,
                                        const std::stop_token& stop) {
  std::vector<std::string> reasons;
  size_t files = 0, lines = 0;
  for (const ChangedFile& file : patch) {
    if (stop.stop_requested()) return fail(Error::Code::cancelled, "verify: cancelled");
    if (file.original == file.current) continue;
    ++files;
    const std::string before = file.original.value_or("");
    for (const LineChange& c : changes(split_lines(before), split_lines(file.current)))
      lines += c.before_end - c.before + c.after_end - c.after;
    if (rules.allowed && !rules.allowed(file.path))
      reasons.push_back(shown_line(file.path) + ": must not be changed for this task. Put it back as it was.");
    if (file.original && !file.original->empty() && file.current.empty())
      reasons.push_back(shown_line(file.path) + ": all of its text was deleted. Put back what is still needed.");
    if (std::string why = placeholder_reason(file); !why.empty()) reasons.push_back(std::move(why));
    if (std::string why = token_reason(file); !why.empty()) reasons.push_back(std::move(why));
    auto reason = syntax_reason(file, deadline, stop);
    if (!reason) return tl::unexpected(reason.error());
    if (!reason->empty()) reasons.push_back(std::move(*reason));
  }
  if (files == 0) reasons.emplace_back("Nothing was changed. Make the fix with edit_file.");
  if (files > rules.max_files) {
    reasons.push_back(fmt::format("{} files were changed, at most {} are allowed. Keep to what the fix needs.", files,
                                  rules.max_files));
  }
  if (lines > rules.max_lines) {
    reasons.push_back(fmt::format("{} lines were changed, at most {} are allowed. Keep to what the fix needs.", lines,
                                  rules.max_lines));
  }
  return reasons;
}

}  // namespace fimd::providers::agent
