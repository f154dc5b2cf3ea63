// The way back from render_fim(): prompts that other programs wrote with a family's tokens.
#include <algorithm>
#include <utility>

#include "providers/fim_template.h"

namespace fimd::providers {
namespace {

// FIRST and SECOND are the prefix and the suffix, or the other way round.
struct WrittenForm {
  std::string_view opening, between, closing;
  bool suffix_first = false;
};

// The more special ones first: their beginnings may be those of others.
constexpr WrittenForm kForms[] = {
    {"<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>"},
    {"<|fim_suffix|>", "<|fim_prefix|>", "<|fim_middle|>", true},
    {"<fim_prefix><fim_suffix>", "<fim_middle>", "", true},
    {"<fim_prefix>", "<fim_suffix>", "<fim_middle>"},
    {"<fim_suffix>", "<fim_prefix>", "<fim_middle>", true},
    {"<fim-prefix>", "<fim-suffix>", "<fim-middle>"},
    {"<｜fim▁begin｜>", "<｜fim▁hole｜>", "<｜fim▁end｜>"},
    {"<PRE> <SUF>", " <MID> ", "", true},
    {"<PRE> ", " <SUF>", " <MID>"},
    {"[SUFFIX]", "[PREFIX]", "", true},
    {"<[fim-suffix]>", "<[fim-prefix]>", "<[fim-middle]>", true},
    {"<|code_prefix|>", "<|code_suffix|>", "<|code_middle|>"},
    {"<|code_suffix|>", "<|code_prefix|>", "<|code_middle|><|assistant|>\n", true},
    {"<|code_suffix|>", "<|code_prefix|>", "<|code_middle|>", true},
};

// What stands in front of a prompt and says nothing.
constexpr std::string_view kBeginnings[] = {"<s>", "<bos>", "<｜begin▁of▁sentence｜>", "<|begin_of_text|>",
                                            "<|endoftext|>"};

constexpr std::string_view kFileToken = "<|file_sep|>";
constexpr std::string_view kRepoToken = "<|repo_name|>";

// Takes the prompt apart by one form; `front` gets what stands before it.
bool take_apart(std::string_view text, const WrittenForm& form, Prompt& out, std::string_view& front) {
  const size_t begin = text.find(form.opening);
  if (begin == std::string_view::npos || !text.ends_with(form.closing)) return false;
  const size_t first = begin + form.opening.size();
  const size_t split = text.find(form.between, first);
  if (split == std::string_view::npos) return false;
  const size_t second = split + form.between.size(), end = text.size() - form.closing.size();
  if (second > end) return false;
  out.prefix = text.substr(first, split - first);
  out.suffix = text.substr(second, end - second);
  if (form.suffix_first) std::swap(out.prefix, out.suffix);
  front = text.substr(0, begin);
  return true;
}

std::string_view without_beginning(std::string_view front) {
  for (const std::string_view token : kBeginnings) {
    if (front.starts_with(token)) front.remove_prefix(token.size());
  }
  return front;
}

// "<|repo_name|>NAME\n<|file_sep|>PATH\nTEXT<|file_sep|>PATH\n": the last path is that of the file itself.
bool read_files(std::string_view front, Prompt& out) {
  if (front.starts_with(kRepoToken)) {
    front.remove_prefix(kRepoToken.size());
    const size_t end = std::min(front.find('\n'), front.find(kFileToken));
    if (end == std::string_view::npos) return false;
    front.remove_prefix(front.find(kFileToken, end) == std::string_view::npos ? front.size()
                                                                              : front.find(kFileToken, end));
  }
  if (!front.empty() && !front.starts_with(kFileToken)) return false;
  while (!front.empty()) {
    front.remove_prefix(kFileToken.size());
    const size_t next = std::min(front.find(kFileToken), front.size());
    const std::string_view file = front.substr(0, next);
    const size_t line = std::min(file.find('\n'), file.size());
    const std::string_view text = file.substr(std::min(line + 1, file.size()));
    front.remove_prefix(next);
    if (front.empty() && text.empty())
      out.path = file.substr(0, line);
    else
      out.extra.push_back({std::string(file.substr(0, line)), std::string(text)});
  }
  return true;
}

}  // namespace

std::optional<Prompt> parse_fim(std::string_view text) {
  for (const WrittenForm& form : kForms) {
    Prompt out;
    std::string_view front;
    if (!take_apart(text, form, out, front)) continue;
    front = without_beginning(front);
    if (front.find_first_not_of(" \t\r\n") == std::string_view::npos) return out;
    const std::string before(front);
    if (!read_files(front, out)) {
      out.extra.clear();
      out.prefix.insert(0, before);
    }
    return out;
  }
  return std::nullopt;
}

}  // namespace fimd::providers
