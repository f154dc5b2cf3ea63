// The tools of MCP servers as a model's API takes them: names, schemas, arguments.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <tuple>

#include "context/hash.h"
#include "context/text.h"
#include "providers/agent/defuse.h"
#include "providers/agent/mcp_wire.h"
#include "providers/agent/tool_text.h"
#include "providers/json_read.h"

namespace fimd::providers::agent {
namespace {

using nlohmann::json;

constexpr size_t kToolNameBytes = 64;
constexpr size_t kToolDescription = 1'024;
constexpr size_t kToolSchema = 4'096;
constexpr size_t kAllSchemas = 32U << 10;
constexpr size_t kToolsOfServer = 200;
constexpr size_t kCursorBytes = 4'096;
constexpr int kSchemaDepth = 8;
constexpr int kArgumentDepth = 32;

// Models' servers make grammars of schemas and fail on bounds, patterns and formats; those stay the tool's own
// business.
bool is_kept(const std::string& keyword) {
  constexpr std::string_view kKept[] = {"type",  "properties", "required", "enum",    "description",
                                        "items", "anyOf",      "oneOf",    "default", "additionalProperties"};
  return std::ranges::find(kKept, keyword) != std::end(kKept);
}

bool is_deep(const json& value, int depth) {
  if (!value.is_structured()) return false;
  return depth == 0 ||
         std::any_of(value.begin(), value.end(), [&](const json& each) { return is_deep(each, depth - 1); });
}

std::string cut_text(const std::string& text, size_t most) {
  const std::string valid = context::to_valid_utf8(text);
  std::string out;
  std::string_view rest =
      std::string_view(valid).substr(0, context::floor_code_point(valid, std::min(valid.size(), most)));
  while (!rest.empty()) out += (out.empty() ? "" : "\n") + harmless(context::take_line(rest));
  return out;
}

json plain_schema(const json& schema, int depth);

json plain_members(const json& members, int depth) {
  json out = json::object();
  for (const auto& [name, schema] : members.items()) out[name] = plain_schema(schema, depth);
  return out;
}

json plain_list(const json& schemas, int depth) {
  json out = json::array();
  for (const json& each : schemas) out.push_back(plain_schema(each, depth));
  return out;
}

json plain_schema(const json& schema, int depth) {
  json out = json::object();
  if (!schema.is_object() || depth == 0) return out;
  for (const auto& [keyword, value] : schema.items()) {
    if (!is_kept(keyword)) continue;
    if (keyword == "properties" && value.is_object()) out[keyword] = plain_members(value, depth - 1);
    else if ((keyword == "anyOf" || keyword == "oneOf") && value.is_array())
      out[keyword] = plain_list(value, depth - 1);
    else if ((keyword == "items" || keyword == "additionalProperties") && value.is_object())
      out[keyword] = plain_schema(value, depth - 1);
    else if (keyword == "description" && value.is_string()) out[keyword] = cut_text(value, 300);
    else if (!is_deep(value, 2)) out[keyword] = value;
  }
  return out;
}

// The schema of a tool's arguments: an object in any case, and without its details where they take too much room.
json arguments_schema(const json& raw) {
  json schema = plain_schema(raw, kSchemaDepth);
  schema["type"] = "object";
  if (!schema.contains("properties") || !schema["properties"].is_object()) schema["properties"] = json::object();
  if (dump_json(schema).size() <= kToolSchema) return schema;
  json small = {{"type", "object"}, {"properties", json::object()}};
  for (const auto& [name, each] : schema["properties"].items()) {
    small["properties"][name] = each.contains("type") ? json{{"type", each["type"]}} : json::object();
  }
  if (schema.contains("required")) small["required"] = schema["required"];
  return dump_json(small).size() <= kToolSchema ? small : json{{"type", "object"}, {"properties", json::object()}};
}

void add_mirrored(const json& raw, McpTool& tool) {
  const auto properties = raw.is_object() ? raw.find("properties") : raw.end();
  if (!raw.is_object() || properties == raw.end() || !properties->is_object()) return;
  for (const auto& [name, schema] : properties->items()) {
    if (!schema.is_object() || !schema.contains("x-mcp-header") || !schema["x-mcp-header"].is_string()) continue;
    const std::string header = schema["x-mcp-header"];
    const bool good = !header.empty() && std::ranges::all_of(header, [](unsigned char c) {
      return std::isalnum(c) || c == '-' || c == '_';
    });
    if (good) tool.mirrored.emplace_back(name, "Mcp-Param-" + header);
  }
}

std::string api_name(const std::string& text) {
  std::string out;
  for (const char c : text) out += std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' ? c : '_';
  return out;
}

bool has_type(const json& value, const std::string& type) {
  if (type == "string") return value.is_string();
  if (type == "integer")
    return value.is_number_integer() ||
           (value.is_number_float() && value.get<double>() == static_cast<double>(static_cast<int64_t>(
                                                                  std::clamp(value.get<double>(), -9e15, 9e15))));
  if (type == "number") return value.is_number();
  if (type == "boolean") return value.is_boolean();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  if (type == "null") return value.is_null();
  return true;
}

// What is wrong with one argument; empty: nothing that can be told.
std::string fault_of(const json& schema, const json& value) {
  if (!schema.is_object()) return "";
  const json type = schema.contains("type") ? schema["type"] : json();
  const json types = type.is_array() ? type : json::array({type});
  const bool fits = type.is_null() || std::any_of(types.begin(), types.end(), [&](const json& each) {
                      return !each.is_string() || has_type(value, each);
                    });
  if (!fits) return "must be of type " + dump_json(type);
  if (schema.contains("enum") && schema["enum"].is_array() &&
      std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end()) {
    return "must be one of " + dump_json(schema["enum"]).substr(0, 300);
  }
  return "";
}

}  // namespace

std::string read_mcp_tools(const json& result, const std::string& server, std::vector<McpTool>& out) {
  if (!result.is_object()) return "";
  const auto list = result.find("tools");
  for (const json& each : list != result.end() && list->is_array() ? *list : json::array()) {
    if (out.size() >= kToolsOfServer) return "";
    if (!each.is_object() || !each.contains("name") || !each["name"].is_string() ||
        each["name"].get_ref<const std::string&>().empty())
      continue;
    McpTool tool{.server = server, .tool = each["name"], .name = {}, .description = {}, .schema = {}};
    if (tool.tool.size() > 256) continue;
    if (each.contains("description") && each["description"].is_string())
      tool.description = defused(cut_text(each["description"], kToolDescription));
    const json schema = each.contains("inputSchema") ? each["inputSchema"] : json();
    tool.schema = arguments_schema(schema);
    if (json safe = parse_json(defused(dump_json(tool.schema))); safe.is_object()) tool.schema = std::move(safe);
    add_mirrored(schema, tool);
    tool.offered = context::hash_bytes(dump_json(each));
    out.push_back(std::move(tool));
  }
  const auto next = result.find("nextCursor");
  const bool more =
      next != result.end() && next->is_string() && next->get_ref<const std::string&>().size() <= kCursorBytes;
  return more ? next->get<std::string>() : "";
}

void name_mcp_tools(std::vector<McpTool>& tools) {
  std::ranges::sort(tools, [](const McpTool& a, const McpTool& b) {
    return std::tie(a.server, a.tool) < std::tie(b.server, b.tool);
  });
  const auto same = [](const McpTool& a, const McpTool& b) { return a.server == b.server && a.tool == b.tool; };
  tools.erase(std::unique(tools.begin(), tools.end(), same), tools.end());
  std::set<std::string> taken;
  for (McpTool& tool : tools) {
    tool.name = api_name(tool.server) + "__" + api_name(tool.tool);
    if (tool.name.size() <= kToolNameBytes && taken.insert(tool.name).second) continue;
    const std::string tail = fmt::format("_{:08x}", context::hash_bytes(tool.server + '\n' + tool.tool) & 0xffffffffU);
    tool.name = tool.name.substr(0, kToolNameBytes - tail.size()) + tail;
    taken.insert(tool.name);
  }
}

std::string with_mcp_tools(const std::string& own, const std::vector<McpTool>& tools, size_t& left_out) {
  left_out = 0;
  std::string more;
  for (const McpTool& tool : tools) {
    if (tool.changed) continue;
    const json entry = {{"name", tool.name}, {"description", tool.description}, {"parameters", tool.schema}};
    const std::string text = "," + dump_json(entry);
    if (more.size() + text.size() > kAllSchemas) ++left_out;
    else more += text;
  }
  const size_t end = own.rfind(']');
  if (end == std::string::npos) return own;
  if (own.substr(0, end).ends_with('[') && !more.empty()) more.erase(0, 1);
  return own.substr(0, end) + more + "]";
}

Result<json> mcp_arguments(const McpTool& tool, std::string_view text) {
  json arguments = stripped(text).empty() ? json::object() : parse_json(text);
  if (!arguments.is_object()) return fail(Error::Code::bad_input, "arguments are not a JSON object; send one");
  if (is_deep(arguments, kArgumentDepth)) return fail(Error::Code::bad_input, "arguments are nested too deeply");
  std::string faults;
  const auto say = [&](const std::string& name, const std::string& what) {
    faults += fmt::format("{}{}: {}", faults.empty() ? "" : "; ", shown_line(name), what);
  };
  const json& properties = tool.schema["properties"];
  const auto required = tool.schema.find("required");
  for (const json& name : required != tool.schema.end() && required->is_array() ? *required : json::array()) {
    if (name.is_string() && !arguments.contains(name.get_ref<const std::string&>())) say(name, "is missing");
  }
  const auto closed = tool.schema.find("additionalProperties");
  for (const auto& [name, value] : arguments.items()) {
    if (properties.contains(name)) {
      if (const std::string fault = fault_of(properties[name], value); !fault.empty()) say(name, fault);
    } else if (closed != tool.schema.end() && *closed == false) {
      say(name, "is not an argument of this tool");
    }
  }
  if (faults.empty()) return arguments;
  return fail(Error::Code::bad_input, "not executed: " + faults);
}

}  // namespace fimd::providers::agent
