#include "lsp/repair_edit.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "context/paths.h"
#include "providers/agent/beneath.h"
#include "providers/agent/diff.h"
#include "providers/agent/merge.h"

namespace fimd::lsp {
namespace agent = providers::agent;
using nlohmann::json;

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr const char* kAnnotation = "fimd";
constexpr size_t kFileBytes = 16U << 20;

// Editors take the mark off a text and put it back when they save.
std::string_view as_shown(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  return text;
}

struct Now {
  context::Snapshot text;
  json version = nullptr;  // of the open document
};

Now closed(const std::string& path, std::string utf8) {
  return {std::make_shared<const context::Text>(context::make_text(path, 0, "", std::move(utf8))), nullptr};
}

std::optional<Now> now_of(const std::string& root, const agent::ChangedFile& file, const OpenTexts& open) {
  if (const auto found = open.find(file.path); found != open.end()) return Now{found->second, found->second->version};
  const auto bytes = agent::BeneathFiles(root).read(file.path, kFileBytes);
  if (!bytes) return std::nullopt;
  return closed(file.path, std::string(as_shown(*bytes)));
}

json edits_of(const context::Text& before, std::string_view after, bool annotated) {
  json out = json::array();
  for (const agent::TextEdit& each : agent::text_edits(before, after, context::Encoding::utf16)) {
    json edit = {{"range", to_json(each.range)}, {"newText", each.text}};
    if (annotated) edit["annotationId"] = kAnnotation;
    out.push_back(std::move(edit));
  }
  return out;
}

}  // namespace

Result<json> workspace_edit(const std::string& root, std::span<const agent::ChangedFile> files, const OpenTexts& open,
                            const ClientFacts& client, const std::string& label) {
  const bool annotated = client.documentChanges && client.changeAnnotations && files.size() > 1;
  json changes = json::object(), document_changes = json::array();
  for (const agent::ChangedFile& file : files) {
    if (!context::join_path("", file.path))
      return fail(Error::Code::refused, file.path + " lies outside of the workspace");
    const std::string uri = uri_of_path(root + "/" + file.path);
    std::optional<Now> now = now_of(root, file, open);
    std::string wanted = file.current;
    if (file.original) {
      if (!now) return fail(Error::Code::superseded, file.path + " is gone");
      auto merged = agent::merged(as_shown(*file.original), as_shown(file.current), now->text->utf8);
      if (!merged) {
        return fail(Error::Code::superseded,
                    file.path + " was changed in the meantime in the same place; nothing was applied");
      }
      wanted = *std::move(merged);
    } else {
      const auto there = agent::BeneathFiles(root).kind(file.path);
      if (!there && there.error().code != Error::Code::not_found) {
        return fail(Error::Code::refused, file.path + ": " + there.error().message);
      }
      if (now || there) return fail(Error::Code::superseded, file.path + " was made in the meantime");
      if (!client.documentChanges || !client.createsFiles) {
        return fail(Error::Code::unsupported,
                    file.path + " would be a new file, which this editor cannot make from an edit");
      }
      document_changes.push_back({{"kind", "create"}, {"uri", uri}});
      now = closed(uri, "");
    }
    json edits = edits_of(*now->text, wanted, annotated);
    if (edits.empty()) continue;
    document_changes.push_back({{"textDocument", {{"uri", uri}, {"version", now->version}}}, {"edits", edits}});
    changes[uri] = std::move(edits);
  }
  if (!client.documentChanges) return json{{"changes", std::move(changes)}};
  json edit = {{"documentChanges", std::move(document_changes)}};
  if (annotated) edit["changeAnnotations"] = {{kAnnotation, {{"label", label}, {"needsConfirmation", true}}}};
  return edit;
}

}  // namespace fimd::lsp
