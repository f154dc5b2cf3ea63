#include "lsp/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace fimd::lsp {
namespace {

using nlohmann::json;
using testing::IsEmpty;
using testing::SizeIs;

json operator""_j(const char* text, size_t n) { return json::parse(std::string_view(text, n)); }

template <class T>
std::string error_of(const Result<T>& r) {
  return r ? "no error" : r.error().message;
}

TEST(Initialize, ReadsWhatVsCodeSends) {
  const auto f = read_initialize(R"({"processId": 41, "clientInfo": {"name": "Visual Studio Code", "version": "1.110"},
    "rootPath": "/w", "rootUri": "file:///w", "workspaceFolders": [{"uri": "file:///w/a", "name": "a"},
    {"uri": "file:///w/b"}], "capabilities": {
      "workspace": {"configuration": true, "didChangeConfiguration": {"dynamicRegistration": true},
                    "didChangeWatchedFiles": {"dynamicRegistration": true}},
      "textDocument": {"inlineCompletion": {"dynamicRegistration": true},
                       "completion": {"completionItem": {"insertTextModeSupport": {"valueSet": [1, 2]}}}},
      "window": {"workDoneProgress": true}, "general": {"positionEncodings": ["utf-16"]},
      "experimental": {"fimdStatus": true, "fimdRewrite": true}}})"_j);
  ASSERT_TRUE(f);
  EXPECT_EQ(f->name, "Visual Studio Code");
  EXPECT_EQ(f->version, "1.110");
  EXPECT_EQ(f->processId, 41);
  ASSERT_THAT(f->folders, SizeIs(2));
  EXPECT_EQ(f->folders[1].uri, "file:///w/b");
  EXPECT_EQ(f->folders[1].name, "b");
  EXPECT_TRUE(f->inlineCompletion && f->insertTextModeAsIs && f->configuration && f->configurationRegistration &&
              f->watchedFiles && f->workDoneProgress && f->fimdStatus && f->rewrites && f->positionEncodings);
}

TEST(Initialize, ReadsAClientThatSaysNothing) {
  for (const json& params : {R"({})"_j, R"({"capabilities": {}})"_j,
                             R"({"processId": null, "rootUri": null, "rootPath": null, "workspaceFolders": null,
                                 "capabilities": null, "initializationOptions": null, "clientInfo": null})"_j,
                             R"({"processId": "x", "rootUri": 1, "workspaceFolders": {}, "capabilities": [],
                                 "clientInfo": [1]})"_j}) {
    const auto f = read_initialize(params);
    ASSERT_TRUE(f) << params;
    EXPECT_THAT(f->folders, IsEmpty());
    EXPECT_EQ(f->processId, std::nullopt);
    EXPECT_FALSE(f->inlineCompletion || f->configuration || f->positionEncodings);
  }
}

TEST(Initialize, ReadsKateWithoutFolders) {
  const auto f = read_initialize(R"({"processId": 7, "rootPath": "/home/u/my project",
    "rootUri": "file:///home/u/my%20project", "capabilities": {"textDocument": {}}})"_j);
  ASSERT_TRUE(f);
  ASSERT_THAT(f->folders, SizeIs(1));
  EXPECT_EQ(f->folders[0].uri, "file:///home/u/my%20project");
  EXPECT_EQ(f->folders[0].name, "my project");
  EXPECT_EQ(read_initialize(R"({"rootPath": "/a b"})"_j)->folders.at(0).uri, "file:///a%20b");
}

TEST(Initialize, CountsANullInlineCompletionAsAnnounced) {
  const auto announces = [](json value) {
    json params;
    params["capabilities"]["textDocument"]["inlineCompletion"] = std::move(value);
    return read_initialize(params)->inlineCompletion;
  };
  EXPECT_TRUE(announces(nullptr));
  EXPECT_TRUE(announces(json::object()));
  EXPECT_TRUE(announces(true));
  EXPECT_FALSE(announces(false));
}

TEST(Initialize, RefusesParamsThatAreNoObject) {
  EXPECT_EQ(error_of(read_initialize(json(nullptr))), "params is not an object");
  EXPECT_EQ(error_of(read_initialize("[1]"_j)), "params is not an object");
}

TEST(DidOpen, TakesAMissingVersionAndLanguage) {
  const auto d = read_did_open(R"({"textDocument": {"uri": "untitled:1", "languageId": "", "version": null,
                                                    "text": "a\r\n"}})"_j);
  ASSERT_TRUE(d);
  EXPECT_EQ(d->uri, "untitled:1");
  EXPECT_EQ(d->languageId, "");
  EXPECT_EQ(d->version, std::nullopt);
  EXPECT_EQ(d->text, "a\r\n");
  EXPECT_EQ(read_did_open(R"({"textDocument": {"uri": "u", "text": "", "version": 3.0}})"_j)->version, 3);
}

