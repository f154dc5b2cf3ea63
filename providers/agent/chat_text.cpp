#include "providers/agent/chat_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "context/text.h"
#include "providers/agent/chat_parts.h"
#include "providers/agent/mcp_server.h"
#include "providers/agent/tool_arguments.h"
#include "providers/agent/tool_text.h"
#include "providers/json_read.h"

namespace fimd::providers::agent {
namespace {

using nlohmann::json;
using Role = Message::Role;

constexpr std::string_view kCall = "CALL ";
constexpr size_t kJsonLines = 200;  // of the arguments of one call

constexpr std::string_view kHow =
    "\nThis server has no interface for tools: you call them in your text. One line is one call:\n"
    "\n"
    "CALL read_file {\"path\": \"src/a.cpp\", \"start_line\": 1}\n"
    "\n"
    "A change is a block behind the path of its file; the first part must stand in the file exactly as you write it, "
    "the\n"
    "second one replaces it. An empty first part makes a new file.\n"
    "\n"
    "src/a.cpp\n"
    "<<<<<<< SEARCH\n"
    "old lines\n"
    "=======\n"
    "new lines\n"
    ">>>>>>> REPLACE\n"
    "\n"
    "Then end your answer: what the calls found comes with the next message. An answer without calls is your last.\n"
    "\n"
    "Tools:\n";

// Five to nine of one character, and what follows them.
std::optional<std::string_view> behind_marks(std::string_view line, char mark) {
  const size_t count = std::min(line.find_first_not_of(mark), line.size());
  if (count < 5 || count > 9) return std::nullopt;
  return stripped(line.substr(count));
}
bool opens(std::string_view line) {
  const auto rest = behind_marks(line, '<');
  return rest && rest->starts_with("SEARCH");
}
bool divides(std::string_view line) {
  const auto rest = behind_marks(line, '=');
  return rest && rest->empty();
}
bool closes(std::string_view line) {
  const auto rest = behind_marks(line, '>');
  return rest && (rest->empty() || rest->starts_with("REPLACE"));
}

// "**`src/a.cpp`**:" is src/a.cpp.
std::string path_in(std::string_view line) {
  line = stripped(line);
  for (const std::string_view word : {"File:", "file:", "Path:", "path:"}) {
    if (line.starts_with(word)) line = stripped(line.substr(word.size()));
  }
  constexpr std::string_view kAround = "`*#: \t";
  const size_t from = line.find_first_not_of(kAround);
  if (from == std::string_view::npos) return {};
  line = line.substr(from, line.find_last_not_of(kAround) + 1 - from);
  return line.find(' ') == std::string_view::npos ? std::string(line) : std::string();
}

std::string joined(const std::vector<std::string_view>& lines) {
  std::string out;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) out += '\n';
    out += lines[i];
  }
  return out;
}

class TextReader {
 public:
  explicit TextReader(std::string_view text) {
    if (const size_t thought = text.rfind("</think>"); thought != std::string_view::npos)
      text.remove_prefix(thought + 8);
    while (!text.empty()) {
      std::string_view line = context::take_line(text);
      if (line.ends_with('\r')) line.remove_suffix(1);
      lines_.push_back(line);
    }
  }

  std::vector<ToolCall> read() {
    while (at_ < lines_.size()) {
      const std::string_view line = stripped(lines_[at_]);
      if (opens(line)) {
        read_block(*behind_marks(line, '<'));
      } else if (line.starts_with(kCall)) {
        read_call(line.substr(kCall.size()));
      } else {
        if (!line.empty() && !line.starts_with("```")) before_ = line;
        ++at_;
      }
    }
    return std::move(calls_);
  }

 private:
  void add(std::string name, std::string arguments, std::string fault = {}) {
    ToolCall call{.id = {}, .name = std::move(name), .arguments = std::move(arguments), .fault = std::move(fault)};
    calls_.push_back(completed(std::move(call), calls_.size()));
  }

  // The arguments may go over several lines.
  void read_call(std::string_view rest) {
    const size_t end = std::min(rest.find_first_of(" {"), rest.size());
    const std::string name(rest.substr(0, end));
    std::string arguments(stripped(rest.substr(end)));
    const size_t begin = ++at_;
    while (!arguments.empty() && !json::accept(arguments) && at_ < std::min(lines_.size(), begin + kJsonLines)) {
      if (stripped(lines_[at_]).starts_with(kCall) || opens(stripped(lines_[at_]))) break;
      arguments += '\n';
      arguments += lines_[at_++];
    }
    const bool whole = arguments.empty() || json::accept(arguments);
    if (!whole) at_ = begin;
    add(name, arguments, whole ? "" : "not executed: the arguments behind CALL are not one JSON object");
  }

