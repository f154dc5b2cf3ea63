// Which language has bare values, and what the cursor stands in.
#include <algorithm>
#include <array>

#include "context/secrets.h"
#include "context/secrets/automaton.h"
#include "context/secrets/checks.h"
#include "context/secrets/rules.h"

namespace fimd::context {

using namespace secrets;

namespace {

// clang-format off
constexpr auto kCode = std::to_array<std::string_view>({
    "c", "cpp", "csharp", "cs", "cuda-cpp", "objective-c", "objective-cpp", "go", "java", "javascript",
    "javascriptreact", "typescript", "typescriptreact", "kotlin", "python", "ruby", "rust", "swift", "scala", "php",
    "lua", "elisp", "emacs-lisp", "perl", "dart", "haskell", "elixir", "erlang", "julia", "r", "zig", "ocaml",
    "fsharp", "groovy", "clojure", "lisp", "scheme", "vue", "svelte", "nim", "vb", "pascal", "fortran", "solidity",
    "verilog", "systemverilog", "vhdl", "graphql", "css", "scss", "less", "glsl", "cmake"});
constexpr auto kCodeEndings = std::to_array<std::string_view>({
    ".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx", ".inc", ".cs", ".go", ".java", ".js", ".jsx", ".mjs",
    ".cjs", ".ts", ".tsx", ".mts", ".cts", ".kt", ".kts", ".py", ".pyi", ".rb", ".rs", ".swift", ".scala", ".php",
    ".lua", ".el", ".pl", ".pm", ".dart", ".hs", ".ex", ".exs", ".erl", ".jl", ".r", ".zig", ".ml", ".mli", ".fs",
    ".groovy", ".gradle", ".clj", ".m", ".mm", ".vue", ".svelte", ".nim", ".sol", ".v", ".sv", ".css", ".scss"});
// clang-format on

constexpr size_t kLine = 2048;

// A token that is being typed: a family's beginning and some characters of its body.
std::optional<SecretAtCursor> token_being_typed(std::string_view text, size_t offset) {
  const size_t back = offset - std::min<size_t>(offset, 400);
  const size_t newline = text.substr(back, offset - back).find_last_of("\n \t\"'");
  const size_t from = newline == std::string_view::npos ? back : back + newline + 1;
  const std::string_view typed = text.substr(from, offset - from);
  const Automaton& words = automaton();
  for (auto stop = words.run(typed, 0, typed.size(), words.start()); stop.at <= typed.size();
       stop = words.run(typed, stop.at, typed.size(), stop.state)) {
    for (const Keyword& keyword : words.keywords(stop.state)) {
      if (keyword.verifier != Verifier::family) continue;
      const size_t at = stop.at - keyword.length;
      const auto body = begins_shape(family_shapes()[keyword.family], typed, at);
      if (!body || *body < 4) continue;
      const std::string_view behind = typed.substr(typed.size() - *body);
      const Kinds k = kinds_of(behind);
      // Short prefixes are also the beginnings of ordinary names.
      const bool weak = families()[keyword.family].check == Check::mixed || keyword.length < 5;
      if (is_redacted(behind) || (weak && (*body < 8 || k.digits == 0))) continue;
      return SecretAtCursor{"a token is being typed (" + std::string(families()[keyword.family].name) + ")", from + at};
    }
  }
  return std::nullopt;
}

}  // namespace

TextKind text_kind(std::string_view language, std::string_view path) {
  if (std::find(kCode.begin(), kCode.end(), language) != kCode.end()) return TextKind::code;
  if (!language.empty() && language != "plaintext") return TextKind::data;
  const size_t dot = path.rfind('.');
  if (dot == std::string_view::npos) return TextKind::data;
  return std::find(kCodeEndings.begin(), kCodeEndings.end(), path.substr(dot)) != kCodeEndings.end() ? TextKind::code
                                                                                                     : TextKind::data;
}

std::optional<SecretAtCursor> secret_at_cursor(std::string_view text, size_t offset, const Secrets& secrets,
                                               TextKind kind) {
  offset = std::min(offset, text.size());
  for (const Secret& s : secrets.found) {
    if (s.begin > offset) break;
    // Directly behind it the next key makes it longer; directly in front there is nothing to see of it.
    const bool block = s.form == Secret::Form::block;
    if (offset > s.begin || block) {
      if (offset <= s.end)
        return SecretAtCursor{"the cursor stands in a secret (" + std::string(secret_rule(s)) + ")", s.begin};
    }
  }
  if (auto typed = token_being_typed(text, offset)) return typed;
  const size_t back = offset - std::min(offset, kLine);
  const size_t newline = text.substr(back, offset - back).rfind('\n');
  const size_t from = newline == std::string_view::npos ? back : back + newline + 1;
  const size_t end = std::min({text.size(), text.find('\n', offset), offset + kLine});
  const auto place = value_place(text.substr(from, end - from), offset - from, kind);
  if (!place) return std::nullopt;
  return SecretAtCursor{place->empty ? "the value of a secret goes here" : "the value of a secret is being typed",
                        from + place->begin};
}

}  // namespace fimd::context
