// The LSP structures that fimd reads, as plain structs with LSP's own member names, and their decoders.
//
// Only what is used is here. A decoder is lenient about what it does not need and reports the first member that is
// wrong by its path ("params.position.line is not a number"), as Error bad_input.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "context/result.h"
#include "context/surroundings.h"
#include "context/text.h"

namespace fimd::lsp {

using context::Change;
using context::Position;
using context::Range;

struct WorkspaceFolder {
  std::string uri, name;
};

// What initialize told about the client.
// What a client that was built for another server speaks beside LSP (lsp/dialects).
enum class Dialect { none, copilot, tabby };

struct ClientFacts {
  std::string name, version;          // clientInfo
  std::optional<int64_t> processId;
  std::vector<WorkspaceFolder> folders;  // workspaceFolders, else rootUri, else rootPath
  bool inlineCompletion = false;      // textDocument.inlineCompletion is announced (null counts: some Emacs send it)
  bool insertTextModeAsIs = false;    // completionItem.insertTextModeSupport lists 1
  bool configuration = false;         // workspace.configuration
  bool configurationRegistration = false;  // workspace.didChangeConfiguration.dynamicRegistration
  bool watchedFiles = false;          // workspace.didChangeWatchedFiles.dynamicRegistration
  bool workDoneProgress = false;      // window.workDoneProgress
  bool fimdStatus = false;            // experimental.fimdStatus
  Dialect dialect = Dialect::none;
  bool rewrites = false;              // experimental.fimdRewrite: runs the command fimd.rewrite (actions.h)
  bool showDocument = false;          // window.showDocument.support
  bool positionEncodings = false;     // general.positionEncodings is present
  bool codeActionLiterals = false;    // textDocument.codeAction.codeActionLiteralSupport is present
  bool generatedTag = false;          // textDocument.codeAction.tagSupport lists 1 (LLMGenerated)
  bool documentChanges = false;       // workspace.workspaceEdit.documentChanges
  bool createsFiles = false;          // workspace.workspaceEdit.resourceOperations lists "create"
  bool changeAnnotations = false;     // workspace.workspaceEdit.changeAnnotationSupport is present
};

struct DidOpen {
  std::string uri, languageId, text;
  std::optional<int64_t> version;
};
struct DidChange {
  std::string uri;
  std::optional<int64_t> version;
  std::vector<Change> contentChanges;
};
// Of a document by the editor's other tools; a message is cut to its first 4 KB.
struct Diagnostics {
  std::string uri;
  std::vector<context::Diagnostic> diagnostics;
};
struct CodeActionParams {
  std::string uri;
  Range range;
  std::vector<context::Diagnostic> diagnostics;  // as many as were sent, in their order
  std::vector<std::string> only;                 // kinds; empty: all
  bool automatic = false;                        // the client looks whether there is something, nobody has asked
};
struct DocumentAt {
  std::string uri;
  Position position;
};
struct InlineCompletionParams {
  std::string uri;
  Position position;
  std::optional<int64_t> version;  // of the document, where the client tells
  std::optional<int> triggerKind;  // as sent: see trigger traps in session.cpp
  struct Selected {
    Range range;
    std::string text;
  };
  std::optional<Selected> selectedCompletionInfo;  // its range may come as an object or as [start, end]
};

[[nodiscard]] Result<ClientFacts> read_initialize(const nlohmann::json& params);
[[nodiscard]] Result<DidOpen> read_did_open(const nlohmann::json& params);
[[nodiscard]] Result<DidChange> read_did_change(const nlohmann::json& params);
[[nodiscard]] Result<std::string> read_document_uri(const nlohmann::json& params);  // params.textDocument.uri
[[nodiscard]] Result<Diagnostics> read_diagnostics(const nlohmann::json& params);  // {uri, diagnostics}, as in LSP
[[nodiscard]] Result<CodeActionParams> read_code_action(const nlohmann::json& params);
[[nodiscard]] Result<DocumentAt> read_document_at(const nlohmann::json& params);
[[nodiscard]] Result<InlineCompletionParams> read_inline_completion(const nlohmann::json& params);

[[nodiscard]] nlohmann::json to_json(const Position& position);
[[nodiscard]] nlohmann::json to_json(const Range& range);

// A document's identity: percent-decoded, drive letter in upper case, so that two spellings of one URI are equal. Only
// a percent sign that belongs to the name stays encoded ("%25"), so that the result is still good for path_of_uri() and
// normalising it again changes nothing.
[[nodiscard]] std::string normal_uri(std::string_view uri);

// The path of a file: URI ("C:/x" for a drive), or empty for any other scheme and for a path with a NUL in it. The
// other way: the file URI of an absolute path, percent-encoded.
[[nodiscard]] std::string path_of_uri(std::string_view uri);
[[nodiscard]] std::string uri_of_path(std::string_view path);

}  // namespace fimd::lsp
