#include "providers/agent/circles.h"

#include <algorithm>
#include <cctype>

#include "context/hash.h"
#include "providers/agent/tool_arguments.h"
#include "providers/agent/tool_text.h"
#include "providers/json_read.h"

namespace fimd::providers::agent {
namespace {

using nlohmann::json;

std::string plain_path(std::string path) {
  while (path.starts_with("./")) path.erase(0, 2);
  return path;
}

// The fields that the tool knows, by their own names; what it ignores cannot make a difference.
std::string canonical(const ToolCall& call) {
  const ToolSpec* tool = find_tool(call.name);
  const json given = parse_json(call.arguments);
  if (!tool || !given.is_object()) return std::string(stripped(call.arguments));
  json out = json::object();
  for (const ToolField& field : tool->fields) {
    std::string names = std::string(field.name) + " " + std::string(field.aliases);
    for (size_t from = 0; from < names.size() && !out.contains(field.name);) {
      const size_t to = std::min(names.find(' ', from), names.size());
      const auto found = given.find(names.substr(from, to - from));
      if (found != given.end() && !found->is_null()) out[std::string(field.name)] = *found;
      from = to + 1;
    }
    const auto value = out.find(std::string(field.name));
    if (value == out.end() || !value->is_string()) continue;
    std::string text(stripped(value->get_ref<const std::string&>()));
    *value = field.name == "path" ? plain_path(std::move(text)) : std::move(text);
  }
  return dump_json(out);
}

}  // namespace

uint64_t signature(const ToolCall& call) { return context::hash_bytes(call.name + '\n' + canonical(call)); }

// Numbers with a unit of time or a colon between them are times: they count as one.
uint64_t signature(std::string_view result) {
  const auto digit = [&](size_t at) {
    return at < result.size() && std::isdigit(static_cast<unsigned char>(result[at])) != 0;
  };
  std::string out;
  for (size_t at = 0; at < result.size();) {
    if (!digit(at)) {
      out += result[at++];
      continue;
    }
    size_t end = at;
    while (digit(end) || (end < result.size() && (result[end] == '.' || result[end] == ':') && digit(end + 1))) ++end;
    const std::string_view number = result.substr(at, end - at), rest = result.substr(end);
    const bool unit = rest.starts_with("ms") || rest.starts_with("s ") || rest.starts_with(" s") ||
                      rest.starts_with("s\n") || rest.starts_with("s)") || rest == "s" || rest.starts_with(" ms");
    const bool clock = std::count(number.begin(), number.end(), ':') == 2;
    out += unit || clock ? std::string_view("#") : number;
    at = end;
  }
  return context::hash_bytes(out);
}

int Circles::repeats(uint64_t call) const {
  int most = 1;
  const size_t n = steps_.size();
  for (size_t round = 1; round <= std::min(kLongestRound, n); ++round) {
    if (steps_[n - round].call != call) continue;
    size_t same = 0;  // steps before this one that are as a round before them
    while (same + round < n && steps_[n - 1 - same] == steps_[n - 1 - same - round]) ++same;
    most = std::max(most, static_cast<int>(2 + same / round));
  }
  return most;
}

void Circles::add(uint64_t call, uint64_t result) {
  steps_.push_back({call, result});
  if (steps_.size() > kRemembered) steps_.pop_front();
}

uint64_t Circles::last_result(uint64_t call) const {
  for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) {
    if (step->call == call) return step->result;
  }
  return 0;
}

}  // namespace fimd::providers::agent