TEST(DidOpen, NamesTheMemberThatIsWrong) {
  EXPECT_EQ(error_of(read_did_open("null"_j)), "params.textDocument is missing");
  EXPECT_EQ(error_of(read_did_open(R"({"textDocument": {}})"_j)), "params.textDocument.uri is missing");
  EXPECT_EQ(error_of(read_did_open(R"({"textDocument": {"uri": 1}})"_j)), "params.textDocument.uri is not a string");
  EXPECT_EQ(error_of(read_did_open(R"({"textDocument": {"uri": "u"}})"_j)), "params.textDocument.text is missing");
}

TEST(DidChange, ReadsRangedAndWholeChanges) {
  const auto d = read_did_change(R"({"textDocument": {"uri": "u", "version": 5}, "contentChanges": [
    {"range": {"start": {"line": 1, "character": 2}, "end": {"line": 3, "character": 4}}, "rangeLength": 9, "text": "x"},
    {"text": "all"}, {"range": null, "text": "all"}]})"_j);
  ASSERT_TRUE(d);
  EXPECT_EQ(d->version, 5);
  ASSERT_THAT(d->contentChanges, SizeIs(3));
  EXPECT_EQ(d->contentChanges[0].range, (Range{{1, 2}, {3, 4}}));
  EXPECT_EQ(d->contentChanges[0].text, "x");
  EXPECT_EQ(d->contentChanges[1].range, std::nullopt);
  EXPECT_EQ(d->contentChanges[2].range, std::nullopt);
}

TEST(DidChange, TakesNoChangesInAnySpelling) {
  for (const char* none : {"[]", "null", "{}"}) {
    json params = R"({"textDocument": {"uri": "u"}})"_j;
    params["contentChanges"] = json::parse(none);
    const auto d = read_did_change(params);
    ASSERT_TRUE(d) << none;
    EXPECT_THAT(d->contentChanges, IsEmpty());
    EXPECT_EQ(d->version, std::nullopt);
  }
}

TEST(DidChange, NamesTheMemberThatIsWrong) {
  const auto error = [](const char* changes) {
    json params = R"({"textDocument": {"uri": "u"}})"_j;
    params["contentChanges"] = json::parse(changes);
    return error_of(read_did_change(params));
  };
  EXPECT_EQ(error("7"), "params.contentChanges is not an array");
  EXPECT_EQ(error(R"([{"text": "a"}, {"text": 1}])"), "params.contentChanges[1].text is not a string");
  EXPECT_EQ(error(R"([1])"), "params.contentChanges[0].text is missing");
  EXPECT_EQ(error(R"([{"range": 1, "text": "a"}])"), "params.contentChanges[0].range is not a range");
  EXPECT_EQ(error(R"([{"range": {"start": {"line": 0}, "end": {}}, "text": "a"}])"),
            "params.contentChanges[0].range.start.character is missing");
}

TEST(Positions, AreClampedToWhatCanBeStored) {
  const auto position = [](const char* text) {
    json params = R"({"textDocument": {"uri": "u"}})"_j;
    params["position"] = json::parse(text);
    return read_document_at(params);
  };
  EXPECT_EQ(position(R"({"line": -3, "character": 2.0})")->position, (Position{0, 2}));
  EXPECT_EQ(position(R"({"line": 99999999999, "character": 1e300})")->position, (Position{UINT32_MAX, UINT32_MAX}));
  EXPECT_EQ(error_of(position(R"({"line": "1", "character": 0})")), "params.position.line is not a number");
  EXPECT_EQ(error_of(position("null")), "params.position is missing");
  EXPECT_EQ(error_of(position("[]")), "params.position is not an object");
}

TEST(InlineCompletion, ReadsTheSelectionInBothForms) {
  const auto selected = [](const char* range) {
    json params = R"({"textDocument": {"uri": "u"}, "position": {"line": 0, "character": 3}, "context":
      {"triggerKind": 1, "selectedCompletionInfo": {"text": "print"}}})"_j;
    params["context"]["selectedCompletionInfo"]["range"] = json::parse(range);
    return read_inline_completion(params)->selectedCompletionInfo;
  };
  const Range want{{0, 1}, {0, 3}};
  EXPECT_EQ(selected(R"({"start": {"line": 0, "character": 1}, "end": {"line": 0, "character": 3}})")->range, want);
  EXPECT_EQ(selected(R"([{"line": 0, "character": 1}, {"line": 0, "character": 3}])")->range, want);
  EXPECT_EQ(selected(R"([{"line": 0, "character": 1}, {"line": 0, "character": 3}])")->text, "print");
  EXPECT_FALSE(selected("null"));
  EXPECT_FALSE(selected("[1]"));
}

TEST(InlineCompletion, TakesAMissingOrNullContext) {
  json params = R"({"textDocument": {"uri": "u"}, "position": {"line": 0, "character": 3}})"_j;
  ASSERT_TRUE(read_inline_completion(params));
  EXPECT_EQ(read_inline_completion(params)->triggerKind, std::nullopt);
  params["context"] = nullptr;
  EXPECT_EQ(read_inline_completion(params)->triggerKind, std::nullopt);
  params["context"] = R"({"triggerKind": 0, "selectedCompletionInfo": null})"_j;
  EXPECT_EQ(read_inline_completion(params)->triggerKind, 0);
  params["context"] = R"({"triggerKind": 77})"_j;
  EXPECT_EQ(read_inline_completion(params)->triggerKind, std::nullopt);
}

