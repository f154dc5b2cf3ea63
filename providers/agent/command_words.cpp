#include "providers/agent/command_words.h"

#include <algorithm>
#include <array>

#include "context/paths.h"

namespace fimd::providers::agent {
namespace {

constexpr std::string_view kFilter = "{filter}";
constexpr size_t kFilterBytes = 200;
constexpr auto kShellWords = std::to_array<std::string_view>({"&&", "||", "|", ";", "&", ">", ">>", "<", "2>", "2>&1"});

bool is_interpreter(std::string_view program) {
  constexpr auto kNames =
      std::to_array<std::string_view>({"sh", "bash", "dash", "zsh", "node", "perl", "ruby", "deno", "bun"});
  return program.starts_with("python") || std::find(kNames.begin(), kNames.end(), program) != kNames.end();
}

// What is run by an interpreter: its first word that is no option; none where code or a module is named by one.
std::string_view script_of(const std::vector<std::string>& words) {
  for (size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "-m" || words[i] == "-c" || words[i] == "-e") return {};
    if (!words[i].starts_with('-')) return words[i];
  }
  return {};
}

std::optional<std::string> in_workspace(std::string_view path, std::string_view root) {
  if (path.starts_with(root) && path.size() > root.size() && path[root.size()] == '/')
    path.remove_prefix(root.size() + 1);
  if (path.empty() || path.starts_with('/')) return std::nullopt;
  return context::join_path("", path);
}

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false, quoted = false;
  char quote = 0;
  const auto close = [&] {
    if (!in_word) return true;
    if (!quoted && std::find(kShellWords.begin(), kShellWords.end(), word) != kShellWords.end()) return false;
    words.push_back(std::exchange(word, {}));
    in_word = quoted = false;
    return true;
  };
  bool plain = true;
  for (size_t i = 0; i < text.size() && plain; ++i) {
    const char c = text[i];
    if (quote == 0 && (c == ' ' || c == '\t' || c == '\n')) {
      plain = close();
      continue;
    }
    in_word = true;
    if (c == '\\' && quote != '\'' && i + 1 < text.size()) {
      word += text[++i];
      quoted = true;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
      quoted = true;
    } else if (c == quote) {
      quote = 0;
    } else {
      word += c;
    }
  }
  if (quote != 0) return fail(Error::Code::bad_input, "a quote has no end");
  if (!plain || !close())
    return fail(Error::Code::bad_input, "there is no shell: write [\"sh\", \"-c\", \"...\"] for " + word);
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += ' ';
    const bool simple = !word.empty() && word.find_first_of(" \t\n'\"\\$`;&|<>*?()") == std::string::npos;
    if (simple) {
      out += word;
      continue;
    }
    out += '\'';
    for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    out += '\'';
  }
  return out;
}

std::vector<std::string> files_of_check(const std::vector<std::string>& words, std::string_view root) {
  std::vector<std::string> out;
  if (words.empty()) return out;
  const std::string program(context::name_of(words[0]));
  const auto add = [&](std::string_view path) {
    if (auto inside = in_workspace(path, root)) out.push_back(*std::move(inside));
  };
  if (words[0].find('/') != std::string::npos) add(words[0]);
  if (is_interpreter(program)) add(script_of(words));
  if (program == "make" || program == "gmake") out.insert(out.end(), {"Makefile", "makefile", "GNUmakefile"});
  if (program == "npm" || program == "yarn" || program == "pnpm" || program == "npx") out.emplace_back("package.json");
  if (program == "just") out.emplace_back("justfile");
  return out;
}

Result<std::vector<std::string>> with_filter(const std::vector<std::string>& words, std::string_view filter) {
  constexpr std::string_view kAllowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:*[] -";
  const bool good = filter.size() <= kFilterBytes && !filter.starts_with('-') &&
                    filter.find_first_not_of(kAllowed) == std::string_view::npos;
  if (!good)
    return fail(Error::Code::bad_input,
                "filter: only letters, digits and _./:*[] - are allowed, and no - at its beginning");
  std::vector<std::string> out;
  bool taken = filter.empty();
  for (const std::string& word : words) {
    if (word != kFilter) out.push_back(word);
    else if (!filter.empty()) out.emplace_back(filter);
    taken = taken || word == kFilter;
  }
  if (!taken) return fail(Error::Code::bad_input, "filter: this check takes none; call run_check without it");
  return out;
}

}  // namespace fimd::providers::agent
