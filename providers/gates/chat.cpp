// What chat models put around code: think blocks, code fences, a sentence before, an explanation after.
#include <fmt/core.h>

#include <array>

#include "providers/gates/gate.h"

namespace fimd::providers::gates {
namespace {

constexpr std::string_view kFence = "```";

// No line of code begins like this.
constexpr std::array<std::string_view, 33> kProse = {
    "Here is ",       "Here's ",        "Here are ",      "Sure, ",       "Sure! ",         "Sure.",
    "Certainly",      "Of course",      "I'm sorry",      "I am sorry",   "I cannot ",      "I can't ",
    "I apologize",    "Sorry, ",        "As an AI",       "To complete ", "To fix ",        "This code ",
    "This function ", "The code ",      "The following ", "The missing ", "The completed ", "The function ",
    "Note that ",     "Note: ",         "In this ",       "You can ",     "Explanation:",   "**Explanation",
    "Let me ",        "It looks like ", "It seems "};

bool is_prose(std::string_view line) {
  line = trim_left(line);
  for (const std::string_view start : kProse) {
    if (line.starts_with(start)) return true;
  }
  return false;
}

struct Fenced {
  size_t open = std::string_view::npos;  // of the line with the opening fence
  size_t start = 0, end = 0;             // what stands between the fences
};

Fenced find_fence(std::string_view text) {
  Fenced out;
  size_t at = 0;
  for (const std::string_view line : split_lines(text)) {
    const size_t next = at + line.size() + 1;
    if (trim_left(line).starts_with(kFence)) {
      if (out.open != std::string_view::npos) {
        out.end = at > out.start ? at - 1 : out.start;
        return out;
      }
      out.open = at;
      out.start = out.end = std::min(next, text.size());
    }
    at = next;
  }
  if (out.open != std::string_view::npos) out.end = text.size();
  return out;
}

Verdict without_thought(std::string_view text) {
  constexpr std::string_view open = "<think>";
  constexpr std::string_view close = "</think>";
  const size_t end = text.find(close);
  if (!trim_left(text).starts_with(open) && end == std::string_view::npos) return pass(text);
  if (end == std::string_view::npos) return drop("the model was still thinking");
  text.remove_prefix(end + close.size());
  while (text.starts_with('\n')) text.remove_prefix(1);
  return cut(text, "a think block stood before the code");
}

// A fence that opens first is unwrapped; one behind code ends the code.
Verdict without_fence(std::string_view text) {
  const Fenced fence = find_fence(text);
  if (fence.open == std::string_view::npos) return pass(text);
  const std::string_view before = text.substr(0, fence.open);
  if (is_blank(before) || is_prose(before)) {
    return cut(text.substr(fence.start, fence.end - fence.start), "the code stood inside a code fence");
  }
  return cut(trim_right(before), "a code fence follows");
}

Verdict without_prose(std::string_view text, const View& view) {
  if (is_blank(view.line_before) && is_prose(text)) {
    return drop(fmt::format("{} is prose, not code", quoted(text)));
  }
  // A doc string may hold any sentence.
  size_t quotes = 0;
  size_t at = 0;
  for (const std::string_view line : split_lines(text)) {
    const bool margin = at > 0 && !line.empty() && !is_space(line.front());
    if (margin && quotes % 2 == 0 && is_prose(line)) {
      return cut(trim_right(text.substr(0, at)), fmt::format("{} is prose, not code", quoted(line)));
    }
    for (size_t i = line.find("\"\"\""); i != std::string_view::npos; i = line.find("\"\"\"", i + 3)) ++quotes;
    at += line.size() + 1;
  }
  return pass(text);
}

}  // namespace

Verdict chat(std::string_view text, const View& view) {
  Verdict thought = without_thought(text);
  if (!thought.why.empty()) return thought;
  if (view.lexis.markup || view.place != context::Place::code) return thought;
  Verdict fence = without_fence(text);
  return fence.why.empty() ? without_prose(text, view) : fence;
}

}  // namespace fimd::providers::gates
