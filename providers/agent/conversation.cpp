#include "providers/agent/conversation.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "providers/agent/history.h"
#include "providers/json_read.h"

namespace fimd::providers::agent {
namespace {

using nlohmann::json;
using Role = Message::Role;

json call_json(const ToolCall& call) {
  json out = {{"id", call.id}, {"name", call.name}, {"arguments", call.arguments}};
  if (!call.fault.empty()) out["fault"] = call.fault;
  return out;
}

ToolCall read_call(const json& value) {
  return {.id = std::string(string_at(value, "id")),
          .name = std::string(string_at(value, "name")),
          .arguments = std::string(string_at(value, "arguments")),
          .fault = std::string(string_at(value, "fault"))};
}

json message_json(const Message& message) {
  json out = {{"role", static_cast<int>(message.role)}, {"text", message.text}};
  const auto add = [&](const char* key, const std::string& text) {
    if (!text.empty()) out[key] = text;
  };
  add("reasoning", message.reasoning);
  add("call_id", message.call_id);
  add("tool", message.tool);
  add("blocks", message.blocks);
  if (message.failed) out["failed"] = true;
  for (const ToolCall& call : message.calls) out["calls"].push_back(call_json(call));
  return out;
}

Message read_message(const json& value) {
  Message out;
  out.role = static_cast<Role>(std::min<int64_t>(count_at(value, "role").value_or(1), 3));
  out.text = string_at(value, "text");
  out.reasoning = string_at(value, "reasoning");
  out.call_id = string_at(value, "call_id");
  out.tool = string_at(value, "tool");
  out.blocks = string_at(value, "blocks");
  out.failed = true_at(value, "failed");
  if (const json* calls = member(value, "calls"); calls && calls->is_array()) {
    for (const json& call : *calls) out.calls.push_back(read_call(call));
  }
  return out;
}

// What cannot be counted in JSON's numbers is written as text.
uint64_t hash_at(const json& record, const char* key) {
  return std::strtoull(std::string(string_at(record, key)).c_str(), nullptr, 16);
}
std::string hash_text(uint64_t hash) {
  std::string out;
  for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[(hash >> static_cast<unsigned>(shift)) & 15U];
  return out;
}

// Books the request whose answer never came: it may have cost what it was estimated at.
void book_lost(Conversation& state) {
  if (state.asked_tokens > 0) book(state.spent, {}, state.asked_tokens, 0);
  state.asked_tokens = 0;
}

void apply_begin(Conversation& state, const json& record) {
  state.text_tools = true_at(record, "text_tools");
  state.messages.clear();
  if (const json* messages = member(record, "messages"); messages && messages->is_array()) {
    for (const json& message : *messages) state.messages.push_back(read_message(message));
  }
}

void apply_request(Conversation& state, const json& record) {
  book_lost(state);
  ++state.steps;
  ++state.steps_without_edit;
  state.asked_tokens = count_at(record, "tokens").value_or(0);
  state.asked_bytes = count_at(record, "bytes").value_or(0);
}

void apply_reply(Conversation& state, const json& record) {
  const json* sent = member(record, "message");
  Message answer = sent ? read_message(*sent) : Message{};
  answer.role = Role::assistant;
  Usage usage;
  usage.prompt_tokens = count_at(record, "in");
  usage.cached_tokens = count_at(record, "cached");
  usage.output_tokens = count_at(record, "out");
  const auto written = static_cast<double>(bytes_in(answer));
  book(state.spent, usage, state.asked_tokens, static_cast<int64_t>(written / kBytesPerToken));
  if (usage.prompt_tokens.value_or(0) > 0 && state.asked_bytes > 0) {
    state.tokens_per_byte = static_cast<double>(*usage.prompt_tokens) / static_cast<double>(state.asked_bytes);
  }
  state.asked_tokens = 0;
  state.paused = true_at(record, "paused");
  state.cut = string_at(record, "finish") != "stop";
  state.cut_calls = state.cut ? state.cut_calls + 1 : 0;
  if (true_at(record, "foreign")) ++state.foreign;
  if (!usable(answer)) {
    ++state.unusable;
    return;
  }
  state.unusable = 0;
  state.open = answer.calls;
  state.messages.push_back(std::move(answer));
}

void apply_result(Conversation& state, const json& record) {
  const json* named = member(record, "call");
  const ToolCall call = named ? read_call(*named) : ToolCall{};
  const auto open = std::ranges::find(state.open, call.id, &ToolCall::id);
  if (open == state.open.end()) return;  // every call has one result
  state.open.erase(open);
  state.begun.clear();
  Message message;
  message.role = Role::tool;
  message.call_id = call.id;
  message.tool = call.name;
  message.text = string_at(record, "text");
  message.failed = true_at(record, "failed");
  const uint64_t result = hash_at(record, "signature");
  state.circles.add(signature(call), result);
  state.circling = state.circling || true_at(record, "circling");
  state.errors_in_row = message.failed ? state.errors_in_row + 1 : 0;
  if (true_at(record, "ran")) state.executed.push_back({call, result, message.failed});
  if (call.name == "edit_file" && !message.failed) state.steps_without_edit = 0;
  state.messages.push_back(std::move(message));
}

void apply_say(Conversation& state, const json& record) {
  const std::string_view why = string_at(record, "why");
  if (why == "nudge") state.nudged = true;
  if (why == "rejected") ++state.rejections;
  if (why == "cut") ++state.cut_calls;
  Message message;
  message.text = string_at(record, "text");
  state.messages.push_back(std::move(message));
}

void apply_prune(Conversation& state, const json& record) {
  const json* cuts = member(record, "cuts");
  if (!cuts || !cuts->is_array()) return;
  for (const json& cut : *cuts) {
    const auto at = count_at(cut, "at");
    if (at && static_cast<size_t>(*at) < state.messages.size())
      state.messages[static_cast<size_t>(*at)].text = string_at(cut, "line");
  }
}

void apply_drop(Conversation& state, const json& record) {
  const json* at = member(record, "at");
  if (!at || !at->is_array()) return;
  for (auto each = at->rbegin(); each != at->rend(); ++each) {  // ascending: from the end on, the rest keeps its place
    const auto index = each->is_number_unsigned() ? each->get<size_t>() : state.messages.size();
    if (index < state.messages.size())
      state.messages.erase(state.messages.begin() + static_cast<std::ptrdiff_t>(index));
  }
}

}  // namespace

void add_record(Conversation& state, const json& record) {
  const std::string_view type = string_at(record, "type");
  if (const auto seconds = number_at(record, "seconds")) state.seconds = *seconds;
  if (type == "begin") apply_begin(state, record);
  if (type == "request") apply_request(state, record);
  if (type == "reply") apply_reply(state, record);
  if (type == "call") {
    const json* call = member(record, "call");
    state.begun = call ? read_call(*call).id : "";
  }
  if (type == "result") apply_result(state, record);
  if (type == "say") apply_say(state, record);
  if (type == "amend" && !state.messages.empty()) state.messages.back().text += string_at(record, "text");
  if (type == "check")
    (string_at(record, "of") == "before" ? state.base_check : state.change_check) = dump_json(record);
  if (type == "prune") apply_prune(state, record);
  if (type == "drop") apply_drop(state, record);
  if (type == "text_tools") {
    state.text_tools = true;
    state.asked_tokens = 0;  // a request that was refused costs nothing
  }
  if (type == "lost") {
    Usage usage;
    usage.prompt_tokens = count_at(record, "in");
    usage.output_tokens = count_at(record, "out");
    book(state.spent, usage, 0, 0);
    state.spent.estimated = true;
  }
  if (type == "resume") {
    book_lost(state);
    state.end.clear();
    state.words.clear();
    state.diff.clear();
  }
  if (type == "end") {
    state.asked_tokens = 0;
    state.end = string_at(record, "end");
    state.words = string_at(record, "words");
    state.diff = string_at(record, "diff");
  }
}

json begin_record(const std::vector<Message>& messages, bool text_tools) {
  json out = {{"type", "begin"}, {"messages", json::array()}};
  if (text_tools) out["text_tools"] = true;
  for (const Message& message : messages) out["messages"].push_back(message_json(message));
  return out;
}

json request_record(int64_t tokens, size_t bytes) {
  return {{"type", "request"}, {"tokens", tokens}, {"bytes", bytes}};
}

json reply_record(const Turn& turn) {
  const char* finish = turn.finish == Finish::stop ? "stop" : turn.finish == Finish::length ? "length" : "none";
  json out = {{"type", "reply"}, {"message", message_json(turn.message)}, {"finish", finish}};
  if (turn.paused) out["paused"] = true;
  if (turn.usage.prompt_tokens) out["in"] = *turn.usage.prompt_tokens;
  if (turn.usage.cached_tokens) out["cached"] = *turn.usage.cached_tokens;
  if (turn.usage.output_tokens) out["out"] = *turn.usage.output_tokens;
  return out;
}

json call_record(const ToolCall& call) { return {{"type", "call"}, {"call", call_json(call)}}; }

json result_record(const ResultRecord& result) {
  json out = {{"type", "result"},
              {"call", call_json(result.call)},
              {"text", result.text},
              {"signature", hash_text(result.signature)}};
  if (result.failed) out["failed"] = true;
  if (result.ran) out["ran"] = true;
  if (result.circling) out["circling"] = true;
  return out;
}

json end_record(const std::string& end, const std::string& words) {
  return {{"type", "end"}, {"end", end}, {"words", words}};
}

bool usable(const Message& answer) {
  return !answer.calls.empty() || answer.text.find_first_not_of(" \t\r\n") != std::string::npos;
}

}  // namespace fimd::providers::agent
