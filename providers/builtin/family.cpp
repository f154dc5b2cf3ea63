// Which files share a corpus: those whose lines can be copied into one another.
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "providers/builtin/builtin.h"

namespace fimd::providers::builtin {
namespace {

using Entry = std::pair<std::string_view, std::string_view>;

// clang-format off
constexpr auto kFamilies = std::to_array<Entry>({
    {"c", "c"}, {"h", "c"}, {"cc", "c"}, {"cpp", "c"}, {"cxx", "c"}, {"c++", "c"}, {"hh", "c"}, {"hpp", "c"},
    {"hxx", "c"}, {"h++", "c"}, {"inl", "c"}, {"ipp", "c"}, {"tpp", "c"}, {"inc", "c"}, {"cu", "c"}, {"cuh", "c"},
    {"m", "c"}, {"mm", "c"}, {"ino", "c"}, {"glsl", "glsl"}, {"vert", "glsl"}, {"frag", "glsl"}, {"wgsl", "glsl"},
    {"py", "python"}, {"pyi", "python"}, {"pyx", "python"}, {"pxd", "python"}, {"bzl", "python"},
    {"js", "javascript"}, {"mjs", "javascript"}, {"cjs", "javascript"}, {"jsx", "javascript"}, {"ts", "javascript"},
    {"mts", "javascript"}, {"cts", "javascript"}, {"tsx", "javascript"}, {"vue", "javascript"},
    {"svelte", "javascript"}, {"astro", "javascript"},
    {"go", "go"}, {"rs", "rust"}, {"zig", "zig"}, {"d", "d"}, {"swift", "swift"}, {"dart", "dart"},
    {"java", "java"}, {"kt", "java"}, {"kts", "java"}, {"scala", "java"}, {"groovy", "java"}, {"gradle", "java"},
    {"cs", "csharp"}, {"fs", "fsharp"}, {"vb", "vb"}, {"rb", "ruby"}, {"rake", "ruby"}, {"php", "php"},
    {"sh", "shell"}, {"bash", "shell"}, {"zsh", "shell"}, {"fish", "shell"}, {"ps1", "powershell"},
    {"psm1", "powershell"}, {"lua", "lua"}, {"pl", "perl"}, {"pm", "perl"}, {"r", "r"}, {"jl", "julia"},
    {"ex", "elixir"}, {"exs", "elixir"}, {"erl", "erlang"}, {"hrl", "erlang"}, {"hs", "haskell"}, {"ml", "ocaml"},
    {"mli", "ocaml"}, {"clj", "clojure"}, {"cljs", "clojure"}, {"cljc", "clojure"}, {"el", "lisp"}, {"lisp", "lisp"},
    {"scm", "lisp"}, {"nim", "nim"}, {"sql", "sql"}, {"cmake", "cmake"}, {"mk", "make"}, {"tf", "terraform"},
    {"hcl", "terraform"}, {"proto", "proto"}, {"graphql", "graphql"}, {"gql", "graphql"}, {"html", "html"},
    {"htm", "html"}, {"xml", "html"}, {"css", "css"}, {"scss", "css"}, {"less", "css"}, {"sass", "css"},
    {"json", "json"}, {"jsonc", "json"}, {"yaml", "yaml"}, {"yml", "yaml"}, {"toml", "toml"}, {"ini", "toml"},
    {"md", "text"}, {"rst", "text"}, {"txt", "text"}, {"tex", "tex"}, {"vim", "vim"}, {"nix", "nix"}, {"v", "verilog"},
    {"sv", "verilog"}, {"vhd", "vhdl"}, {"f90", "fortran"}, {"f", "fortran"}, {"asm", "asm"}, {"s", "asm"},
});
constexpr auto kNames = std::to_array<Entry>({
    {"cmakelists.txt", "cmake"}, {"makefile", "make"}, {"gnumakefile", "make"}, {"dockerfile", "docker"},
    {"containerfile", "docker"}, {"rakefile", "ruby"}, {"gemfile", "ruby"}, {"build", "python"},
    {"workspace", "python"}, {"jenkinsfile", "java"}, {"vagrantfile", "ruby"},
});
// clang-format on

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  return out;
}

std::string_view look_up(std::span<const Entry> entries, std::string_view key) {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.first == key; });
  return found == entries.end() ? std::string_view{} : found->second;
}

}  // namespace

std::string_view family_of(std::string_view path) {
  const size_t slash = path.rfind('/');
  const std::string name = lower(slash == std::string_view::npos ? path : path.substr(slash + 1));
  if (const auto by_name = look_up(kNames, name); !by_name.empty()) return by_name;
  const size_t dot = name.rfind('.');
  if (dot == std::string::npos || dot == 0) return {};
  return look_up(kFamilies, std::string_view(name).substr(dot + 1));
}

}  // namespace fimd::providers::builtin
