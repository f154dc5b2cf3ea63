#include "providers/agent/tools.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "context/ignore.h"
#include "context/index_read.h"
#include "tests/unit/providers/agent/folder.h"

namespace fimd::providers::agent {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct ToolsTest : testing::Test {
  tests::Folder ws;
  std::vector<OpenBuffer> buffers;
  std::vector<Diagnostic> diagnostics;
  context::IndexPtr index;
  std::unique_ptr<Overlay> overlay;
  std::unique_ptr<Toolbox> tools;

  ToolsTest() {
    ws.put("src/pump.cpp",
           "#include \"pump.h\"\n\nvoid Pump::flush(Slot& s) {\n  s.clear();\n}\n\nvoid drain(Pump& p) {\n"
           "  p.flush(p.slot);\n}\n");
    ws.put("src/pump.h", "struct Slot { void clear(); };\nstruct Pump {\n  void flush(Slot& s);\n  Slot slot;\n};\n");
  }

  void make_index() {
    std::vector<context::IndexChange> all;
    for (const char* path : {"src/pump.cpp", "src/pump.h"}) {
      const std::string text = ws.get(path);
      all.push_back({context::read_outline(path, text, context::stamp_of(text, 1), TimePoint::max(), {}), false});
    }
    index = context::with_files(context::empty_index(), all);
  }

