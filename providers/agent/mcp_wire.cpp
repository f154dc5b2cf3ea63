#include "providers/agent/mcp_wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "context/text.h"
#include "providers/agent/tool_text.h"
#include "providers/json_read.h"

namespace fimd::providers::agent {
namespace {

using nlohmann::json;

constexpr std::string_view kVersions[] = {"2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"};
constexpr int kParseFailed = -32700, kInvalidRequest = -32600, kNoMethod = -32601, kBadParams = -32602;
constexpr int kHeaderMismatch = -32020, kVersionRefused = -32022;
constexpr size_t kErrorBytes = 300;
constexpr size_t kDeepestMessage = 100;

const json& at(const json& object, const char* key) {
  static const json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(key);
  return found == object.end() ? kNothing : *found;
}

std::string text_of(const json& value) { return value.is_string() ? value.get<std::string>() : std::string(); }

int code_of(const json& error) {
  const json& code = at(error, "code");
  return code.is_number_integer() ? static_cast<int>(code.get<int64_t>()) : 0;
}

// Values are copied by functions that call themselves.
bool too_deep(std::string_view text) {
  size_t depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      else in_string = c != '"';
      continue;
    }
    in_string = c == '"';
    if ((c == '{' || c == '[') && ++depth > kDeepestMessage) return true;
    if ((c == '}' || c == ']') && depth > 0) --depth;
  }
  return false;
}

// What stands for content that is no text.
std::string note_for(const json& item) {
  const std::string type = text_of(at(item, "type")), kind = text_of(at(item, "mimeType"));
  const std::string uri = text_of(at(item, "uri")) + text_of(at(at(item, "resource"), "uri"));
  std::string out = "[" + (type.empty() ? "content of no known type" : type);
  if (!kind.empty()) out += ", " + kind;
  if (!uri.empty()) out += ", " + uri;
  return shown_line(context::to_valid_utf8(out + ": not shown]")) + "\n";
}

}  // namespace

std::optional<McpMessage> read_mcp(std::string_view text) {
  if (text.size() > kMcpMessage || too_deep(text)) return std::nullopt;
  const json value = parse_json(text);
  if (!value.is_object() || at(value, "jsonrpc") != "2.0") return std::nullopt;
  McpMessage out{.id = at(value, "id"),
                 .result = at(value, "result"),
                 .error = at(value, "error"),
                 .method = text_of(at(value, "method"))};
  if (!out.id.is_number_integer() && !out.id.is_string()) out.id = nullptr;
  if (out.method.empty() && out.result.is_null() && out.error.is_null()) return std::nullopt;
  return out;
}

json mcp_request(int64_t id, const std::string& method, json params, bool modern) {
  if (modern) {
    params["_meta"] = {{"io.modelcontextprotocol/protocolVersion", kMcpModern},
                       {"io.modelcontextprotocol/clientCapabilities", json::object()},
                       {"io.modelcontextprotocol/clientInfo", {{"name", "fimd"}, {"version", "1"}}}};
  }
  return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}};
}

json mcp_initialize() {
  return {{"protocolVersion", kVersions[0]},
          {"capabilities", json::object()},
          {"clientInfo", {{"name", "fimd"}, {"version", "1"}}}};
}

std::optional<json> mcp_reply(const McpMessage& message) {
  if (message.method.empty() || message.id.is_null()) return std::nullopt;
  json out = {{"jsonrpc", "2.0"}, {"id", message.id}};
  if (message.method == "ping") out["result"] = json::object();
  else out["error"] = {{"code", kNoMethod}, {"message", "not supported"}};
  return out;
}

Result<std::string> mcp_version(const json& initialized) {
  const std::string version = text_of(at(initialized, "protocolVersion"));
  if (std::ranges::find(kVersions, version) != std::end(kVersions)) return version;
  return fail(Error::Code::unsupported, fmt::format("speaks version \"{}\", which is not known",
                                                    shown_line(context::to_valid_utf8(version.substr(0, 40)))));
}

bool may_be_modern(const json& error) {
  constexpr int kCodes[] = {kNoMethod, kVersionRefused, kHeaderMismatch, kInvalidRequest, kBadParams, kParseFailed};
  return std::ranges::find(kCodes, code_of(error)) != std::end(kCodes);
}

bool offers_modern(const json& discovered) {
  const json& versions = at(discovered, "supportedVersions");
  return versions.is_array() && std::find(versions.begin(), versions.end(), kMcpModern) != versions.end();
}

std::string mcp_error(const json& error) {
  std::string text = context::to_valid_utf8(text_of(at(error, "message")));
  std::ranges::replace(text, '\n', ' ');
  text = shown_line(text.substr(0, context::floor_code_point(text, std::min(text.size(), kErrorBytes))));
  return fmt::format("{} (code {})", text.empty() ? "no reason is told" : text, code_of(error));
}

ToolResult mcp_result(const json& result) {
  const std::string type = text_of(at(result, "resultType"));
  if (!type.empty() && type != "complete") return {"the tool asks for input, which nobody can give here", true};
  const json& flag = at(result, "isError");
  ToolResult out{.text = {}, .error = flag.is_boolean() && flag.get<bool>()};
  size_t left = 0;
  std::string notes;
  const json& content = at(result, "content");
  for (const json& item : content.is_array() ? content : json::array()) {
    const bool is_text = at(item, "type") == "text" && at(item, "text").is_string();
    if (!is_text) {
      if (notes.size() < 2'000) notes += note_for(item);
      continue;
    }
    const std::string text = context::to_valid_utf8(item["text"].get_ref<const std::string&>());
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::string line = harmless(context::take_line(rest)) + "\n";
      const size_t room = Toolbox::kResultBytes - 3'000 - std::min(out.text.size(), Toolbox::kResultBytes - 3'000);
      const size_t fits = context::floor_code_point(line, std::min(room, line.size()));
      out.text += line.substr(0, fits);
      left += line.size() - fits;
      if (fits < line.size()) left += std::exchange(rest, {}).size();
    }
  }
  if (left > 0) out.text += fmt::format("\n[{} more bytes]\n", left);
  out.text += notes;
  if (out.text.empty() && at(result, "structuredContent").is_object())
    out.text = "[structured content without a text: not shown]\n";
  if (out.text.empty())
    out.text = out.error ? "the tool failed and does not say why\n" : "the tool ended without a word\n";
  return out;
}

std::string mcp_header(std::string_view value) {
  const auto odd = [](unsigned char c) { return c < 0x20 || c > 0x7e; };
  const bool plain = !value.empty() && value.front() != ' ' && value.back() != ' ' &&
                     std::none_of(value.begin(), value.end(), odd) && !value.starts_with("=?");
  if (plain) return std::string(value);
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out = "=?base64?";
  for (size_t i = 0; i < value.size(); i += 3) {
    uint32_t bits = 0;
    for (size_t k = 0; k < 3; ++k)
      bits = bits << 8 | (i + k < value.size() ? static_cast<unsigned char>(value[i + k]) : 0U);
    for (size_t k = 0; k < 4; ++k) out += i + k > value.size() ? '=' : kDigits[bits >> (18 - 6 * k) & 63U];
  }
  return out + "?=";
}

}  // namespace fimd::providers::agent