  void read_block(std::string_view behind_mark) {
    std::string path = path_in(behind_mark.substr(std::min<size_t>(behind_mark.size(), 6)));
    if (path.empty()) path = path_in(before_);
    if (path.empty()) path = path_;
    path_ = path;
    before_ = {};
    std::vector<std::string_view> parts[2];
    int dividers = 0;
    bool closed = false, nested = false;
    for (++at_; at_ < lines_.size() && !closed; ++at_) {
      const std::string_view line = lines_[at_];
      closed = dividers > 0 && closes(line);
      nested = nested || opens(line);
      if (closed) continue;
      if (divides(line)) {
        ++dividers;
      } else {
        parts[std::min(dividers, 1)].push_back(line);
      }
    }
    std::string old_text = joined(parts[0]);
    if (parts[1].empty() && !parts[0].empty()) old_text += '\n';  // lines go with their ends
    std::string new_text = joined(parts[1]);
    if (parts[0].empty() && !parts[1].empty()) new_text += '\n';
    add("edit_file", dump_json({{"path", path}, {"old_string", old_text}, {"new_string", new_text}}),
        fault(path, closed, nested, dividers));
  }

  static std::string fault(const std::string& path, bool closed, bool nested, int dividers) {
    if (!closed) return "not executed: the block does not end with >>>>>>> REPLACE; it was cut off, send a smaller one";
    if (nested || dividers != 1)
      return "not executed: the block has more than one ======= or SEARCH line; replace those lines in blocks of their "
             "own, or leave them out";
    if (path.empty()) return "not executed: no path stands before the block";
    return {};
  }

  std::vector<std::string_view> lines_;
  std::vector<ToolCall> calls_;
  std::string_view before_;  // the last line that said something
  std::string path_;         // of the last block
  size_t at_ = 0;
};

// A call as it would have been written.
std::string written(const ToolCall& call) {
  return fmt::format("{}{} {}\n", kCall, call.name, sound_arguments(call.arguments));
}

std::string tool_list(const std::string& schemas) {
  std::string out;
  for (const Body& tool : Body::parse(schemas, nullptr, false)) {
    if (!tool.is_object() || tool.value("name", "") == "edit_file") continue;  // blocks are for that
    std::string fields;
    if (const auto parameters = tool.find("parameters");
        parameters != tool.end() && parameters->contains("properties")) {
      fields = (*parameters)["properties"].dump();
    }
    out += fmt::format("{} {}: {}\n", tool.value("name", ""), fields, tool.value("description", ""));
  }
  return out;
}

void append(std::vector<Message>& messages, Role role, const std::string& text) {
  if (text.empty()) return;
  if (messages.empty() || messages.back().role != role) {
    messages.emplace_back().role = role;
  } else {
    messages.back().text += "\n";
  }
  messages.back().text += text;
}

std::optional<ToolCall> call_of(const json& value) {
  const json* object = &value;
  if (object->is_array() && object->size() == 1) object = &object->front();
  const std::string_view name = string_at(*object, "name");
  const json* arguments = member(*object, "arguments");
  if (!arguments) arguments = member(*object, "parameters");
  if ((!find_tool(name) && !is_mcp_name(name)) || !arguments || !arguments->is_object()) return std::nullopt;
  return completed({.id = {}, .name = std::string(name), .arguments = dump_json(*arguments), .fault = {}}, 0);
}

// name<arg_key>path</arg_key><arg_value>a</arg_value>..., as GLM writes it.
std::optional<ToolCall> keyed_call(std::string_view text) {
  const auto until = [&](std::string_view mark) -> std::optional<std::string_view> {
    const size_t end = text.find(mark);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(end + mark.size());
    return part;
  };
  const auto name = until("<arg_key>");
  if (!name) return std::nullopt;
  json arguments = json::object();
  for (;;) {
    const auto key = until("</arg_key>");
    if (!key || !until("<arg_value>")) return std::nullopt;
    const auto value = until("</arg_value>");
    if (!value) return std::nullopt;
    arguments[std::string(stripped(*key))] = std::string(*value);
    if (!until("<arg_key>")) break;
  }
  return stripped(text).empty() ? call_of({{"name", std::string(stripped(*name))}, {"arguments", arguments}})
                                : std::nullopt;
}

}  // namespace

ChatRequest as_text(const ChatRequest& request) {
  ChatRequest out{.messages = {}, .tools = "[]", .max_tokens = request.max_tokens};
  for (const Message& message : request.messages) {
    std::string text = message.text;
    if (message.role == Role::tool) text = fmt::format("Result of {}:\n{}", message.tool, message.text);
    if (message.role == Role::assistant && stripped(text).empty()) {
      for (const ToolCall& call : message.calls) text += written(call);
    }
    append(out.messages, message.role == Role::tool ? Role::user : message.role, text);
    if (message.role == Role::system) out.messages.back().text += std::string(kHow) + tool_list(request.tools);
  }
  return out;
}

std::vector<ToolCall> calls_in(std::string_view text) { return TextReader(text).read(); }

std::optional<ToolCall> foreign_call(std::string_view text) {
  text = stripped(text);
  const auto within = [&](std::string_view open, std::string_view close) {
    if (!text.starts_with(open) || !text.ends_with(close) || text.size() < open.size() + close.size()) return false;
    text = stripped(text.substr(open.size(), text.size() - open.size() - close.size()));
    return true;
  };
  const bool marked = within("<tool_call>", "</tool_call>") || within("[TOOL_CALLS]", "") || within("```json", "```") ||
                      within("```", "```");
  if (!marked && !text.starts_with('{')) return std::nullopt;
  if (text.starts_with('{') || text.starts_with('[')) return call_of(parse_json(text));
  return keyed_call(text);
}

}  // namespace fimd::providers::agent
