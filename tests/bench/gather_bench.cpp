// What gathering costs per keystroke, and how much of the prompt stays the same between two keystrokes.
//
// Usage: gather_bench [--lines N] [--index DIR] DIR...
// In every DIR, taken as a repository, N real lines are typed again, key by key, with the snippets of one key handed to
// the next. Printed: processor time of gather() per key (the tree is parsed outside of it), and of all tokens that a prompt has in
// front of the cursor the share that stands at the beginning of the last prompt as well, for the order of llama-server
// (other files, prefix, suffix) and of a template that begins with the suffix. --index DIR adds the files of a large tree
// to the index, so that lookups have something to search.
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "providers/fim_template.h"
#include "tests/bench/recall_parts.h"

namespace fimd::bench {
namespace {

// Processor time of this thread: the machine may be busy.
double used_us() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) / 1e3;
}

struct Keys {
  std::vector<double> us;
  double same_psm = 0, all_psm = 0, same_spm = 0, all_spm = 0, worst = 1;
  double recall_hit = 0, recall_all = 0;
  size_t rebuilt = 0;
};

providers::Prompt prompt_of(const Repo& repo, FileId file, const context::Gathered& gathered) {
  providers::Prompt prompt;
  prompt.prefix = gathered.prefix;
  prompt.suffix = gathered.suffix;
  prompt.path = repo.index->path(file);
  prompt.repo = "repo";
  for (const auto& snippet : gathered.snippets) prompt.extra.push_back({snippet.path, snippet.text});
  return prompt;
}

// What stands in front of the cursor, as one text.
std::string lead_of(const char* family, const providers::Prompt& prompt) {
  const auto rendered = providers::render_fim(family, prompt);
  if (!rendered) return {};
  const size_t end = rendered->text.rfind(prompt.prefix);
  return rendered->text.substr(0, end == std::string::npos ? rendered->text.size() : end + prompt.prefix.size());
}

void compare(const std::string& last, const std::string& now, double& same, double& all, double* worst) {
  const size_t n = std::min(last.size(), now.size());
  const auto common = static_cast<size_t>(std::mismatch(last.begin(), last.begin() + static_cast<std::ptrdiff_t>(n), now.begin()).first - last.begin());
  const auto whole = static_cast<double>(context::estimate_tokens(now));
  const auto kept = static_cast<double>(context::estimate_tokens(std::string_view(now).substr(0, common)));
  same += kept, all += whole;
  if (worst) *worst = std::min(*worst, kept / whole);
}

// Types a line again, after the line above it was finished.
void type_line(const Repo& repo, const Hidden& hidden, std::string_view line, const context::IndexPtr& index, Keys& keys) {
  context::Surroundings around;
  around.index = index;
  around.path = repo.index->path(hidden.file);
  for (const FileId file : recent_files(repo, hidden.file)) around.open.push_back({std::string(repo.index->path(file)), repo.texts[file]});
  context::GatherLimits limits;
  std::string last_psm, last_spm;
  std::vector<std::string> last_snippets;
  for (size_t key = 0; key <= line.size(); ++key) {
    std::string text = hidden.text->utf8;
    text.insert(hidden.offset, line.substr(0, key));
    const auto snapshot = std::make_shared<const context::Text>(context::make_text(hidden.text->uri, 3, hidden.text->language, std::move(text)));
    const auto tree = context::parse(snapshot, {}).value_or(context::Tree());
    const double start = used_us();
    const auto gathered = context::gather(snapshot, hidden.offset + key, tree, limits, around);
    keys.us.push_back(used_us() - start);
    limits.window_start = gathered.prefix_start;
    limits.window_head = gathered.prefix_head;
    around.last = gathered.choice;
    const auto prompt = prompt_of(repo, hidden.file, gathered);
    std::string psm = lead_of("qwen", prompt), spm = lead_of("codestral", prompt);
    if (key > 0) {
      compare(last_psm, psm, keys.same_psm, keys.all_psm, &keys.worst);
      compare(last_spm, spm, keys.same_spm, keys.all_spm, nullptr);
    }
    std::vector<std::string> texts;
    for (const auto& snippet : gathered.snippets) texts.push_back(snippet.text);
    keys.rebuilt += key > 0 && texts != last_snippets;
    last_snippets = std::move(texts);
    last_psm = std::move(psm), last_spm = std::move(spm);
  }
}

double at(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[std::min(values.size() - 1, static_cast<size_t>(share * static_cast<double>(values.size())))];
}

void print(const std::string& name, Keys& keys) {
  std::printf("%-46s %5zu keys  p50 %.2f ms  p99 %.2f ms  max %.2f ms  same front: llama %.1f %%, suffix first %.1f %%, snippets changed at %.1f %% of keys\n",
              name.c_str(), keys.us.size(), at(keys.us, 0.5) / 1000, at(keys.us, 0.99) / 1000, at(keys.us, 1) / 1000,
              100 * keys.same_psm / keys.all_psm, 100 * keys.same_spm / keys.all_spm,
              100 * static_cast<double>(keys.rebuilt) / static_cast<double>(keys.us.size()));
}

}  // namespace

int run(const std::vector<std::string>& folders, const std::string& large, size_t lines) {
  std::unique_ptr<Repo> more;
  if (!large.empty()) more = read_repo(large, 600U << 20);
  Keys all;
  for (const std::string& folder : folders) {
    const auto repo = read_repo(folder);
    Keys keys;
    for (const Hidden& hidden : hide_lines(*repo, lines, 5, false)) {
      // The line that was hidden, from the text as it is.
      const context::Text& whole = *repo->texts[hidden.file];
      const size_t line = context::line_of(*hidden.text, hidden.offset);
      const std::string_view typed = context::line_text(whole, line).substr(hidden.offset - hidden.text->lines[line]);
      context::IndexPtr index = hidden.index;
      if (more) {
        for (const auto& segment : more->index->segments()) index = with_segment(index, segment);
      }
      type_line(*repo, hidden, typed, index, keys);
    }
    print(folder, keys);
    all.us.insert(all.us.end(), keys.us.begin(), keys.us.end());
    all.same_psm += keys.same_psm, all.all_psm += keys.all_psm, all.same_spm += keys.same_spm, all.all_spm += keys.all_spm;
    all.rebuilt += keys.rebuilt;
  }
  print("all", all);
  return 0;
}

}  // namespace fimd::bench

int main(int argc, char** argv) {
  std::vector<std::string> folders;
  std::string large;
  size_t lines = 20;
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "--lines") == 0 && i + 1 < argc) lines = static_cast<size_t>(std::atoi(argv[++i]));
    else if (std::strcmp(argv[i], "--index") == 0 && i + 1 < argc) large = argv[++i];
    else folders.emplace_back(argv[i]);
  }
  if (folders.empty()) return std::fprintf(stderr, "usage: gather_bench [--lines N] [--index DIR] DIR...\n"), 2;
  return fimd::bench::run(folders, large, lines);
}
