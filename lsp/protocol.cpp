#include "lsp/protocol.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <nlohmann/json.hpp>

namespace fimd::lsp {
namespace {

using nlohmann::json;

// A value together with its path, for errors. A member that is null counts as absent: some clients send null for
// everything they do not know.
struct At {
  const json* value = nullptr;
  std::string path;

  explicit operator bool() const { return value != nullptr; }
  [[nodiscard]] At operator[](const char* name) const {
    std::string longer = path + "." + name;
    if (value == nullptr || !value->is_object()) return {nullptr, std::move(longer)};
    const auto it = value->find(name);
    if (it == value->end() || it->is_null()) return {nullptr, std::move(longer)};
    return {&*it, std::move(longer)};
  }
  [[nodiscard]] At operator[](size_t i) const { return {&(*value)[i], fmt::format("{}[{}]", path, i)}; }
};

tl::unexpected<Error> wrong(const At& at, std::string_view wanted) {
  return fail(Error::Code::bad_input,
              at ? fmt::format("{} is not {}", at.path, wanted) : fmt::format("{} is missing", at.path));
}

Result<std::string> text_of(const At& at) {
  if (!at || !at.value->is_string()) return wrong(at, "a string");
  return at.value->get_ref<const std::string&>();
}

std::string text_or_empty(const At& at) { return text_of(at).value_or(""); }

bool is_true(const At& at) { return at && at.value->is_boolean() && at.value->get<bool>(); }

std::optional<int64_t> whole_number(const At& at) {
  if (!at || !at.value->is_number()) return std::nullopt;
  if (!at.value->is_number_float()) return at.value->get<int64_t>();
  const double d = at.value->get<double>();  // some JSON writers know no integers
  if (!(std::abs(d) < 9e15) || d != std::floor(d)) return std::nullopt;
  return static_cast<int64_t>(d);
}

// Line or character; out of range is clamped, as positions past the end are.
Result<uint32_t> coordinate(const At& at) {
  if (!at || !at.value->is_number()) return wrong(at, "a number");
  const double d = at.value->get<double>();
  if (!(d > 0)) return 0u;
  return d >= static_cast<double>(UINT32_MAX) ? UINT32_MAX : static_cast<uint32_t>(d);
}

Result<Position> position_of(const At& at) {
  if (!at || !at.value->is_object()) return wrong(at, "an object");
  const auto line = coordinate(at["line"]);
  if (!line) return tl::unexpected(line.error());
  const auto character = coordinate(at["character"]);
  if (!character) return tl::unexpected(character.error());
  return Position{*line, *character};
}

// An object with start and end; vscode-languageclient 9 sends VS Code's own form, [start, end], in one place.
Result<Range> range_of(const At& at) {
  const bool pair = at && at.value->is_array() && at.value->size() == 2;
  if (!at || (!pair && !at.value->is_object())) return wrong(at, "a range");
  const auto start = position_of(pair ? at[size_t{0}] : at["start"]);
  if (!start) return tl::unexpected(start.error());
  const auto end = position_of(pair ? at[size_t{1}] : at["end"]);
  if (!end) return tl::unexpected(end.error());
  return Range{*start, *end};
}

Result<std::string> document_uri(const At& params) {
  const At document = params["textDocument"];
  if (!document) return wrong(document, "an object");
  return text_of(document["uri"]);
}

Result<Change> change_of(const At& at) {
  Change change;
  if (at["range"]) {
    const auto range = range_of(at["range"]);
    if (!range) return tl::unexpected(range.error());
    change.range = *range;
  }
  auto text = text_of(at["text"]);
  if (!text) return tl::unexpected(text.error());
  change.text = *std::move(text);
  return change;
}

std::string last_part(std::string_view path) {
  while (!path.empty() && path.back() == '/') path.remove_suffix(1);
  return std::string(path.substr(path.rfind('/') + 1));
}

std::vector<WorkspaceFolder> folders_of(const At& params) {
  std::vector<WorkspaceFolder> folders;
  const auto add = [&](std::string uri, std::string name) {
    if (uri.empty()) return;
    if (name.empty()) name = last_part(normal_uri(uri));
    folders.push_back({std::move(uri), std::move(name)});
  };
  if (const At list = params["workspaceFolders"]; list && list.value->is_array()) {
    for (size_t i = 0; i < list.value->size(); ++i) add(text_or_empty(list[i]["uri"]), text_or_empty(list[i]["name"]));
  }
  if (folders.empty()) add(text_or_empty(params["rootUri"]), "");
  if (folders.empty()) {
    const std::string path = text_or_empty(params["rootPath"]);
    if (!path.empty()) add(uri_of_path(path), "");
  }
  return folders;
}

bool lists(const At& values, const json& wanted) {
  return values && values.value->is_array() &&
         std::find(values.value->begin(), values.value->end(), wanted) != values.value->end();
}
bool lists_one(const At& numbers) { return lists(numbers, 1); }

// A string, or since LSP 3.18 {kind, value}; cut to its first 4 KB.
Result<std::string> message_of(const At& at) {
  constexpr size_t kLongMessage = 4096;
  auto message = at && at.value->is_object() ? text_of(at["value"]) : text_of(at);
  if (message) message->resize(context::floor_code_point(*message, kLongMessage));
  return message;
}

Result<std::vector<context::Diagnostic>> diagnostics_of(const At& list) {
  constexpr size_t kMany = 1000;
  if (!list || !list.value->is_array()) return wrong(list, "an array");
  std::vector<context::Diagnostic> out;
  for (size_t i = 0; i < list.value->size() && i < kMany; ++i) {
    const At each = list[i];
    const auto range = range_of(each["range"]);
    if (!range) return tl::unexpected(range.error());
    auto message = message_of(each["message"]);
    if (!message) return tl::unexpected(message.error());
    out.push_back({*range, *std::move(message)});
  }
  return out;
}

// Announced by an object, by true, and by null: property lists of Emacs turn an empty object into null.
bool announces_inline_completion(const At& document) {
  if (!document || !document.value->is_object()) return false;
  const auto it = document.value->find("inlineCompletion");
  return it != document.value->end() && *it != json(false);
}

}  // namespace

Result<ClientFacts> read_initialize(const json& raw) {
  if (!raw.is_object()) return fail(Error::Code::bad_input, "params is not an object");
  const At params{&raw, "params"};
  const At can = params["capabilities"];
  const At document = can["textDocument"], workspace = can["workspace"];
  ClientFacts facts;
  facts.name = text_or_empty(params["clientInfo"]["name"]);
  facts.version = text_or_empty(params["clientInfo"]["version"]);
  facts.processId = whole_number(params["processId"]);
  if (facts.processId && *facts.processId <= 0) facts.processId.reset();
  facts.folders = folders_of(params);
  facts.inlineCompletion = announces_inline_completion(document);
  facts.insertTextModeAsIs = lists_one(document["completion"]["completionItem"]["insertTextModeSupport"]["valueSet"]);
  facts.configuration = is_true(workspace["configuration"]);
  facts.configurationRegistration = is_true(workspace["didChangeConfiguration"]["dynamicRegistration"]);
  facts.watchedFiles = is_true(workspace["didChangeWatchedFiles"]["dynamicRegistration"]);
  facts.workDoneProgress = is_true(can["window"]["workDoneProgress"]);
  facts.fimdStatus = is_true(can["experimental"]["fimdStatus"]);
  facts.rewrites = is_true(can["experimental"]["fimdRewrite"]);
  facts.showDocument = is_true(can["window"]["showDocument"]["support"]);
  const At action = document["codeAction"], edit = workspace["workspaceEdit"];
  facts.codeActionLiterals = static_cast<bool>(action["codeActionLiteralSupport"]);
  facts.generatedTag = lists_one(action["tagSupport"]["valueSet"]);
  facts.documentChanges = is_true(edit["documentChanges"]);
  facts.createsFiles = lists(edit["resourceOperations"], "create");
  facts.changeAnnotations = static_cast<bool>(edit["changeAnnotationSupport"]);
  facts.positionEncodings = static_cast<bool>(can["general"]["positionEncodings"]);
  return facts;
}

Result<DidOpen> read_did_open(const json& raw) {
  const At params{&raw, "params"};
  auto uri = document_uri(params);
  if (!uri) return tl::unexpected(uri.error());
  const At document = params["textDocument"];
  auto text = text_of(document["text"]);
  if (!text) return tl::unexpected(text.error());
  return DidOpen{.uri = *std::move(uri),
                 .languageId = text_or_empty(document["languageId"]),
                 .text = *std::move(text),
                 .version = whole_number(document["version"])};
}

Result<DidChange> read_did_change(const json& raw) {
  const At params{&raw, "params"};
  auto uri = document_uri(params);
  if (!uri) return tl::unexpected(uri.error());
  DidChange out{
      .uri = *std::move(uri), .version = whole_number(params["textDocument"]["version"]), .contentChanges = {}};
  const At changes = params["contentChanges"];
  if (!changes) return out;
  // Lua writers encode an empty list as an empty object.
  if (changes.value->is_object() && changes.value->empty()) return out;
  if (!changes.value->is_array()) return wrong(changes, "an array");
  out.contentChanges.reserve(changes.value->size());
  for (size_t i = 0; i < changes.value->size(); ++i) {
    auto change = change_of(changes[i]);
    if (!change) return tl::unexpected(change.error());
    out.contentChanges.push_back(*std::move(change));
  }
  return out;
}

Result<std::string> read_document_uri(const json& raw) { return document_uri(At{&raw, "params"}); }

Result<Diagnostics> read_diagnostics(const json& raw) {
  const At params{&raw, "params"};
  auto uri = text_of(params["uri"]);
  if (!uri) return tl::unexpected(uri.error());
  auto list = diagnostics_of(params["diagnostics"]);
  if (!list) return tl::unexpected(list.error());
  return Diagnostics{*std::move(uri), *std::move(list)};
}

Result<CodeActionParams> read_code_action(const json& raw) {
  const At params{&raw, "params"};
  auto uri = document_uri(params);
  if (!uri) return tl::unexpected(uri.error());
  const auto range = range_of(params["range"]);
  if (!range) return tl::unexpected(range.error());
  CodeActionParams out{*std::move(uri), *range, {}, {}, false};
  const At context = params["context"];
  if (auto list = diagnostics_of(context["diagnostics"])) out.diagnostics = *std::move(list);
  if (const At only = context["only"]; only && only.value->is_array()) {
    for (size_t i = 0; i < only.value->size(); ++i) out.only.push_back(text_or_empty(only[i]));
  }
  out.automatic = whole_number(context["triggerKind"]) == 2;
  return out;
}

Result<DocumentAt> read_document_at(const json& raw) {
  const At params{&raw, "params"};
  auto uri = document_uri(params);
  if (!uri) return tl::unexpected(uri.error());
  const auto position = position_of(params["position"]);
  if (!position) return tl::unexpected(position.error());
  return DocumentAt{*std::move(uri), *position};
}

Result<InlineCompletionParams> read_inline_completion(const json& raw) {
  auto document = read_document_at(raw);
  if (!document) return tl::unexpected(document.error());
  const At context = At{&raw, "params"}["context"];
  InlineCompletionParams out{.uri = std::move(document->uri),
                             .position = document->position,
                             .version = whole_number(At{&raw, "params"}["textDocument"]["version"]),
                             .triggerKind = std::nullopt,
                             .selectedCompletionInfo = std::nullopt};
  if (const auto kind = whole_number(context["triggerKind"]); kind && *kind >= 0 && *kind <= 2) {
    out.triggerKind = static_cast<int>(*kind);
  }
  // Without a usable selection the request can still be answered, and an error would show up at every keystroke.
  const At selected = context["selectedCompletionInfo"];
  if (const auto range = range_of(selected["range"])) {
    out.selectedCompletionInfo = {*range, text_or_empty(selected["text"])};
  }
  return out;
}

json to_json(const Position& position) { return {{"line", position.line}, {"character", position.character}}; }

json to_json(const Range& range) { return {{"start", to_json(range.start)}, {"end", to_json(range.end)}}; }

}  // namespace fimd::lsp
