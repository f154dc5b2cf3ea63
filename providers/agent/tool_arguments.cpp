#include "providers/agent/tool_arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "providers/agent/tool_text.h"
#include "providers/agent/tools.h"

namespace fimd::providers::agent {
namespace {

using nlohmann::json;

constexpr size_t kDeepestSchema = 64;

constexpr std::string_view kPathNames = "file_path filePath filename file";

constexpr auto kReadFileSchema = std::to_array<ToolField>({
    {"path", FieldType::text, true, "relative to the workspace root", kPathNames},
    {"start_line", FieldType::integer, false, "first line, 1-based; default 1", "offset startLine line"},
    {"line_count", FieldType::integer, false, "default 400, at most 1000", "limit"},
});
constexpr auto kListFiles = std::to_array<ToolField>({
    {"glob", FieldType::text, false, "e.g. src/**/*.cpp; default *", "include include_pattern pattern"},
    {"limit", FieldType::integer, false, "default 100, at most 500", ""},
});
constexpr auto kSearchText = std::to_array<ToolField>({
    {"pattern", FieldType::text, true, "", "query regex"},
    {"is_regex", FieldType::flag, false, "default false: literal text", "isRegex"},
    {"glob", FieldType::text, false, "restrict to files, e.g. **/*.py", "include include_pattern"},
    {"limit", FieldType::integer, false, "hits, default 50, at most 200", ""},
});
constexpr auto kFindSymbol = std::to_array<ToolField>({
    {"name", FieldType::text, true, "plain or qualified name", "symbol"},
    {"references", FieldType::flag, false, "default false", ""},
});
constexpr auto kDiagnostics = std::to_array<ToolField>({{"path", FieldType::text, true, "", kPathNames}});
constexpr auto kEditFile = std::to_array<ToolField>({
    {"path", FieldType::text, true, "", kPathNames},
    {"old_string", FieldType::text, true, "", "old_str oldString old_text search"},
    {"new_string", FieldType::text, true, "", "new_str newString new_text replace"},
    {"replace_all", FieldType::flag, false, "default false", "replaceAll allow_multiple"},
});

constexpr auto kRunCheck = std::to_array<ToolField>({
    {"filter", FieldType::text, false, "optional test or target name; only when the check allows it", "test target"},
});
constexpr auto kRunCommand = std::to_array<ToolField>({
    {"argv", FieldType::words, true, "the program and its arguments, one string each; there is no shell",
     "command args"},
    {"reason", FieldType::text, true, "why it is needed, for the user", ""},
});

constexpr auto kTools = std::to_array<ToolSpec>({
    {"read_file",
     "Read lines of a text file of the workspace. Output lines are `number| text`. Read the part you need, 100 to 400 "
     "lines at once.",
     kReadFileSchema},
    {"list_files", "List workspace files, newest first, ignored files left out.", kListFiles},
    {"search_text", "Search file contents line by line. Few hits are shown with surrounding lines.", kSearchText},
    {"find_symbol",
     "Find where a function, type, variable or macro is defined, and with references=true where it is used.",
     kFindSymbol},
    {"get_diagnostics", "Errors and warnings of a file, from the editor and from parsing.", kDiagnostics},
    {"edit_file",
     "Replace text in a file. old_string must be copied exactly from the file (without line numbers) and occur once; "
     "include a line or two around the change. Keep edits small; several calls are fine. A new file: old_string empty.",
     kEditFile},
    {"run_check",
     "Build or test the current edits with the project's check command. Returns new problems compared with before your "
     "edits.",
     kRunCheck},
    {"run_command",
     "Run a program on the current edits, without network; what it writes is thrown away. The user may have to agree.",
     kRunCommand},
});

std::string_view type_name(FieldType type) {
  switch (type) {
    case FieldType::text: return "string";
    case FieldType::integer: return "integer";
    case FieldType::flag: return "boolean";
    case FieldType::words: return "array";
  }
  return "string";
}

// What parsing alone does not tell: where it failed, how deep it went, names that came twice.
struct Reader : json::json_sax_t {
  size_t failed_at = 0, depth = 0, deepest = 0;
  bool failed = false;
  std::set<std::string> keys;
  std::string twice;

  bool open() {
    deepest = std::max(deepest, ++depth);
    return depth <= kDeepestSchema;
  }
  bool close() {
    --depth;
    return true;
  }
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool start_array(size_t) override { return open(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (depth == 1 && !keys.insert(name).second) twice = name;
    return true;
  }
  bool parse_error(size_t position, const std::string&, const nlohmann::detail::exception&) override {
    failed_at = position;
    failed = true;
    return false;
  }
};

tl::unexpected<Error> bad(std::string message) {
  return fail(Error::Code::bad_input, std::move(message));
}

std::string cut_value(const json& value) {
  std::string text = value.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > 60) text = text.substr(0, 57) + "...";
  return harmless(context::to_valid_utf8(text));
}

Result<json> parse_object(std::string_view text) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return json::object();
  Reader reader;
  const bool whole = json::sax_parse(text, &reader);
  if (reader.deepest > kDeepestSchema) return bad("arguments: nested too deeply; send one flat JSON object");
  if (reader.failed && reader.failed_at >= text.size()) {
    return bad(
        fmt::format("the call was cut off after {} bytes and was not executed; send a smaller edit", text.size()));
  }
  if (!whole) {
    const size_t at = std::min(reader.failed_at, text.size());
    const size_t from = at < 20 ? 0 : at - 20;
    return bad(fmt::format("arguments are not JSON: error at byte {}, near `{}`; send one JSON object", at,
                           harmless(context::to_valid_utf8(text.substr(from, 40)))));
  }
  if (!reader.twice.empty()) return bad(harmless(reader.twice.substr(0, 60)) + ": given twice; send it once");
  json value = json::parse(text, nullptr, false);
  if (!value.is_object()) return bad("arguments: expected one JSON object, got " + cut_value(value));
  return value;
}

// The value as its field wants it, or null where it cannot be.
json converted(const json& value, FieldType type) {
  if (type == FieldType::text) {
    if (value.is_string()) return value;
    if (value.is_array() && value.size() == 1 && value[0].is_string()) return value[0];
    return nullptr;
  }
  if (type == FieldType::words) {
    const bool strings = value.is_array() && !value.empty() &&
                         std::all_of(value.begin(), value.end(), [](const json& v) { return v.is_string(); });
    return strings ? value : json();
  }
  if (type == FieldType::flag) {
    if (value.is_boolean()) return value;
    if (value == "true" || value == "false") return value == "true";
    return nullptr;
  }
  if (value.is_number_integer()) return value;
  if (value.is_number_float()) {
    const double number = value.get<double>();
    if (number >= -1e9 && number <= 1e9 && number == static_cast<double>(static_cast<int64_t>(number)))
      return static_cast<int64_t>(number);
  }
  if (value.is_string()) {
    const auto& digits = value.get_ref<const std::string&>();
    int64_t number = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error == std::errc() && end == digits.data() + digits.size()) return number;
  }
  return nullptr;
}