TEST(Ranges, AreWrittenAsLspSays) {
  EXPECT_EQ(to_json(Range{{1, 2}, {3, 4}}),
            R"({"start": {"line": 1, "character": 2}, "end": {"line": 3, "character": 4}})"_j);
}

TEST(NormalUri, MakesTwoSpellingsEqual) {
  for (const char* uri : {"file:///c%3A/x", "file:///C:/x", "FILE:///c:/x", "file:/C:/x", "file://localhost/c:/x"}) {
    EXPECT_EQ(normal_uri(uri), "file:///C:/x") << uri;
  }
  EXPECT_EQ(normal_uri("file:///a%20b"), normal_uri("file:///a b"));
  EXPECT_EQ(normal_uri("file:///%C3%BC"), normal_uri("file:///ü"));
  EXPECT_EQ(normal_uri("file:///a%2fb"), normal_uri("file:///a/b"));
  EXPECT_EQ(normal_uri("untitled:Untitled%2D1"), "untitled:Untitled-1");
}

TEST(ReadDiagnostics, TakesRangesAndMessages) {
  const auto read = read_diagnostics(json::parse(
      R"({"uri":"file:///a","diagnostics":[{"range":{"start":{"line":1,"character":2},"end":{"line":1,"character":5}},"message":"no such name","severity":1}]})"));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->uri, "file:///a");
  ASSERT_EQ(read->diagnostics.size(), 1u);
  EXPECT_EQ(read->diagnostics[0].range, (Range{{1, 2}, {1, 5}}));
  EXPECT_EQ(read->diagnostics[0].message, "no such name");
}

TEST(ReadDiagnostics, CutsALongMessage) {
  const std::string longer(5000, 'x');
  const json params = {{"uri", "file:///a"}, {"diagnostics", {{{"range", {{"start", {{"line", 0}, {"character", 0}}}, {"end", {{"line", 0}, {"character", 0}}}}}, {"message", longer}}}}};
  EXPECT_EQ(read_diagnostics(params).value().diagnostics[0].message.size(), 4096u);
}

TEST(ReadDiagnostics, TellsWhatIsWrong) {
  EXPECT_EQ(read_diagnostics(json::parse("{}")).error().message, "params.uri is missing");
  EXPECT_EQ(read_diagnostics(json::parse(R"({"uri":"file:///a","diagnostics":{}})")).error().message, "params.diagnostics is not an array");
  EXPECT_EQ(read_diagnostics(json::parse(R"({"uri":"file:///a","diagnostics":[{"message":"x"}]})")).error().message,
            "params.diagnostics[0].range is missing");
}

TEST(NormalUri, KeepsDifferentFilesApart) {
  EXPECT_NE(normal_uri("file:///a%2541"), normal_uri("file:///a%41"));
  EXPECT_NE(normal_uri("file:///A"), normal_uri("file:///a"));
  EXPECT_NE(normal_uri("file://host/a"), normal_uri("file:///a"));
}

TEST(NormalUri, IsItsOwnNormalForm) {
  for (const char* uri : {"file:///a%2541", "file:///a%zz", "file:///100%25", "file:///%", "vscode-notebook-cell:/a#x",
                          "", ":", "no uri", "%41", "file://", "file:", "file:x",
                          "file://localhost//localhost/x", "file:////x", "file:{//host/a", "A%3A"}) {
    EXPECT_EQ(normal_uri(normal_uri(uri)), normal_uri(uri)) << uri;
    EXPECT_EQ(path_of_uri(normal_uri(uri)), path_of_uri(uri)) << uri;
  }
}

TEST(PathOfUri, DecodesFileUrisOnly) {
  EXPECT_EQ(path_of_uri("file:///home/%C3%BC%20x/100%25.c"), "/home/ü x/100%.c");
  EXPECT_EQ(path_of_uri("file:///a%2541"), "/a%41");
  EXPECT_EQ(path_of_uri("file:///c%3A/x"), "C:/x");
  EXPECT_EQ(path_of_uri("file://server/share/x"), "//server/share/x");
  EXPECT_EQ(path_of_uri("file:///a#b?c"), "/a#b?c");
  EXPECT_EQ(path_of_uri("untitled:Untitled-1"), "");
  EXPECT_EQ(path_of_uri("/plain/path"), "");
  EXPECT_EQ(path_of_uri("file:///etc/passwd%00.txt"), "");
}

TEST(UriOfPath, EncodesWhatPathOfUriDecodes) {
  EXPECT_EQ(uri_of_path("/home/ü x/100%.c"), "file:///home/%C3%BC%20x/100%25.c");
  EXPECT_EQ(uri_of_path("///a"), "file:///a");
  EXPECT_EQ(uri_of_path("C:\\a b\\c"), "file:///C:/a%20b/c");
  for (const char* path : {"/", "/a#b?c", "/a%41", "/ü/𐐀", "/back\\slash", "//server/share", "C:/x", "/a:b/c", "/\n"}) {
    EXPECT_EQ(path_of_uri(uri_of_path(path)), path) << path;
  }
}

}  // namespace
}  // namespace fimd::lsp
