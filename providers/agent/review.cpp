#include "providers/agent/review.h"

#include <fmt/format.h>

#include <array>

#include "context/ignore.h"
#include "context/text.h"
#include "providers/agent/diff.h"
#include "providers/agent/review_names.h"
#include "providers/agent/tool_text.h"

namespace fimd::providers::agent {
namespace {

constexpr size_t kManyLines = 200;

// clang-format off
constexpr auto kSilencers = std::to_array<std::string_view>({
    "NOLINT", "noqa", "type: ignore", "pyright: ignore", "pylint: disable", "eslint-disable", "@ts-ignore", "@ts-nocheck",
    "@ts-expect-error", "#[allow", "#![allow", "#pragma GCC diagnostic ignored", "#pragma clang diagnostic ignored",
    "#pragma warning(disable", "@SuppressWarnings", "nolint", "t.Skip", "pytest.mark.skip", "pytest.skip", "xfail",
    "unittest.skip", "GTEST_SKIP", "DISABLED_", "it.skip", "describe.skip", "test.skip", "rubocop:disable"});
constexpr auto kBuilds = std::to_array<std::string_view>({
    "Makefile", "makefile", "GNUmakefile", "CMakeLists.txt", "*.cmake", "meson.build", "build.rs", "build.gradle*", "pom.xml",
    "package.json", "setup.py", "pyproject.toml", "Cargo.toml", "go.mod", "conftest.py", "justfile", "Dockerfile", "*.sh", ".envrc",
    "requirements*.txt", "Gemfile", "composer.json", "pubspec.yaml", "*.csproj"});
// clang-format on

bool is_new_line_of(const ChangedFile& file, const std::string& word, std::string_view line) {
  return line.find(word) != std::string_view::npos &&
         (!file.original || file.original->find(line) == std::string::npos);
}

}  // namespace

std::vector<std::string> review_of(std::span<const ChangedFile> patch) {
  static const context::Globs builds(kBuilds, context::Case::sensitive);
  std::vector<std::string> out;
  size_t lines = 0;
  for (const ChangedFile& file : patch) {
    const std::string name = shown_line(file.path), before = file.original.value_or("");
    if (builds.match(file.path)) out.push_back(name + ": builds run this file");
    const auto after = split_lines(file.current);
    for (const LineChange& change : changes(split_lines(before), after)) {
      lines += change.before_end - change.before + change.after_end - change.after;
      for (size_t i = change.after; i < change.after_end; ++i) {
        for (const std::string_view word : kSilencers) {
          if (is_new_line_of(file, std::string(word), after[i]))
            out.push_back(fmt::format("{}:{}: adds \"{}\"", name, i + 1, word));
        }
        for (const std::string& what : names_newly(file.path, before, after[i]))
          out.push_back(fmt::format("{}:{}: {}", name, i + 1, shown_line(what)));
        std::string_view line = after[i];
        while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
        if (harmless(line) != line)
          out.push_back(fmt::format("{}:{}: adds characters that cannot be seen", name, i + 1));
      }
    }
  }
  if (lines > kManyLines) out.push_back(fmt::format("{} lines are changed", lines));
  return out;
}

}  // namespace fimd::providers::agent
