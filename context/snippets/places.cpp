#include "context/snippets/places.h"

#include <algorithm>
#include <array>

namespace fimd::context::snippets {
namespace {

constexpr std::array<std::string_view, 9> kFamilies = {
    " c cpp objective-c objective-cpp cuda-cpp ",
    " javascript javascriptreact typescript typescriptreact vue svelte ",
    " java kotlin scala groovy ",
    " css scss less ",
    " python cython ",
    " html vue svelte ",
    " elixir erlang ",
    " csharp fsharp vb ",
    " verilog systemverilog "};

// Endings of files that belong together under one name.
constexpr std::array<std::string_view, 2> kEndings = {" .c .cc .cpp .cxx .h .hh .hpp .hxx .m .mm ",
                                                      " .js .jsx .ts .tsx .mjs .vue .svelte "};

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view without_ending(std::string_view name) { return name.substr(0, name.rfind('.')); }

bool cut_front(std::string_view& name, std::string_view mark) {
  if (!name.starts_with(mark) || name.size() == mark.size()) return false;
  name.remove_prefix(mark.size());
  return true;
}

bool cut_back(std::string_view& name, std::string_view mark) {
  if (!name.ends_with(mark) || name.size() == mark.size()) return false;
  name.remove_suffix(mark.size());
  return true;
}

bool cut_test_mark(std::string_view& name) {
  for (const std::string_view mark : {"test_", "tests_", "test-"}) {
    if (cut_front(name, mark)) return true;
  }
  for (const std::string_view mark :
       {"_test", "_tests", ".test", ".spec", "_spec", "-test", "-spec", "Test", "Tests", "Spec"}) {
    if (cut_back(name, mark)) return true;
  }
  return false;
}

}  // namespace

bool speak_alike(std::string_view language, std::string_view other) {
  if (language == other) return true;
  const std::string a = " " + std::string(language) + " ", b = " " + std::string(other) + " ";
  return std::ranges::any_of(kFamilies, [&](std::string_view family) {
    return family.find(a) != std::string_view::npos && family.find(b) != std::string_view::npos;
  });
}

std::string subject_of(std::string_view path) {
  std::string_view name = without_ending(file_name(path));
  cut_test_mark(name);
  return std::string(name);
}

bool is_test(std::string_view path) {
  std::string_view name = without_ending(file_name(path));
  return cut_test_mark(name);
}

bool are_partners(std::string_view path, std::string_view other) {
  if (path == other) return false;
  std::string_view a = without_ending(file_name(path)), b = without_ending(file_name(other));
  if (a.empty() || b.empty() || a.front() != b.front()) {
    // Only a mark in front can change the first letter.
    if (!a.starts_with("test") && !b.starts_with("test")) return false;
  }
  cut_test_mark(a);
  cut_test_mark(b);
  return a == b && a != "index" && a != "__init__" && a != "mod" && a != "main" && a != "lib";
}

std::vector<std::string> partner_names(std::string_view path) {
  const std::string_view name = file_name(path);
  const std::string ending(name.substr(without_ending(name).size()));
  const std::string subject = subject_of(path);
  std::vector<std::string> endings = {ending};
  for (const std::string_view group : kEndings) {
    if (group.find(" " + ending + " ") == std::string_view::npos) continue;
    for (size_t at = 1; at < group.size(); at = group.find(' ', at) + 1) {
      const std::string_view other = group.substr(at, group.find(' ', at) - at);
      if (other != ending) endings.emplace_back(other);
    }
  }
  std::vector<std::string> out;
  for (const std::string& e : endings) {
    out.push_back(subject + e);
    for (const std::string_view mark : {"test_"}) out.push_back(std::string(mark) + subject + e);
    for (const std::string_view mark : {"_test", ".test", ".spec", "_spec", "Test"})
      out.push_back(subject + std::string(mark) + e);
  }
  return out;
}

size_t common_folders(std::string_view path, std::string_view other) {
  size_t folders = 0;
  for (size_t i = 0; i < std::min(path.size(), other.size()) && path[i] == other[i]; ++i) folders += path[i] == '/';
  return folders;
}

}  // namespace fimd::context::snippets