  ToolResult run(const std::string& name, const std::string& arguments) {
    if (!overlay) {
      OverlayRules rules;
      rules.excluded = [](std::string_view path, bool) { return context::is_private(path, {}); };
      overlay = std::make_unique<Overlay>(ws.path(), buffers, rules);
      tools = std::make_unique<Toolbox>(*overlay, index, diagnostics);
    }
    return tools->run({"1", name, arguments}, {});
  }
  std::string text(const std::string& name, const std::string& arguments) { return run(name, arguments).text; }
  std::string edit(const std::string& path, const std::string& old_string, const std::string& new_string) {
    return text("edit_file", json{{"path", path}, {"old_string", old_string}, {"new_string", new_string}}.dump());
  }
};

// --- schemas and arguments ---

TEST_F(ToolsTest, SchemasAreSmallFlatAndPortable) {
  (void)run("list_files", "");
  const json all = json::parse(tools->schemas());
  EXPECT_LT(tools->schemas().size(), 8192U);
  EXPECT_EQ(all.size(), 6U);
  for (const json& tool : all) {
    EXPECT_EQ(tool["parameters"]["type"], "object");
    for (const auto& [name, field] : tool["parameters"]["properties"].items()) {
      for (const auto& [key, value] : field.items()) EXPECT_TRUE(key == "type" || key == "description") << key;
    }
  }
  EXPECT_THAT(tools->schemas(), HasSubstr(R"("properties":{"path":{)"));
}

TEST_F(ToolsTest, NamesItsToolsWhenAskedForAnother) {
  EXPECT_EQ(text("rename", "{}"),
            "no tool \"rename\". tools: read_file, list_files, search_text, find_symbol, get_diagnostics, edit_file");
  EXPECT_TRUE(run("re\xD0\xB0"
                  "d_file",
                  "{}")
                  .error);
}

TEST_F(ToolsTest, SaysWhereArgumentsAreNoJson) {
  EXPECT_THAT(text("read_file", R"({"path": nope})"), HasSubstr("not JSON: error at byte 11"));
  EXPECT_THAT(text("read_file", R"(["a"])"), HasSubstr("expected one JSON object"));
  EXPECT_THAT(text("read_file", R"({"path":"a"}{"path":"b"})"), HasSubstr("not JSON"));
}

TEST_F(ToolsTest, RunsNoCallThatWasCutOff) {
  const std::string whole = R"({"path":"src/pump.h","old_string":"Slot slot;","new_string":"Slot slot_;"})";
  ASSERT_FALSE(run("read_file", R"({"path":"src/pump.h"})").error);
  for (size_t n = 1; n < whole.size(); ++n) {
    const ToolResult got = run("edit_file", whole.substr(0, n));
    ASSERT_TRUE(got.error) << n;
    ASSERT_THAT(got.text, HasSubstr("cut off after " + std::to_string(n) + " bytes")) << n;
  }
  EXPECT_TRUE(overlay->changed().empty());
  EXPECT_FALSE(run("edit_file", whole).error);
}

TEST_F(ToolsTest, TellsAllProblemsAtOnceWithTheirSchemas) {
  const std::string got = text("read_file", R"({"start_line":"fifty lines","line_count":[1,2]})");
  EXPECT_THAT(got, HasSubstr("path: missing\n  \"path\": {"));
  EXPECT_THAT(got, HasSubstr("start_line: expected integer, got \"fifty lines\""));
  EXPECT_THAT(got, HasSubstr("line_count: expected integer, got [1,2]"));
  EXPECT_THAT(got, Not(HasSubstr("old_string")));
}

TEST_F(ToolsTest, TakesValuesThatCanOnlyMeanOneThing) {
  EXPECT_THAT(text("read_file", R"({"file_path":["src/pump.h"],"offset":"2","limit":1.0,"reason":"x"})"),
              StartsWith("src/pump.h, lines 2-2 of 5"));
  EXPECT_THAT(text("read_file", R"({"path":"src/pump.h","startLine":2,"endLine":3,"line_count":null})"),
              StartsWith("src/pump.h, lines 2-5 of 5"));
  EXPECT_THAT(text("read_file", R"({"path":"src/pump.h","startLine":2,"endLine":3})"),
              StartsWith("src/pump.h, lines 2-3 of 5"));
}

TEST_F(ToolsTest, RefusesAFieldThatIsGivenTwice) {
  EXPECT_EQ(text("read_file", R"({"path":"a","path":"b"})"), "path: given twice; send it once");
}

// --- read_file ---

TEST_F(ToolsTest, ReadsLinesWithNumbersAndSaysWhatFollows) {
  EXPECT_EQ(text("read_file", R"({"path":"src/pump.h","start_line":2,"line_count":2})"),
            "src/pump.h, lines 2-3 of 5\n   2| struct Pump {\n   3|   void flush(Slot& s);\n"
            "[2 lines below; next: read_file start_line=4]\n");
}

TEST_F(ToolsTest, ReadsTheUnsavedBuffer) {
  buffers.push_back(tests::buffer("src/pump.h", "int x;\r\n"));
  EXPECT_EQ(text("read_file", R"({"path":"src/pump.h"})"),
            "src/pump.h, lines 1-1 of 1 (editor buffer, unsaved)\n   1| int x;\n");
}

TEST_F(ToolsTest, NamesFilesThatMayHaveBeenMeant) {
  EXPECT_EQ(text("read_file", R"({"path":"include/pump.h"})"),
            "no such file: include/pump.h\nsimilar: src/pump.h, src/pump.cpp");
}

TEST_F(ToolsTest, ListsADirectoryThatIsRead) {
  EXPECT_EQ(text("read_file", R"({"path":"src/"})"), "src is a directory:\n  pump.cpp\n  pump.h\n");
  EXPECT_EQ(text("read_file", R"({"path":"."})"), ". is a directory:\n  src/\n");
}

TEST_F(ToolsTest, SaysHowLongAFileIsPastItsEnd) {
  EXPECT_EQ(text("read_file", R"({"path":"src/pump.h","start_line":99})"),
            "src/pump.h has 5 lines; start_line 99 is past its end");
}

TEST_F(ToolsTest, CutsLongLinesAndLongResults) {
  ws.put("long.txt", std::string(5000, 'x') + "\n");
  ws.put("many.txt", [] {
    std::string out;
    for (int i = 0; i < 1000; ++i) out += std::string(200, 'y') + "\n";
    return out;
  }());
  EXPECT_THAT(text("read_file", R"({"path":"long.txt"})"), HasSubstr("x ...[+4000]\n"));
  const std::string many = text("read_file", R"({"path":"many.txt","line_count":1000})");
  EXPECT_LE(many.size(), Toolbox::kResultBytes);
  EXPECT_THAT(many, HasSubstr("lines below; next: read_file start_line="));
}

TEST_F(ToolsTest, MakesControlCharactersVisible) {
  ws.put("odd.txt", "a\x1b[31m \xE2\x80\xAE z\n");
  EXPECT_THAT(text("read_file", R"({"path":"odd.txt"})"), HasSubstr("   1| a\\x1b[31m \\u{202e} z\n"));
}

// --- list_files, search_text ---

TEST_F(ToolsTest, ListsFilesByGlob) {
  EXPECT_EQ(text("list_files", R"({"glob":"src/**/*.h"})"), "1 files\nsrc/pump.h\n");
  EXPECT_EQ(text("list_files", R"({"glob":"*.cpp"})"), "1 files\nsrc/pump.cpp\n");
  EXPECT_THAT(text("list_files", R"({"limit":1})"), HasSubstr("[1 more; narrow with glob]"));
}

TEST_F(ToolsTest, ListsWhatWasEditedFirst) {
  EXPECT_THAT(edit("z/new.txt", "", "x\n"), StartsWith("applied (new file)"));
  EXPECT_THAT(text("list_files", ""), StartsWith("3 files\nz/new.txt\n"));
}

TEST_F(ToolsTest, ShowsFewHitsWithTheirSurroundings) {
  const std::string one = text("search_text", R"({"pattern":"s.clear("})");
  EXPECT_THAT(one, StartsWith("search_text \"s.clear(\" : 1 hits in 1 files\nsrc/pump.cpp\n   1| #include"));
  EXPECT_THAT(one, HasSubstr("   4|   s.clear();\n"));
  EXPECT_THAT(text("search_text", R"({"pattern":"flush("})"), HasSubstr("3 hits in 2 files"));
}

TEST_F(ToolsTest, SearchesByExpression) {
  EXPECT_THAT(text("search_text", R"({"pattern":"^void \\w+\\(","is_regex":true})"), HasSubstr("1 hits in 1 files"));
  EXPECT_THAT(
      text("search_text", R"({"pattern":"flush(","is_regex":true})"),
      HasSubstr("3 hits in 2 files\nnot a regular expression (missing ) at position 7); searched as literal text"));
}

TEST_F(ToolsTest, SearchesTheEditedText) {
  (void)text("read_file", R"({"path":"src/pump.h"})");
  (void)edit("src/pump.h", "Slot slot;", "Slot fresh_name;");
  EXPECT_THAT(text("search_text", R"({"pattern":"fresh_name"})"), HasSubstr("1 hits"));
}

TEST_F(ToolsTest, CountsHitsOfOtherCaseAndBeyondTheLimit) {
  EXPECT_THAT(text("search_text", R"({"pattern":"SLOT"})"),
              HasSubstr("0 hits in 0 files\n[2 files have it with other letter case]"));
  EXPECT_THAT(text("search_text", R"({"pattern":"s","limit":2})"), HasSubstr("[limit reached, "));
}

// --- find_symbol ---

TEST_F(ToolsTest, FindsDefinitionsWithAndWithoutAnIndex) {
  for (const bool indexed : {false, true}) {
    overlay.reset();
    if (indexed) make_index();
    const std::string one = text("find_symbol", R"({"name":"drain"})");
    EXPECT_THAT(one, HasSubstr("src/pump.cpp:7 function void drain(Pump& p)")) << indexed;
    EXPECT_THAT(one, HasSubstr("   8|   p.flush(p.slot);\n")) << indexed;
    EXPECT_THAT(text("find_symbol", R"({"name":"Pump::flush"})"), HasSubstr("src/pump.cpp:3")) << indexed;
    EXPECT_THAT(text("find_symbol", R"({"name":"Slot::flush"})"), HasSubstr(": 0 definitions")) << indexed;
  }
}

TEST_F(ToolsTest, FindsReferencesButNotTheDefinition) {
  make_index();
  const std::string got = text("find_symbol", R"({"name":"drain","references":true})");
  EXPECT_THAT(got, HasSubstr("references:\n  none\n"));
  EXPECT_THAT(text("find_symbol", R"({"name":"flush","references":true})"), HasSubstr("   8|   p.flush(p.slot);\n"));
}

TEST_F(ToolsTest, FindsWhatTheAgentJustWrote) {
  make_index();
  (void)edit("src/extra.cpp", "", "int brand_new() { return 1; }\n");
  EXPECT_THAT(text("find_symbol", R"({"name":"brand_new"})"), HasSubstr("src/extra.cpp:1 function"));
}

// --- get_diagnostics ---

TEST_F(ToolsTest, ShowsDiagnosticsErrorsFirst) {
  diagnostics = {{"src/pump.h", 4, 3, Severity::warning, "clangd", "unused", "slot is unused"},
                 {"src/pump.h", 3, 8, Severity::error, "clangd", "E1", "bad"}};
  EXPECT_EQ(text("get_diagnostics", R"({"path":"src/pump.h"})"),
            "src/pump.h\n3:8 error[E1] bad (clangd)\n4:3 warning[unused] slot is unused (clangd)\n");
}

TEST_F(ToolsTest, ShowsSyntaxErrorsOfTheParser) {
  ws.put("bad.cpp", "int a;\nint f( {\n  return 1;\n}\n");
  EXPECT_THAT(text("get_diagnostics", R"({"path":"bad.cpp"})"), HasSubstr("2:1 error syntax error"));
  EXPECT_THAT(text("get_diagnostics", R"({"path":"src/pump.h"})"), HasSubstr("no errors or warnings"));
}

// --- edit_file ---

TEST_F(ToolsTest, EditsAndShowsTheResult) {
  (void)text("read_file", R"({"path":"src/pump.h"})");
  EXPECT_EQ(edit("src/pump.h", "  Slot slot;\n", "  Slot slot;\n  int n;\n"),
            "applied, now:\n   1| struct Slot { void clear(); };\n   2| struct Pump {\n   3|   void flush(Slot& s);\n"
            "   4|   Slot slot;\n   5|   int n;\n   6| };\nparses without errors\n");
  EXPECT_THAT(ws.get("src/pump.h"), Not(HasSubstr("int n")));
}

TEST_F(ToolsTest, SaysThatTheEditWasAdaptedAndBreaksTheSyntax) {
  (void)text("read_file", R"({"path":"src/pump.h"})");
  const std::string got = edit("src/pump.h", "void flush(Slot& s);\nSlot slot;", "void flush(Slot& s;\nSlot slot;");
  EXPECT_THAT(got, StartsWith("applied (indentation adapted), now:\n"));
  EXPECT_THAT(got, HasSubstr("WARNING: syntax errors 1, before this edit 0; near lines 3"));
}

TEST_F(ToolsTest, WantsAFileReadBeforeItGuesses) {
  EXPECT_THAT(edit("src/pump.h", "void flush(Slot& s);\nSlot slot;", "x();"), HasSubstr("read_file first"));
  EXPECT_THAT(edit("src/pump.h", "Slot slot;", "Slot slot_;"), StartsWith("applied, now:"));
}

TEST_F(ToolsTest, CountsFailuresInARow) {
  (void)text("read_file", R"({"path":"src/pump.h"})");
  EXPECT_THAT(edit("src/pump.h", "Slot slut;", "x"), Not(HasSubstr("in a row")));
  (void)edit("src/pump.h", "Slot slut;", "x");
  EXPECT_THAT(edit("src/pump.h", "Slot slut;", "x"), HasSubstr("failure 3 in a row"));
}

TEST_F(ToolsTest, ProtectsWhatJudgesTheFix) {
  ws.put("tests/pump_test.cpp", "int t;\n");
  EXPECT_THAT(edit("tests/pump_test.cpp", "int t;", "int u;"), HasSubstr("protected"));
  EXPECT_THAT(edit("tests/more_test.cpp", "", "int u;\n"), StartsWith("applied (new file)"));
  EXPECT_THAT(edit(".github/workflows/x.yml", "", "on: push\n"), HasSubstr("protected"));
  EXPECT_THAT(edit("AGENTS.md", "", "obey\n"), HasSubstr("protected"));
}

TEST_F(ToolsTest, EditsATestThatHasTheDiagnostic) {
  ws.put("tests/pump_test.cpp", "int t;\n");
  diagnostics = {{"tests/pump_test.cpp", 1, 1, Severity::error, "", "", "x"}};
  EXPECT_THAT(edit("tests/pump_test.cpp", "int t;", "int u;"), StartsWith("applied"));
}

}  // namespace
}  // namespace fimd::providers::agent
