// Fill-in-the-middle prompts written by us: a table of model families, each with the tokens and the order it was
// trained on, and the rules that keep a user's own text from being read as such tokens.
//
// The forms are those of the families' model cards, papers and tokenizers. A server that renders the prompt itself
// (llama.cpp's /infill, Mistral's API) does not need this. Pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"
#include "providers/provider.h"

namespace fimd::providers {

// The family of models that only continue a text. Its prompts hold no suffix.
inline constexpr std::string_view kPrefixOnly = "prefix";

// In a configuration: the server renders the prompt, prefix and suffix are sent apart.
inline constexpr std::string_view kServerRenders = "server";

struct FimPrompt {
  std::string text;
  std::vector<std::string> stop;  // texts that end the answer, most likely first; without those of the prompt itself
};

// All names that render_fim() knows, for the configuration's schema.
[[nodiscard]] std::span<const std::string_view> fim_families();

// The family that a model's name tells ("Qwen/Qwen2.5-Coder-7B", "codellama:7b-code", a path of a GGUF file):
// kPrefixOnly for models that are known to have no such training, empty when the name tells nothing.
[[nodiscard]] std::string_view fim_family_of(std::string_view model);

// Writes a prompt for a family. Other files take the family's own multi-file form, or become commented lines in front
// of the prefix where it has none.
//
// Text that spells one of the family's special tokens would be read as that token. The windows are cut where such text
// begins (whole lines, the part near the cursor stays), other files that hold it are left out. Errors: bad_input (such
// text is on the cursor's own line), not_found (no such family).
[[nodiscard]] Result<FimPrompt> render_fim(std::string_view family, const Prompt& prompt);

// A prompt that somebody else wrote for a family, taken apart: prefix, suffix, and where the form tells them the file's
// path and other files. Text in front of the prompt proper that is of no known form becomes part of the prefix.
// nullopt: it is not the form of any family, so it is a text as it stands.
[[nodiscard]] std::optional<Prompt> parse_fim(std::string_view text);

// The special tokens of a family, as text. Empty for kPrefixOnly and unknown names.
[[nodiscard]] std::span<const std::string_view> fim_tokens(std::string_view family);

// A prompt without text that spells one of `tokens`, by the rules above. Errors: bad_input.
[[nodiscard]] Result<Prompt> clear_of_tokens(Prompt prompt, std::span<const std::string_view> tokens);

// Every special token of every family, for servers that render with a template we do not know.
[[nodiscard]] std::vector<std::string_view> all_fim_tokens();

// The prefix with other files in front, as lines "+++++ path", for APIs that take only a prefix and a suffix; without
// other files just the prefix. kFileMark begins such a line.
[[nodiscard]] std::string prefix_with_files(const Prompt& prompt);
inline constexpr std::string_view kFileMark = "\n+++++ ";

// The prefix with other files in front as commented lines of the prompt's language.
[[nodiscard]] std::string prefix_with_comments(const Prompt& prompt);

}  // namespace fimd::providers
