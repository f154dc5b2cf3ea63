#include "providers/agent/protect.h"

#include <array>

#include "context/ignore.h"

namespace fimd::providers::agent {
namespace {

using context::Case;
using context::Globs;

// clang-format off
constexpr auto kTests = std::to_array<std::string_view>({
    "test/", "tests/", "__tests__/", "__snapshots__/", "*_test.*", "*_tests.*", "*.test.*", "*.spec.*", "test_*.py",
    "conftest.py", "*.snap", "*Test.java", "*Tests.java", "*Test.kt", "*Tests.cs"});
constexpr auto kChecks = std::to_array<std::string_view>({
    ".github/", ".gitlab-ci.yml", ".circleci/", ".travis.yml", "azure-pipelines.yml", "Jenkinsfile", ".eslintrc*",
    "eslint.config.*", "tsconfig*.json", ".clang-tidy", ".clang-format", ".golangci*", ".pre-commit-config.yaml",
    "pytest.ini", "tox.ini", "setup.cfg", "mypy.ini", ".flake8", "ruff.toml", ".ruff.toml"});
constexpr auto kLocks = std::to_array<std::string_view>({
    "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock*", "Cargo.lock",
    "poetry.lock", "Pipfile.lock", "uv.lock", "composer.lock", "Gemfile.lock", "go.sum", "flake.lock"});
constexpr auto kInstructions = std::to_array<std::string_view>({
    ".git*", "AGENTS.md", "CLAUDE.md", "GEMINI.md", "copilot-instructions.md", ".cursor*", ".windsurf*", ".clinerules*",
    ".vscode/", ".idea/", ".mcp.json", "mcp.json", ".env*", ".fimd/", ".husky/", "*.code-workspace"});
// clang-format on

}  // namespace

std::string_view protected_as(std::string_view path, bool is_new) {
  static const Globs tests(kTests, Case::ignored), checks(kChecks, Case::ignored), locks(kLocks, Case::ignored),
      instructions(kInstructions, Case::ignored);
  if (instructions.match(path)) return "a file that editors, agents or git act on";
  if (checks.match(path)) return "configuration of checks";
  if (locks.match(path)) return "a lock file";
  if (!is_new && tests.match(path)) return "an existing test";
  return "";
}

}  // namespace fimd::providers::agent
