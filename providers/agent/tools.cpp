#include "providers/agent/tools.h"

#include <fmt/format.h>

#include <algorithm>

#include "context/paths.h"
#include "providers/agent/checks.h"
#include "providers/agent/edit_lines.h"
#include "providers/agent/edit_match.h"
#include "providers/agent/parse_errors.h"
#include "providers/agent/protect.h"
#include "providers/agent/tool_arguments.h"
#include "providers/agent/tool_search.h"
#include "providers/agent/tool_text.h"

namespace fimd::providers::agent {
namespace {

constexpr size_t kExcerptLines = 40;
constexpr size_t kExcerptContext = 4;
constexpr size_t kDirectoryEntries = 50;
constexpr size_t kDiagnosticsShown = 20;

ToolResult wrong(std::string text) {
  return {std::move(text), true};
}

// How many single letters must change, up to `most`.
size_t distance(std::string_view a, std::string_view b, size_t most) {
  if (a.size() > b.size() + most || b.size() > a.size() + most) return most + 1;
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t corner = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t next = std::min({row[j] + 1, row[j - 1] + 1, corner + (a[i - 1] == b[j - 1] ? 0 : 1)});
      corner = row[j];
      row[j] = next;
    }
  }
  return row[b.size()];
}

// Up to three paths that may have been meant: of the same name first, then of a like one.
std::string similar_paths(const std::vector<ListedFile>& files, const std::string& path) {
  const std::string_view name = context::name_of(path);
  std::vector<std::pair<size_t, std::string_view>> found;
  for (const ListedFile& file : files) {
    const std::string_view other = context::name_of(file.path);
    const size_t far = other == name ? 0 : distance(name.substr(0, 100), other.substr(0, 100), 3);
    if (far <= 3 && far < std::max<size_t>(name.size(), 1)) found.emplace_back(far, file.path);
  }
  std::sort(found.begin(), found.end());
  std::string out;
  for (size_t i = 0; i < std::min<size_t>(found.size(), 3); ++i)
    out += (i == 0 ? "" : ", ") + shown_line(found[i].second);
  return out;
}

std::string shown_name(const std::string& path) {
  return path.empty() ? "." : shown_line(path);
}

// A file that cannot be read, in words.
ToolResult unreadable(Overlay& overlay, const std::string& path, const Error& error, const std::stop_token& stop) {
  if (const auto entries = overlay.list(path)) {
    std::string out = shown_name(path) + " is a directory:\n";
    for (size_t i = 0; i < std::min(entries->size(), kDirectoryEntries); ++i)
      out += "  " + shown_line((*entries)[i].name) + ((*entries)[i].is_directory ? "/\n" : "\n");
    if (entries->size() > kDirectoryEntries) out += fmt::format("[{} more]\n", entries->size() - kDirectoryEntries);
    return wrong(out);
  }
  if (error.code != Error::Code::not_found) return wrong(shown_line(error.message));
  const std::string similar = similar_paths(overlay.files(stop), path);
  return wrong("no such file: " + shown_name(path) + (similar.empty() ? "" : "\nsimilar: " + similar));
}

std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  return text;
}

ToolResult read_file(Overlay& overlay, const std::string& path, const Arguments& arguments,
                     const std::stop_token& stop) {
  const auto file = overlay.read(path);
  if (!file) return unreadable(overlay, path, file.error(), stop);
  const Lines lines = lines_of(without_mark(file->text));
  const size_t first = arguments.count("start_line", 1, SIZE_MAX), most = arguments.count("line_count", 400, 1000);
  const std::string_view state = file->edited ? " (with your edits)" : file->unsaved ? " (editor buffer, unsaved)" : "";
  if (lines.empty()) return {shown_line(path) + " is empty" + std::string(state) + "\n", false};
  if (first > lines.size())
    return wrong(fmt::format("{} has {} lines; start_line {} is past its end", shown_line(path), lines.size(), first));
  Output out(Toolbox::kResultBytes - 1200);
  const size_t end = first - 1 + std::min(most, lines.size() - (first - 1));
  size_t at = first - 1;
  while (at < end && out.add(gutter_line(at + 1, lines[at]))) ++at;
  std::string text = fmt::format("{}, lines {}-{} of {}{}\n", shown_line(path), first, at, lines.size(), state);
  if (file->lossy) text += "[not valid UTF-8: shown with replacement characters, cannot be edited]\n";
  text += out.text();
  if (at < lines.size())
    text += fmt::format("[{} lines below; next: read_file start_line={}]\n", lines.size() - at, at + 1);
  return {text, false};
}

ToolResult list_files(Overlay& overlay, const Arguments& arguments, const std::stop_token& stop) {
  const auto filter = glob_filter(arguments.text("glob", "*"));
  const size_t limit = arguments.count("limit", 100, 500);
  std::vector<const ListedFile*> found;
  for (const ListedFile& file : overlay.files(stop)) {
    if (filter(file.path)) found.push_back(&file);
  }
  std::stable_sort(found.begin(), found.end(), [](auto* a, auto* b) { return a->mtime_ns > b->mtime_ns; });
  Output out(Toolbox::kResultBytes - 300);
  out.add(fmt::format("{} files\n", found.size()));
  size_t shown = 0;
  while (shown < std::min(limit, found.size()) && out.add(shown_line(found[shown]->path) + "\n")) ++shown;
  if (shown < found.size()) out.note(fmt::format("[{} more; narrow with glob]\n", found.size() - shown));
  if (!overlay.listing_complete()) out.note("[the workspace has more files than are listed]\n");
  return {out.text(), false};
}

