#include "providers/agent/history.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "context/text.h"
#include "providers/agent/circles.h"
#include "providers/agent/tool_text.h"
#include "providers/json_read.h"

namespace fimd::providers::agent {
namespace {

using Role = Message::Role;

constexpr size_t kFreshAnswers = 6;  // whose results stay
constexpr size_t kWorthIt = 400;     // bytes: a shorter result is left as it is

// The call that a result answers: of the nearest answer before it that has one with this id.
const ToolCall* call_before(const std::vector<Message>& messages, size_t at) {
  for (size_t i = at; i-- > 0;) {
    for (const ToolCall& call : messages[i].calls) {
      if (call.id == messages[at].call_id) return &call;
    }
  }
  return nullptr;
}

std::string line_for(const ToolCall* call, const Message& result) {
  std::string what = call ? path_of(*call) : std::string();
  if (call && what.empty()) what = shown_line(call->arguments.substr(0, 80));
  return fmt::format("[{} {}: {} bytes removed to save space; call it again if they are needed]", result.tool, what,
                     result.text.size());
}

struct Old {
  size_t at = 0;
  bool superseded = false;
};

// The index of the newest read of each path, and which paths were edited.
struct Reads {
  std::map<std::string, size_t> newest;
  std::set<std::string> edited;
  size_t newest_check = 0;
};

Reads reads_of(const std::vector<Message>& messages) {
  Reads out;
  for (size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].role != Role::tool || messages[i].failed) continue;
    const ToolCall* call = call_before(messages, i);
    if (!call) continue;
    if (call->name == "read_file") out.newest[path_of(*call)] = i;
    if (call->name == "edit_file") out.edited.insert(path_of(*call));
    if (call->name == "run_check") out.newest_check = i;
  }
  return out;
}

std::vector<Old> old_results(const std::vector<Message>& messages) {
  const Reads reads = reads_of(messages);
  std::vector<Old> out;
  size_t answers = 0;
  for (size_t i = messages.size(); i-- > 0;) {
    const Message& message = messages[i];
    if (message.role == Role::assistant) ++answers;
    if (message.role != Role::tool || answers < kFreshAnswers || message.text.size() < kWorthIt ||
        i == reads.newest_check)
      continue;
    const ToolCall* call = call_before(messages, i);
    const std::string path = call && call->name == "read_file" ? path_of(*call) : "";
    const auto newest = reads.newest.find(path);
    const bool last = newest != reads.newest.end() && newest->second == i;
    if (last && reads.edited.contains(path)) continue;
    out.push_back({i, newest != reads.newest.end() && !last});
  }
  std::reverse(out.begin(), out.end());
  std::stable_partition(out.begin(), out.end(), [](const Old& old) { return old.superseded; });
  return out;
}

}  // namespace

size_t bytes_in(const Message& message) {
  constexpr size_t kAround = 40;  // what a message and a call take beside their text
  size_t sum =
      kAround + message.text.size() + (message.blocks.empty() ? message.reasoning.size() : message.blocks.size());
  for (const ToolCall& call : message.calls) sum += kAround + call.name.size() + call.arguments.size();
  return sum;
}

size_t bytes_of(const std::vector<Message>& messages) {
  size_t sum = 0;
  for (const Message& message : messages) sum += bytes_in(message);
  return sum;
}

std::vector<Cut> cuts_for(const std::vector<Message>& messages, size_t most) {
  std::vector<Cut> out;
  size_t bytes = bytes_of(messages);
  for (const Old& old : old_results(messages)) {
    if (bytes <= most) break;
    const Message& message = messages[old.at];
    Cut cut{old.at, line_for(call_before(messages, old.at), message)};
    bytes -= message.text.size() - std::min(message.text.size(), cut.line.size());
    out.push_back(std::move(cut));
  }
  return out;
}

std::vector<size_t> copies_of(const std::vector<Message>& messages, const ToolCall& call) {
  const uint64_t wanted = signature(call);
  std::vector<size_t> answers;
  for (size_t i = 0; i + 1 < messages.size(); ++i) {
    const bool alone = messages[i].calls.size() == 1 && messages[i + 1].role == Role::tool;
    if (alone && signature(messages[i].calls.front()) == wanted) answers.push_back(i);
  }
  std::vector<size_t> out;
  for (size_t i = 1; i + 1 < answers.size(); ++i) {
    out.push_back(answers[i]);
    out.push_back(answers[i] + 1);
  }
  return out;
}

std::string shortened(std::string text, size_t most) {
  if (text.size() <= most) return text;
  size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  const size_t left_out = text.size() - end;
  text.resize(end);
  return text + fmt::format("\n[{} bytes more were left out]", left_out);
}

std::string path_of(const ToolCall& call) {
  const nlohmann::json arguments = parse_json(call.arguments);
  for (const char* name : {"path", "file_path", "filePath", "filename", "file"}) {
    std::string path(string_at(arguments, name));
    while (path.starts_with("./")) path.erase(0, 2);
    if (!path.empty()) return path;
  }
  return {};
}

}  // namespace fimd::providers::agent
