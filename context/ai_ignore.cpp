#include "context/ai_ignore.h"

#include <algorithm>
#include <array>

namespace fimd::context {
namespace {

constexpr size_t kMost = 1U << 20;
constexpr size_t kDepth = 64;

constexpr auto kNames = std::to_array<std::string_view>(
    {".agentsignore",  ".aiderignore",    ".aiexclude",      ".aiignore",      ".augmentignore", ".claudeignore",
     ".clineignore",   ".codeiumignore",  ".continueignore", ".copilotignore", ".cursorignore",  ".fimdignore",
     ".geminiignore",  ".kilocodeignore", ".kiroignore",     ".llmignore",     ".qwenignore",    ".readignore",
     ".repomixignore", ".rooignore",      ".tabnineignore"});

// Whether a list takes out a path below its folder, or one of the folders on the way.
bool takes_out(const IgnoreList& list, std::string_view path) {
  for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    if (list.verdict(path.substr(0, slash), true) == Verdict::ignored) return true;
  }
  return list.verdict(path, false) == Verdict::ignored;
}

}  // namespace

std::span<const std::string_view> ai_ignore_files() {
  return kNames;
}

bool is_ai_ignore_file(std::string_view name) {
  return std::binary_search(kNames.begin(), kNames.end(), name);
}

IgnoreList ai_patterns(std::string_view name, std::string_view text) {
  if (name != ".aiexclude") return IgnoreList(text, Case::ignored);
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return IgnoreList("*", Case::ignored);
  std::string kept;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (!text.starts_with('!')) kept += std::string(text.substr(0, end)) + '\n';
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return IgnoreList(kept, Case::ignored);
}

std::string ai_ignored_by(const FileSource& source, const std::string& root, std::string_view path) {
  if (source.read(root + "/.noai", kMost).has_value()) return ".noai";
  size_t start = 0;  // of what lies below the folder
  for (size_t depth = 0; depth < kDepth; ++depth) {
    const std::string folder(path.substr(0, start));
    for (const std::string_view name : kNames) {
      const std::string file = folder + std::string(name);
      const auto text = source.read(root + "/" + file, kMost);
      if (!text && text.error().code == Error::Code::not_found) continue;
      if (!text || takes_out(ai_patterns(name, *text), path.substr(start))) return file;
    }
    const size_t slash = path.find('/', start);
    if (slash == std::string_view::npos) return "";
    start = slash + 1;
  }
  return "";
}

}  // namespace fimd::context