std::string_view name(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::information: return "information";
    case Severity::hint: return "hint";
  }
  return "error";
}

ToolResult get_diagnostics(Overlay& overlay, const std::vector<Diagnostic>& all, const std::string& path,
                           const std::stop_token& stop) {
  const auto file = overlay.read(path);
  if (!file) return unreadable(overlay, path, file.error(), stop);
  std::vector<const Diagnostic*> found;
  for (const Diagnostic& d : all) {
    if (d.path == path) found.push_back(&d);
  }
  std::stable_sort(found.begin(), found.end(), [](auto* a, auto* b) { return a->severity < b->severity; });
  const context::Tree tree = tree_of(path, file->text, stop);
  const std::vector<size_t> broken = error_lines(tree, kDiagnosticsShown + 1);
  Output out(Toolbox::kResultBytes - 300);
  out.add(shown_line(path) + "\n");
  if (file->edited && !found.empty()) out.add("[from the editor, before your edits: lines may have moved]\n");
  for (size_t i = 0; i < std::min(found.size(), kDiagnosticsShown); ++i) {
    const Diagnostic& d = *found[i];
    const std::string code = d.code.empty() ? "" : "[" + d.code + "]";
    const std::string source = d.source.empty() ? "" : " (" + d.source + ")";
    out.add(shown_line(fmt::format("{}:{} {}{} {}{}", d.line, d.column, name(d.severity), code, d.message, source)) +
            "\n");
  }
  if (found.size() > kDiagnosticsShown)
    out.note(fmt::format("[{} more from the editor]\n", found.size() - kDiagnosticsShown));
  for (size_t i = 0; i < std::min(broken.size(), kDiagnosticsShown); ++i)
    out.add(fmt::format("{}:1 error syntax error in or near this line (parser)\n", broken[i] + 1));
  if (broken.size() > kDiagnosticsShown) out.note("[more lines with syntax errors]\n");
  if (found.empty() && broken.empty())
    out.add(tree ? "no errors or warnings\n" : "nothing reported; no parser for this file\n");
  return {out.text(), false};
}

// What the file looks like around the edit, so that it need not be read again.
std::string excerpt(std::string_view text, size_t first, size_t last) {
  const Lines lines = lines_of(without_mark(text));
  const size_t from = first - 1 < kExcerptContext ? 0 : first - 1 - kExcerptContext;
  const size_t end = std::min({lines.size(), last + kExcerptContext, from + kExcerptLines});
  std::string out;
  for (size_t i = from; i < end && out.size() < Toolbox::kResultBytes / 2; ++i) out += gutter_line(i + 1, lines[i]);
  if (end < std::min(lines.size(), last + kExcerptContext)) out += "[the edit goes on below]\n";
  return out;
}

// Whether the file parses worse than before, and where. The edit stays: several small ones may pass a broken state.
std::string parse_delta(const std::string& path, const std::string& before, const std::string& after,
                        const std::stop_token& stop) {
  const context::Tree now = tree_of(path, after, stop);
  if (!now) return "";
  const size_t errors = now.errors();
  if (errors == 0) return "parses without errors\n";
  const context::Tree old = tree_of(path, before, stop);
  const size_t were = old ? old.errors() : 0;
  if (errors <= were) return fmt::format("syntax errors: {}, no more than before\n", errors);
  std::string out = fmt::format("WARNING: syntax errors {}, before this edit {}; near lines", errors, were);
  for (const size_t line : error_lines(now, 8)) out += fmt::format(" {}", line + 1);
  return out + "\n";
}

ToolResult run_check(Checks& checks, const Overlay& overlay, const std::string& filter, const std::stop_token& stop) {
  const auto checked = checks.check(overlay.changed(), filter, stop);
  return checked ? ToolResult{checked->report, false} : wrong("run_check: " + checked.error().message);
}

ToolResult run_command(Checks& checks, const Overlay& overlay, const Arguments& arguments,
                       const std::stop_token& stop) {
  const auto ran = checks.command(arguments.words("argv"), arguments.text("reason"), overlay.changed(), stop);
  return ran ? ToolResult{*ran, false} : wrong("run_command: " + ran.error().message);
}

ToolResult refused(const std::string& path, std::string_view why, std::string_view rest) {
  return wrong(fmt::format("edit_file: NOT APPLIED ({}). {} is unchanged.\n{}", why, shown_name(path), rest));
}

}  // namespace

Toolbox::Toolbox(Overlay& overlay, context::IndexPtr index, std::vector<Diagnostic> diagnostics)
    : overlay_(overlay), index_(std::move(index)), diagnostics_(std::move(diagnostics)) {}

