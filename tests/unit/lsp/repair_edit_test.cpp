// Whatever an agent has changed: edits stay within the workspace, do not overlap, and give the text that was meant.
#include "lsp/repair_edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

#include "tests/unit/providers/agent/folder.h"

namespace fimd::lsp {
namespace {

using nlohmann::json;
using providers::agent::ChangedFile;

std::string some_text(std::mt19937& random) {
  static const std::vector<std::string> kLines = {"", "a", "b\t", "\xC3\xA4\xF0\x9F\x98\x80x", "    return", "}"};
  std::string out;
  for (size_t n = random() % 12; n > 0; --n) out += kLines[random() % kLines.size()] + (random() % 5 == 0 ? "\r\n" : "\n");
  return random() % 3 == 0 ? out + "end" : out;
}

// LSP's edits applied as a client does it. Fails the test where they overlap.
std::string applied(const std::string& text, const json& edits) {
  const context::Text before = context::make_text("file:///x", 0, "", text);
  std::vector<std::tuple<size_t, size_t, std::string>> pieces;
  for (const json& edit : edits) {
    const auto offset = [&](const json& at) {
      return context::offset_at(before, {at["line"].get<uint32_t>(), at["character"].get<uint32_t>()}, context::Encoding::utf16);
    };
    pieces.emplace_back(offset(edit["range"]["start"]), offset(edit["range"]["end"]), edit["newText"].get<std::string>());
  }
  std::ranges::sort(pieces);
  std::string out;
  size_t at = 0;
  for (const auto& [from, to, fresh] : pieces) {
    EXPECT_LE(at, from);
    EXPECT_LE(from, to);
    out += text.substr(at, from - at) + fresh;
    at = to;
  }
  return out + text.substr(at);
}

ClientFacts client_of_all() {
  ClientFacts client;
  client.documentChanges = client.createsFiles = true;
  return client;
}

TEST(RepairEdit, GivesTheTextThatWasMeantWithoutOverlaps) {
  std::mt19937 random(3);
  const OpenTexts none;
  for (int i = 0; i < 300; ++i) {
    const tests::Folder folder;
    std::vector<ChangedFile> files;
    for (const char* name : {"a.txt", "sub/b c.txt", "sub/\xC3\xA4.txt"}) {
      files.push_back({name, some_text(random), some_text(random), std::nullopt});
      folder.put(name, *files.back().original);
    }
    const auto edit = workspace_edit(folder.path(), files, none, client_of_all(), "Fix");
    ASSERT_TRUE(edit) << edit.error().message;
    for (const json& change : (*edit)["documentChanges"]) {
      const std::string uri = change["textDocument"]["uri"];
      EXPECT_TRUE(uri.starts_with("file://" + folder.path() + "/")) << uri;
      const auto file = std::ranges::find_if(files, [&](const ChangedFile& each) { return uri == uri_of_path(folder.at(each.path)); });
      ASSERT_NE(file, files.end()) << uri;
      EXPECT_EQ(applied(*file->original, change["edits"]), file->current) << i;
    }
  }
}

TEST(RepairEdit, IsNeverOfAFileOutside) {
  const tests::Folder folder;
  folder.put("canary", "x\n");
  folder.put("ws/a.txt", "x\n");
  folder.link("ws/linked", "../canary");
  folder.link("ws/out", "..");
  const OpenTexts none;
  for (const char* path : {"../canary", "sub/../../canary", "linked", "out/canary"}) {
    for (const std::optional<std::string>& original : {std::optional<std::string>("x\n"), std::optional<std::string>()}) {
      const std::vector<ChangedFile> files = {{path, original, "y\n", std::nullopt}};
      EXPECT_FALSE(workspace_edit(folder.at("ws"), files, none, client_of_all(), "Fix")) << path;
    }
  }
  EXPECT_EQ(folder.get("canary"), "x\n");
  const std::vector<ChangedFile> inside = {{"a.txt", "x\n", "y\n", std::nullopt}};
  EXPECT_TRUE(workspace_edit(folder.at("ws"), inside, none, client_of_all(), "Fix"));
}

TEST(RepairEdit, IsNoneWhereTheUserChangedTheSameLine) {
  const tests::Folder folder;
  folder.put("a.txt", "of the user\n");
  const OpenTexts none;
  const std::vector<ChangedFile> files = {{"a.txt", "x\n", "y\n", std::nullopt}};
  EXPECT_EQ(workspace_edit(folder.path(), files, none, client_of_all(), "Fix").error().code, Error::Code::superseded);
}

}  // namespace
}  // namespace fimd::lsp
