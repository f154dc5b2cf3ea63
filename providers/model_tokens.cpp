#include "providers/model_tokens.h"

#include <algorithm>
#include <array>

namespace fimd::providers {
namespace {

// DeepSeek and Seed write their tokens with U+FF5C (a wide bar) and U+2581 (a low line).
constexpr std::array<std::string_view, 48> kTokens = {"<|fim_prefix|>",
                                                      "<|fim_suffix|>",
                                                      "<|fim_middle|>",
                                                      "<|fim_pad|>",
                                                      "<|repo_name|>",
                                                      "<|file_sep|>",
                                                      "<|file_separator|>",
                                                      "<|endoftext|>",
                                                      "<|end_of_text|>",
                                                      "<|begin_of_text|>",
                                                      "<|im_start|>",
                                                      "<|im_end|>",
                                                      "<|eot_id|>",
                                                      "<|start_header_id|>",
                                                      "<|end_header_id|>",
                                                      "<|EOT|>",
                                                      "<|end|>",
                                                      "<|user|>",
                                                      "<|assistant|>",
                                                      "<|system|>",
                                                      "<|observation|>",
                                                      "<|code_prefix|>",
                                                      "<|code_suffix|>",
                                                      "<|code_middle|>",
                                                      "<|prefix|>",
                                                      "<|suffix|>",
                                                      "<|middle|>",
                                                      "<|cursor|>",
                                                      "<|user_cursor_is_here|>",
                                                      "<|editable_region_start|>",
                                                      "<|editable_region_end|>",
                                                      "<｜fim▁begin｜>",
                                                      "<｜fim▁hole｜>",
                                                      "<｜fim▁end｜>",
                                                      "<｜begin▁of▁sentence｜>",
                                                      "<｜end▁of▁sentence｜>",
                                                      "<fim_prefix>",
                                                      "<fim_suffix>",
                                                      "<fim_middle>",
                                                      "<fim_pad>",
                                                      "<fim-prefix>",
                                                      "<fim-suffix>",
                                                      "<fim-middle>",
                                                      "<[fim-suffix]>",
                                                      "<[fim-prefix]>",
                                                      "<[fim-middle]>",
                                                      "<[end▁of▁sentence]>",
                                                      "<end_of_turn>"};

// These may also be markup or an index into an array.
constexpr std::array<std::string_view, 17> kDoubtful = {
    "<file_sep>", "<repo_name>", "<reponame>", "<filename>", "<gh_stars>", "<start_of_turn>",
    "</s>",       "<eos>",       "<bos>",      "<EOT>",      "<PRE>",      "<SUF>",
    "<MID>",      "[PREFIX]",    "[SUFFIX]",   "[MIDDLE]",   "[/INST]"};

constexpr size_t kLongest = 48;

}  // namespace

size_t model_token_at_end(std::string_view text) {
  if (!text.ends_with('>')) return 0;
  for (const std::string_view token : kTokens) {
    if (text.ends_with(token)) return token.size();
  }
  return 0;
}

std::optional<TokenSpan> find_model_token(std::string_view text, std::string_view document) {
  for (size_t i = text.find_first_of("<["); i < text.size(); i = text.find_first_of("<[", i + 1)) {
    const std::string_view rest = text.substr(i, kLongest);
    const auto here = [rest](std::string_view token) { return rest.starts_with(token); };
    const auto sure = std::find_if(kTokens.begin(), kTokens.end(), here);
    const auto doubtful = std::find_if(kDoubtful.begin(), kDoubtful.end(), here);
    if (sure == kTokens.end() && doubtful == kDoubtful.end()) continue;
    const std::string_view token = sure != kTokens.end() ? *sure : *doubtful;
    // A bracketed name may be an index; the document then uses the bare name elsewhere.
    const std::string_view written = token.starts_with('[') ? token.substr(1, token.size() - 2) : token;
    if (document.find(written) != std::string_view::npos) continue;
    return TokenSpan{i, i + token.size()};
  }
  return std::nullopt;
}

size_t partial_token_at_end(std::string_view text) {
  text.remove_prefix(text.size() - std::min(text.size(), kLongest));
  const size_t at = text.rfind('<');
  if (at == std::string_view::npos) return 0;
  const std::string_view tail = text.substr(at);
  const auto begins = [tail](std::string_view token) { return token.size() > tail.size() && token.starts_with(tail); };
  const bool found = std::any_of(kTokens.begin(), kTokens.end(), begins);
  return found ? tail.size() : 0;
}

}  // namespace fimd::providers
