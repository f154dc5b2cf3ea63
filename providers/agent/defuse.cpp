#include "providers/agent/defuse.h"

#include <cctype>

namespace fimd::providers::agent {
namespace {

constexpr std::string_view kBreak = "\u200b";
constexpr std::string_view kWritten[] = {kBreak, "\\u200b", "\\u200B"};

// Marks of the templates in use; "<|" and the wide bar of DeepSeek only before a name.
constexpr std::string_view kMarks[] = {"[INST]",
                                       "[/INST]",
                                       "[TOOL_CALLS]",
                                       "[TOOL_RESULTS]",
                                       "[/TOOL_RESULTS]",
                                       "[AVAILABLE_TOOLS]",
                                       "[SYSTEM_PROMPT]",
                                       "<start_of_turn>",
                                       "<end_of_turn>",
                                       "<s>",
                                       "</s>",
                                       "<bos>",
                                       "<eos>",
                                       "<tool_call>",
                                       "</tool_call>",
                                       "<tool_response>",
                                       "</tool_response>",
                                       "<think>",
                                       "</think>"};
constexpr std::string_view kBars[] = {"<|", "<\uff5c"};

bool begins_mark(std::string_view text) {
  for (const std::string_view mark : kMarks) {
    if (text.starts_with(mark)) return true;
  }
  for (const std::string_view bar : kBars) {
    if (!text.starts_with(bar) || text.size() == bar.size()) continue;
    const auto next = static_cast<unsigned char>(text[bar.size()]);
    if (std::isalpha(next) != 0 || next == '_' || next == '/') return true;
  }
  return false;
}

}  // namespace

std::string defused(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size(); ++at) {
    out += text[at];
    const bool first = text[at] == '<' || text[at] == '[';
    if (first && begins_mark(text.substr(at))) out += kBreak;
  }
  return out;
}

std::string restored(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const char c = text[at++];
    out += c;
    if (c != '<' && c != '[') continue;
    for (const std::string_view written : kWritten) {
      const std::string_view rest = text.substr(at);
      if (!rest.starts_with(written)) continue;
      if (begins_mark(std::string(1, c) + std::string(rest.substr(written.size(), 20)))) at += written.size();
      break;
    }
  }
  return out;
}

}  // namespace fimd::providers::agent
