// Any document, any cursor, any suggestion: trim and judge end, stay in their bounds and agree with themselves.
// The input: a language, a cursor, whether to parse, then the suggestion and the document, divided by a 0xFF.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "context/syntax.h"
#include "providers/gates.h"
#include "providers/trim.h"

namespace {

using namespace fimd;

constexpr std::array<std::string_view, 20> kLanguages = {
    "c",    "cpp",         "python", "go",  "rust", "java", "javascript", "typescriptreact", "ruby",      "php",
    "html", "shellscript", "lua",    "css", "json", "yaml", "csharp",     "markdown",        "plaintext", "sql"};

void require(bool holds) {
  if (!holds) std::abort();
}

void check_trim(const context::Text& text, size_t offset, std::string_view suggestion) {
  const providers::TrimRules rules = providers::rules_at(text, offset);
  providers::Trim whole(rules);
  whole.feed(suggestion);
  whole.finish();
  providers::Trim pieces(rules);
  for (size_t i = 0; i < suggestion.size(); i += 3) pieces.feed(suggestion.substr(i, 3));
  pieces.finish();
  require(whole.shown() == pieces.shown() && whole.reason() == pieces.reason());
  require(whole.shown().size() <= suggestion.size());
}

void check_judge(const context::Text& text, size_t offset, const context::Tree& tree, std::string suggestion) {
  const providers::Surroundings at{.text = text, .offset = offset, .tree = tree, .language = text.language};
  const size_t size = suggestion.size();
  const providers::Judged judged = providers::judge(std::move(suggestion), at, {});
  require(judged.text.size() <= 8 * size + 64);
  require(context::is_valid_utf8(judged.text));
  require(judged.text.find('\r') == std::string::npos);
  require(judged.text.empty() || judged.text.find_first_not_of(" \t\n") != std::string::npos);
  require(providers::judge(judged.text, at, {}).text == judged.text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 4) return 0;
  const std::string_view language = kLanguages[data[0] % kLanguages.size()];
  const size_t cursor = data[1] | static_cast<size_t>(data[2]) << 8;
  const bool parse = data[3] % 2 == 1;
  const std::string_view rest(reinterpret_cast<const char*>(data) + 4, size - 4);
  const size_t middle = std::min(rest.find('\xFF'), rest.size());
  const auto text = std::make_shared<const context::Text>(context::make_text(
      "file:///a", 1, std::string(language), std::string(rest.substr(std::min(rest.size(), middle + 1)))));
  const size_t offset = text->utf8.empty() ? 0 : cursor % (text->utf8.size() + 1);
  context::Tree tree;
  if (parse) {
    if (auto parsed = context::parse(text, {})) tree = *parsed;
  }
  check_trim(*text, offset, rest.substr(0, middle));
  check_judge(*text, offset, tree, std::string(rest.substr(0, middle)));
  return 0;
}
