// Attacks on the agent's tools, played as a model would: by calls. The number in a name is that of the list of attacks
// (A: paths, B: hostile files, C: injected text, D: secrets, G: the protocol). A canary lies outside of the workspace
// and must never be in a result.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "context/ignore.h"
#include "providers/agent/diff.h"
#include "providers/agent/jail_shadow.h"
#include "providers/agent/tools.h"
#include "tests/unit/providers/agent/folder.h"

namespace fimd::providers::agent {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kCanary = "CANARY-7f3a";

struct AgentAttack : testing::Test {
  tests::Folder outer;
  std::unique_ptr<Overlay> overlay;
  std::unique_ptr<Toolbox> tools;

  AgentAttack() {
    outer.put("canary", kCanary);
    outer.put("ws/src/a.txt", "text\n");
  }
  ~AgentAttack() override { EXPECT_EQ(outer.get("canary"), kCanary); }

  [[nodiscard]] std::string ws(const std::string& name) const { return outer.at("ws/" + name); }
  void put(const std::string& name, std::string_view text) const { outer.put("ws/" + name, text); }

  ToolResult call(const std::string& name, const std::string& arguments) {
    if (!overlay) {
      OverlayRules rules;
      rules.excluded = [](std::string_view path, bool) { return context::is_private(path, {}); };
      overlay = std::make_unique<Overlay>(outer.at("ws"), std::vector<OpenBuffer>{}, rules);
      tools = std::make_unique<Toolbox>(*overlay, nullptr, std::vector<Diagnostic>{});
    }
    ToolResult got = tools->run({"1", name, arguments}, {});
    EXPECT_THAT(got.text, Not(HasSubstr(kCanary)));
    EXPECT_LE(got.text.size(), Toolbox::kResultBytes);
    EXPECT_TRUE(context::is_valid_utf8(got.text));
    return got;
  }
  ToolResult read(const std::string& path) { return call("read_file", json{{"path", path}}.dump()); }
  ToolResult write(const std::string& path) {
    return call("edit_file", json{{"path", path}, {"old_string", ""}, {"new_string", "x\n"}}.dump());
  }
  ToolResult search(const std::string& pattern) { return call("search_text", json{{"pattern", pattern}}.dump()); }
  std::string list() { return call("list_files", "").text; }
};

TEST_F(AgentAttack, A1To3PathsOutsideTellNothing) {
  for (const std::string path : {"../canary", "../../canary", "../none", "src/../../canary", "/etc/passwd", "/none",
                                 "//x", "..", "../ws/src/a.txt"}) {
    const ToolResult got = read(path);
    EXPECT_TRUE(got.error) << path;
    EXPECT_EQ(got.text, "outside the workspace") << path;
    EXPECT_EQ(write(path).text, "outside the workspace") << path;
  }
  EXPECT_FALSE(read(ws("src/a.txt")).error);
  EXPECT_FALSE(read("./././src//a.txt").error);
  EXPECT_TRUE(read("").error);
}

TEST_F(AgentAttack, A4NothingIsExpandedOrDecoded) {
  for (const std::string path : {"file:///etc/passwd", "file:%2e%2e/canary", "%2e%2e/canary", "~/.profile",
                                 "$HOME/.profile", "src/$(cat ../../canary)"})
    EXPECT_TRUE(read(path).error) << path;
}

TEST_F(AgentAttack, A5OddAndEndlessNames) {
  EXPECT_TRUE(read(std::string("a\0b", 3)).error);
  EXPECT_THAT(read("a\nb\x1b[0m").text, Not(HasSubstr("\x1b")));
  EXPECT_TRUE(read(std::string(5000, 'n')).error);
  EXPECT_TRUE(read(std::string(300, 'd')).error);
  std::string deep;
  for (int i = 0; i < 300; ++i) deep += "d/";
  EXPECT_TRUE(read(deep + "x").error);
  EXPECT_TRUE(write(deep + "x").error);
  EXPECT_TRUE(write("new\nname").error);
}

TEST_F(AgentAttack, A6To8LinksAreNotFollowed) {
  outer.link("ws/file", "../canary");
  outer.link("ws/folder", "/");
  outer.link("ws/src/loop", "..");
  outer.link("ws/self", "/proc/self");
  for (const char* path : {"file", "folder/etc/passwd", "self/environ", "self/cwd/x", "self/exe", "src/loop/src/a.txt"}) {
    EXPECT_TRUE(read(path).error) << path;
    EXPECT_TRUE(write(path).error) << path;
  }
  EXPECT_THAT(search("CANARY").text, HasSubstr("0 hits"));
  EXPECT_EQ(list(), "1 files\nsrc/a.txt\n");
}

TEST_F(AgentAttack, A10EditsOfAHardLinkStayInMemory) {
  ASSERT_EQ(::link(outer.at("canary").c_str(), ws("hard").c_str()), 0);
  (void)write("src/new");
  ASSERT_TRUE(overlay->edit("hard", *overlay->read("hard"), "changed\n"));
}

TEST_F(AgentAttack, A11LettersOfOtherCaseAreOtherFiles) {
  EXPECT_TRUE(read("SRC/A.TXT").error);
}

TEST_F(AgentAttack, A11OtherFormsOfTheSameLettersAreOtherFiles) {
  put("caf\xC3\xA9.txt", "composed\n");
  put("cafe\xCC\x81.txt", "decomposed\n");
  EXPECT_THAT(read("caf\xC3\xA9.txt").text, HasSubstr("| composed"));
  EXPECT_THAT(read("cafe\xCC\x81.txt").text, HasSubstr("| decomposed"));
  ASSERT_FALSE(call("edit_file", json{{"path", "cafe\xCC\x81.txt"}, {"old_string", "decomposed"}, {"new_string", "other"}}.dump()).error);
  EXPECT_EQ(overlay->read("caf\xC3\xA9.txt")->text, "composed\n");
}

TEST_F(AgentAttack, A12TheRepositoryIsHidden) {
  put(".git/config", std::string("url = https://x:") + kCanary + "@host\n");
  put("sub/.git", "gitdir: /etc\n");
  EXPECT_TRUE(read(".git/config").error);
  EXPECT_TRUE(read("sub/.git").error);
  EXPECT_TRUE(write(".git/hooks/pre-commit").error);
  EXPECT_THAT(search("CANARY").text, HasSubstr("0 hits"));
}

TEST_F(AgentAttack, A13NewFilesBelowLinksAndOutside) {
  outer.link("ws/out", "..");
  EXPECT_TRUE(write("src/../../new").error);
  EXPECT_TRUE(write("out/new").error);
  EXPECT_TRUE(overlay->changed().empty());
  EXPECT_FALSE(std::filesystem::exists(outer.at("new")));
}

// A task works in one folder; another that is open in the editor is outside like any other.
TEST_F(AgentAttack, A14AnotherFolderOfTheEditorIsOutside) {
  outer.put("ws2/src/a.txt", kCanary);
  outer.put("ws2/b.txt", kCanary);
  for (const std::string& path : {outer.at("ws2/src/a.txt"), std::string("../ws2/b.txt"), outer.at("ws2"), outer.at("ws") + "2/b.txt"}) {
    EXPECT_EQ(read(path).text, "outside the workspace") << path;
    EXPECT_TRUE(write(path).error) << path;
  }
  EXPECT_THAT(read("src/a.txt").text, HasSubstr("| text"));
  EXPECT_EQ(list(), "1 files\nsrc/a.txt\n");
}

TEST_F(AgentAttack, A15AndD39SecretsAreNotThere) {
  for (const char* path : {".env", "deploy/id_rsa", "x.pem", ".netrc", ".npmrc", "a.tfstate", "credentials.json"}) {
    put(path, std::string("key = ") + kCanary + "\n");
    const ToolResult got = read(path);
    EXPECT_THAT(got.text, StartsWith("no such file")) << path;
    EXPECT_TRUE(write(path).error) << path;
  }
  EXPECT_THAT(search("key").text, HasSubstr("0 hits"));
  EXPECT_EQ(list(), "1 files\nsrc/a.txt\n");
  EXPECT_THAT(read("deploy").text, Not(HasSubstr("id_rsa")));
}

TEST_F(AgentAttack, B16And17SpecialFiles) {
  ASSERT_EQ(::mkfifo(ws("pipe").c_str(), 0600), 0);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ws("sock").copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  outer.link("ws/zero", "/dev/zero");
  EXPECT_EQ(read("pipe").text, "pipe: special file");
  EXPECT_EQ(read("sock").text, "sock: special file");
  EXPECT_TRUE(read("zero").error);
  EXPECT_THAT(search("text").text, HasSubstr("1 hits"));
  ::close(fd);
}

TEST_F(AgentAttack, B18And19HugeFiles) {
  put("sparse", "");
  std::filesystem::resize_file(ws("sparse"), 1ULL << 40);
  EXPECT_EQ(read("sparse").text, "sparse: too large");
  put("line", std::string(1'900'000, 'x'));
  put("lines", std::string(1'900'000, '\n'));
  EXPECT_THAT(read("line").text, HasSubstr("...[+1899000]"));
  EXPECT_THAT(read("lines").text, HasSubstr("lines 1-400 of 1900000"));
  EXPECT_TRUE(
      call("edit_file", json{{"path", "lines"}, {"old_string", "a\n\n\nb\n"}, {"new_string", "c"}}.dump()).error);
  EXPECT_TRUE(call("edit_file", json{{"path", "lines"}, {"old_string", "\n\n"}, {"new_string", "c"}}.dump()).error);
}

TEST_F(AgentAttack, B18AFileThatGrowsWhileItIsRead) {
  put("grows.txt", "x\n");
  std::atomic<bool> done = false;
  std::thread writer([&] {
    const std::string piece(64U << 10, 'y');
    const int fd = ::open(ws("grows.txt").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    for (int i = 0; i < 1'000 && !done; ++i) {
      if (::write(fd, piece.data(), piece.size()) < 0) break;
    }
    ::close(fd);
  });
  for (int i = 0; i < 50; ++i) {
    const ToolResult got = read("grows.txt");  // the cap on results is looked at in call()
    EXPECT_TRUE(!got.error || got.text == "grows.txt: too large") << got.text;
  }
  done = true;
  writer.join();
}

TEST_F(AgentAttack, B19FiftyMegabytesInOneLine) {
  put("long", "");
  std::filesystem::resize_file(ws("long"), 50U << 20);
  EXPECT_EQ(read("long").text, "long: too large");
  EXPECT_THAT(search("text").text, HasSubstr("1 hits"));
}

TEST_F(AgentAttack, B20FoldersDeeperThanAnyPath) {
  int at = ::open(outer.at("ws").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  for (int depth = 0; depth < 3'000; ++depth) {
    ASSERT_EQ(::mkdirat(at, "d", 0700), 0);
    const int next = ::openat(at, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ::close(at);
    at = next;
  }
  ::close(at);
  EXPECT_THAT(list(), StartsWith("1 files\nsrc/a.txt\n"));
  EXPECT_THAT(search("text").text, HasSubstr("1 hits"));
  remove_tree(outer.at("ws/d"));
}

TEST_F(AgentAttack, B20AListingEndsWhenTheTaskDoes) {
  (void)list();
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THAT(tools->run({"1", "search_text", R"({"pattern":"text"})"}, stop.get_token()).text, Not(HasSubstr("src/a.txt")));
}

TEST_F(AgentAttack, B21NothingIsUnpacked) {
  put("a.zip", std::string("PK\x03\x04\x14\0\0\0", 8));
  put("a.pdf", std::string("%PDF-1.7\n%\xE2\xE3\0\n", 14));
  put("a.png", std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16));
  for (const char* path : {"a.zip", "a.pdf", "a.png"}) EXPECT_EQ(read(path).text, std::string(path) + ": binary file");
}

TEST_F(AgentAttack, B20ManyFilesAndDeepFolders) {
  for (int i = 0; i < 1500; ++i) put("many/f" + std::to_string(i), "x\n");
  std::string deep = "deep";
  for (int i = 0; i < 150; ++i) deep += "/d";
  put(deep + "/bottom.txt", "x\n");
  EXPECT_THAT(call("list_files", R"({"limit":500})").text, HasSubstr("more; narrow with glob]"));
  EXPECT_THAT(read("many").text, HasSubstr("[1450 more]"));
}

TEST_F(AgentAttack, B21And22TextsThatAreNone) {
  put("a.gz", std::string("\x1f\x8b\x08\0\0\0", 6));
  put("utf16", std::string("\xff\xfe"
                           "a\0b\0",
                           6));
  put("latin", "caf\xe9 \xc0\x80 one\rtwo\n");
  EXPECT_EQ(read("a.gz").text, "a.gz: binary file");
  EXPECT_EQ(read("utf16").text, "utf16: binary file");
  EXPECT_THAT(read("latin").text, HasSubstr("[not valid UTF-8"));
  EXPECT_THAT(call("edit_file", R"({"path":"latin","old_string":"one","new_string":"1"})").text,
              HasSubstr("not valid UTF-8"));
}

TEST_F(AgentAttack, B23DeepNestingAndExpressions) {
  put("deep.json", std::string(50'000, '['));
  put("a.txt", std::string(100'000, 'a') + "\n");
  EXPECT_FALSE(read("deep.json").error);
  EXPECT_FALSE(call("search_text", R"({"pattern":"(a*)*b","is_regex":true})").error);
}

TEST_F(AgentAttack, B24NamesThatLookLikeSomethingElse) {
  put("-rf", "one\n");
  put("a\n\x1b[2Jb", "one\n");
  put("\xE2\x80\xAEgpj.txt", "one\n");
  const std::string listed = list();
  EXPECT_THAT(listed, HasSubstr("-rf\n"));
  EXPECT_THAT(listed, Not(HasSubstr("\x1b")));
  EXPECT_THAT(listed, HasSubstr("\\u{202e}gpj.txt"));
  EXPECT_FALSE(read("-rf").error);
}

TEST_F(AgentAttack, B24NamesAsLongAsTheyCanBe) {
  const std::string longest = "..-" + std::string(248, '.') + ".txt";
  put(longest, "one\n");
  put("--output=x", "one\n");
  put("$(touch owned)`touch owned`;a&&b", "one\n");
  EXPECT_FALSE(read(longest).error);
  EXPECT_FALSE(read("--output=x").error);
  EXPECT_THAT(search("one").text, HasSubstr("3 hits"));
  EXPECT_FALSE(std::filesystem::exists("owned"));
}

TEST_F(AgentAttack, B25WhatTheUserWroteBetweenReadAndEditIsNotLost) {
  (void)read("src/a.txt");
  put("src/a.txt", "of the user\n");
  const ToolResult got = call("edit_file", R"({"path":"src/a.txt","old_string":"text","new_string":"of the model"})");
  // Either it is made from what was read, which the offer then compares with the disk, or it does not fit any more.
  const auto changed = overlay->changed();
  if (got.error) EXPECT_TRUE(changed.empty());
  else EXPECT_EQ(changed.at(0).original, "text\n");
  EXPECT_EQ(outer.get("ws/src/a.txt"), "of the user\n");
}

TEST_F(AgentAttack, C30FilesThatOthersRunOrObey) {
  for (const char* path : {"AGENTS.md", ".vscode/tasks.json", ".envrc", ".github/workflows/x.yml", ".husky/pre-commit",
                           ".cursorrules", ".gitattributes", "package-lock.json"})
    EXPECT_THAT(write(path).text, StartsWith("edit_file: NOT APPLIED")) << path;
  EXPECT_TRUE(overlay->changed().empty());
}

TEST_F(AgentAttack, C32HiddenTextIsShown) {
  put("h.txt",
      "a\xE2\x80\x8B"
      "b \xF3\xA0\x81\x81\n");
  EXPECT_THAT(read("h.txt").text, HasSubstr("a\\u{200b}b \\u{e0041}"));
}

TEST_F(AgentAttack, G80And81ArgumentsThatAreNone) {
  EXPECT_TRUE(call("read_file", std::string(2U << 20, 'x')).error);
  EXPECT_TRUE(call("read_file", std::string(100'000, '[')).error);
  EXPECT_TRUE(call("read_file", R"({"path":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}").error);
  EXPECT_TRUE(call("read_file", R"({"path":"src/a.txt"}{"path":"../canary"})").error);
  EXPECT_TRUE(call("read_file", R"({"path":"src/a.txt"} trailing)").error);
  EXPECT_TRUE(call("read_file", R"({"path":"src/a.txt","path":"../canary"})").error);
  EXPECT_TRUE(call("read_file", R"({"path":"src/a.txt","start_line":1e999})").error);
  EXPECT_FALSE(call("read_file", R"({"path":"src/a.txt","start_line":-5,"line_count":99999999999})").error);
  EXPECT_TRUE(call("read_file", "{\"path\":\"\xff\xfe\"}").error);
  EXPECT_TRUE(call("read_file", R"({"path":"\ud800"})").error);
}

TEST_F(AgentAttack, G82ToolsThatOnlyLookLikeOurs) {
  EXPECT_THAT(call("re\xD0\xB0"
                   "d_file",
                   R"({"path":"src/a.txt"})")
                  .text,
              StartsWith("no tool"));
  EXPECT_THAT(call("Read_File", R"({"path":"src/a.txt"})").text, StartsWith("no tool"));
  EXPECT_THAT(call(std::string(100'000, '\xff'), "{}").text, StartsWith("no tool"));
}

TEST_F(AgentAttack, G86And87EditsAreSmallAndDoNotOverlap) {
  put("crlf.txt", "one\r\ntwo\r\nthree\r\n");
  (void)read("crlf.txt");
  ASSERT_FALSE(
      call("edit_file", R"({"path":"crlf.txt","old_string":"one\ntwo\nthree\n","new_string":"one\n2\nthree\n"})")
          .error);
  const ChangedFile file = overlay->changed().at(0);
  const context::Text before = context::make_text("file:///x", 1, "", *file.original);
  const auto edits = text_edits(before, file.current, context::Encoding::utf16);
  ASSERT_EQ(edits.size(), 1U);
  EXPECT_EQ(edits[0].text, "2\r\n");
}

}  // namespace
}  // namespace fimd::providers::agent