ToolResult Toolbox::create(const std::string& path, const std::string& text, const std::stop_token& stop) {
  if (const auto made = overlay_.create(path, text); !made)
    return refused(path, "not possible", shown_line(made.error().message));
  seen_.insert(path);
  return {"applied (new file), now:\n" + excerpt(text, 1, kExcerptLines) + parse_delta(path, "", text, stop), false};
}

ToolResult Toolbox::edit(const std::string& path, const Request& request, const std::stop_token& stop) {
  const auto refuse = [&](std::string_view why, std::string_view rest) { return refused(path, why, rest); };
  auto base = overlay_.read(path);
  const bool is_new = !base && base.error().code == Error::Code::not_found;
  const bool reported = std::any_of(diagnostics_.begin(), diagnostics_.end(), [&](auto& d) { return d.path == path; });
  if (const auto what = protected_as(path, is_new); !what.empty() && !reported)
    return refuse("protected", fmt::format("It is {}. Fix the code instead.", what));
  if (is_of_check(path) && !reported) return refuse("protected", "The check runs it. Fix the code instead.");
  if (is_new && request.old_string.empty()) return create(path, request.new_string, stop);
  if (!base) return unreadable(overlay_, path, base.error(), stop);
  if (base->lossy) return refuse("not valid UTF-8", "Files in other encodings cannot be edited.");
  const std::string language = language_of(path, base->text);
  const std::string shown = shown_line(path);
  const auto edit = replace_text({.path = shown,
                                  .language = language,
                                  .text = base->text,
                                  .old_string = request.old_string,
                                  .new_string = request.new_string,
                                  .replace_all = request.replace_all,
                                  .exact_only = !seen_.contains(path),
                                  .stop = stop});
  if (!edit) return failed_edit(path, edit.error().message);
  failures_.erase(path);
  seen_.insert(path);
  if (const auto kept = overlay_.edit(path, *base, edit->text); !kept)
    return refuse("not possible", shown_line(kept.error().message));
  const std::string_view how = note(edit->rung);
  std::string head = "applied";
  if (!how.empty()) head += fmt::format(" ({})", how);
  if (edit->places > 1) head += fmt::format(" in {} places", edit->places);
  const size_t last = edit->places > 1 ? edit->first_line : edit->last_line;
  return {
      head + ", now:\n" + excerpt(edit->text, edit->first_line, last) + parse_delta(path, base->text, edit->text, stop),
      false};
}

bool Toolbox::offers(std::string_view tool) const {
  if (only_reads_ && (tool == "edit_file" || starts_programs(tool))) return false;
  if (tool == "run_check") return checks_ != nullptr && checks_->has_check();
  if (tool == "run_command") return checks_ != nullptr && checks_->commands() != Commands::off;
  return true;
}

bool Toolbox::is_of_check(const std::string& path) const { return checks_ != nullptr && checks_->protects(path); }

// What a model needs more of after each failure in a row on one file.
ToolResult Toolbox::failed_edit(const std::string& path, std::string text) {
  const size_t failures = ++failures_[path];
  if (failures >= 3)
    text += "\nThis was failure " + std::to_string(failures) + " in a row on this file: read_file it again first.";
  std::string out;
  for (const std::string_view line : lines_of(text)) out += shown_line(line) + "\n";
  return wrong(std::move(out));
}

ToolResult Toolbox::run(const ToolCall& call, const std::stop_token& stop) {
  const ToolSpec* tool = find_tool(call.name);
  if (tool == nullptr || !offers(tool->name)) {
    std::string names;
    for (const ToolSpec& t : tool_specs()) {
      if (offers(t.name)) names += (names.empty() ? "" : ", ") + std::string(t.name);
    }
    return wrong("no tool \"" + harmless(context::to_valid_utf8(call.name.substr(0, 100))) + "\". tools: " + names);
  }
  const auto arguments = Arguments::check(*tool, call.arguments);
  if (!arguments) return wrong(arguments.error().message);
  const Seen seen = [this](const std::string& path) { seen_.insert(path); };
  if (tool->name == "run_check") return run_check(*checks_, overlay_, arguments->text("filter"), stop);
  if (tool->name == "run_command") return run_command(*checks_, overlay_, *arguments, stop);
  if (tool->name == "list_files") return list_files(overlay_, *arguments, stop);
  if (tool->name == "search_text") return search_text(overlay_, *arguments, seen, stop);
  if (tool->name == "find_symbol") return find_symbol(overlay_, index_, *arguments, seen, stop);
  const auto path = overlay_.resolve(arguments->text("path"));
  if (!path) return wrong(path.error().message);
  if (tool->name == "get_diagnostics") return get_diagnostics(overlay_, diagnostics_, *path, stop);
  if (tool->name == "edit_file") {
    return edit(*path, {arguments->text("old_string"), arguments->text("new_string"), arguments->flag("replace_all")},
                stop);
  }
  ToolResult result = read_file(overlay_, *path, *arguments, stop);
  if (!result.error) seen_.insert(*path);
  return result;
}

}  // namespace fimd::providers::agent