json field_schema(const ToolField& field) {
  json out = {{"type", type_name(field.type)}};
  if (field.type == FieldType::words) out["items"] = {{"type", "string"}};
  if (!field.description.empty()) out["description"] = field.description;
  return out;
}

const json* given(const json& object, const ToolField& field) {
  if (const auto found = object.find(std::string(field.name)); found != object.end() && !found->is_null())
    return &*found;
  std::string_view names = field.aliases;
  while (!names.empty()) {
    const std::string name(names.substr(0, names.find(' ')));
    names.remove_prefix(std::min(names.size(), name.size() + 1));
    if (const auto found = object.find(name); found != object.end() && !found->is_null()) return &*found;
  }
  return nullptr;
}

// An end line, as other agents' tools have it, is a count once the start is known.
void convert_end_line(const ToolSpec& tool, json& object) {
  if (tool.name != "read_file" || object.contains("line_count")) return;
  for (const char* name : {"endLine", "end_line"}) {
    if (!object.contains(name)) continue;
    const json end = converted(object[name], FieldType::integer);
    const json* from = given(object, kReadFileSchema[1]);
    const json start = from == nullptr ? json(1) : converted(*from, FieldType::integer);
    if (end.is_number() && start.is_number() && end.get<double>() >= start.get<double>())
      object["line_count"] = static_cast<int64_t>(end.get<double>() - start.get<double>()) + 1;
  }
}

}  // namespace

std::span<const ToolSpec> tool_specs() {
  return kTools;
}

const ToolSpec* find_tool(std::string_view name) {
  const auto found = std::find_if(kTools.begin(), kTools.end(), [&](const ToolSpec& t) { return t.name == name; });
  return found == kTools.end() ? nullptr : &*found;
}

Result<Arguments> Arguments::check(const ToolSpec& tool, std::string_view text) {
  if (text.size() > Toolbox::kArgumentBytes) return bad("arguments: too large; send a smaller edit");
  auto object = parse_object(text);
  if (!object) return tl::unexpected(object.error());
  convert_end_line(tool, *object);
  Arguments out;
  std::string problems;
  for (const ToolField& field : tool.fields) {
    const json* value = given(*object, field);
    if (value == nullptr && !field.required) continue;
    json fitting = value == nullptr ? json() : converted(*value, field.type);
    if (!fitting.is_null()) {
      out.values_[std::string(field.name)] = std::move(fitting);
      continue;
    }
    problems += value == nullptr
                    ? fmt::format("{}: missing", field.name)
                    : fmt::format("{}: expected {}, got {}", field.name, type_name(field.type), cut_value(*value));
    problems += fmt::format("\n  \"{}\": {}\n", field.name, field_schema(field).dump());
  }
  if (!problems.empty()) return bad(std::string(tool.name) + ": not executed\n" + problems);
  return out;
}

std::string Arguments::text(const char* name, std::string_view otherwise) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string(otherwise) : found->get<std::string>();
}

size_t Arguments::count(const char* name, size_t otherwise, size_t most) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return otherwise;
  if (found->is_number_unsigned()) return static_cast<size_t>(std::clamp<uint64_t>(found->get<uint64_t>(), 1, most));
  return static_cast<size_t>(
      std::clamp<int64_t>(found->get<int64_t>(), 1, static_cast<int64_t>(std::min<size_t>(most, INT64_MAX))));
}

std::vector<std::string> Arguments::words(const char* name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>{} : found->get<std::vector<std::string>>();
}

bool Arguments::flag(const char* name) const {
  const auto found = values_.find(name);
  return found != values_.end() && found->get<bool>();
}

std::string Toolbox::schemas() const {
  using nlohmann::ordered_json;
  ordered_json all = ordered_json::array();
  for (const ToolSpec& tool : kTools) {
    if (!offers(tool.name)) continue;
    ordered_json properties = ordered_json::object(), required = ordered_json::array();
    for (const ToolField& field : tool.fields) {
      ordered_json schema = {{"type", type_name(field.type)}};
      if (field.type == FieldType::words) schema["items"] = {{"type", "string"}};
      if (!field.description.empty()) schema["description"] = field.description;
      properties[std::string(field.name)] = std::move(schema);
      if (field.required) required.push_back(field.name);
    }
    all.push_back({{"name", tool.name},
                   {"description", tool.description},
                   {"parameters", {{"type", "object"}, {"properties", properties}, {"required", required}}}});
  }
  return all.dump();
}

}  // namespace fimd::providers::agent
