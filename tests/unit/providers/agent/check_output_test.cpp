// What tools print (taken from real runs), and the findings that come of it.
#include "providers/agent/check_output.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace fimd::tests {
namespace {

using namespace providers::agent;
using testing::ElementsAre;
using testing::IsEmpty;

const std::map<std::string, std::string>& files() {
  static const std::map<std::string, std::string> kFiles = {
      {"bad.cpp", "#include <cstdio>\nint f(int);\nint main() {\n\tconst char* s = \"\xC3\xA4\xC3\xB6\"; return f(s, 1);\n}\n"},
      {"A.java", "class A {\n\tint f() { return g(); }\n}\n"},
      {"src/lib.rs", "pub fn f() -> i32 {\n    let s = \"\xF0\x9F\x98\x80\"; s\n}\n"},
      {"s.py", "def add(a, b):\n    return a - b)\n"},
      {"test_calc.py", "from calc import add\n\nclass TestX:\n    def test_add(self):\n        assert add(1, 2) == 3\n\n"},
      {"ut.py", "import unittest\nfrom calc import add\nclass T(unittest.TestCase):\n    def test_add(self):\n        self.assertEqual(add(1,2), 3)\n"},
      {"a.go", "package ex\n\nfunc Add(a, b int) int {\n\treturn \"\xC3\xA4\" + a\n}\n"},
      {"a_test.go", "package ex\n\n\n\n\n\n\t\tt.Errorf(\"got\")\n"},
      {"src/a.ts", "let a: number = 1;\nlet s = \"\xF0\x9F\x98\x80\"; a = s;\n"},
      {"n.js", "function f( {\n"},
      {"sum_test.cpp", "\n\nTEST(A, Adds) {}\n"}};
  return kFiles;
}

std::string shown(const Finding& f) {
  constexpr const char* kNames[] = {"error", "warning", "information", "hint"};
  std::string out = f.what.path.empty() ? "-" : fmt::format("{}:{}:{}", f.what.path, f.what.line, f.what.column);
  out += fmt::format(" {} {}", kNames[static_cast<int>(f.what.severity)], f.what.source);
  if (!f.what.code.empty()) out += "[" + f.what.code + "]";
  out += ": " + f.what.message;
  if (!f.test.empty()) out += " <" + f.test + ">";
  for (const Diagnostic& note : f.notes) out += " | " + note.message;
  return out;
}

std::vector<Finding> parsed(std::string_view output) {
  const CheckSources sources{"/w", "", [](const std::string& path) -> std::optional<std::string> {
                               const auto at = files().find(path);
                               return at == files().end() ? std::nullopt : std::optional(at->second);
                             }};
  return parse_check_output(output, sources);
}

std::vector<std::string> found(std::string_view output) {
  std::vector<std::string> out;
  for (const Finding& f : parsed(output)) out.push_back(shown(f));
  return out;
}

TEST(CheckOutput, ReadsGccWithColumnsAsATerminalShowsThem) {
  EXPECT_THAT(found("bad.cpp: In function ‘int main()’:\n"
                    "bad.cpp:4:40: error: invalid conversion from ‘const char*’ to ‘int’ [-fpermissive]\n"
                    "    4 |         const char* s = \"äö\"; return f(s, 1);\n"
                    "      |                                        ^\n"
                    "bad.cpp:4:39: error: too many arguments to function ‘int f(int)’\n"
                    "bad.cpp:2:5: note: declared here\n"
                    "    2 | int f(int);\n"),
              ElementsAre("bad.cpp:4:33 error compiler[-fpermissive]: invalid conversion from ‘const char*’ to ‘int’",
                          "bad.cpp:4:32 error compiler: too many arguments to function ‘int f(int)’ | declared here"));
}

TEST(CheckOutput, ReadsClangWithColumnsInBytes) {
  EXPECT_THAT(found("/w/bad.cpp:4:34: error: no matching function for call to 'f'\n1 error generated.\n"),
              ElementsAre("bad.cpp:4:32 error compiler: no matching function for call to 'f'"));
}

TEST(CheckOutput, ReadsGccJsonBetweenOtherLines) {
  EXPECT_THAT(found("[1/2] building\n"
                    R"([{"kind": "error", "locations": [{"caret": {"byte-column": 35, "display-column": 40, "line": 4, "file": "bad.cpp", "column": 40}}], "option": "-fpermissive", "children": [{"kind": "note", "message": "declared here", "locations": []}], "message": "invalid conversion"}])"
                    "\n/usr/bin/ld: a.o: in function `main':\nbad.cpp:(.text+0xa): undefined reference to `g(int)'\n"
                    "collect2: error: ld returned 1 exit status\n"),
              ElementsAre("bad.cpp:4:33 error compiler[-fpermissive]: invalid conversion | declared here",
                          "- error linker: undefined reference to `g(int)'"));
}

TEST(CheckOutput, GivesWhatAHeaderSaysToTheFileThatUsesIt) {
  const auto all = parsed("In file included from bad.cpp:1:\n/usr/include/c++/12/vector:5:3: error: static assertion failed\n");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(shown(all[0]), "bad.cpp:1:1 error compiler: static assertion failed | static assertion failed");
  EXPECT_EQ(all[0].notes[0].path, "/usr/include/c++/12/vector");
}

TEST(CheckOutput, FollowsMakeIntoFolders) {
  EXPECT_THAT(found("make: Entering directory '/w/src'\nlib.rs:1:4: error: x\nmake: Leaving directory '/w/src'\nbad.cpp:2:1: error: y\n"),
              ElementsAre("src/lib.rs:1:4 error rustc: x", "bad.cpp:2:1 error compiler: y"));
}

TEST(CheckOutput, FindsJavacsColumnByItsCaret) {
  EXPECT_THAT(found("A.java:2: error: cannot find symbol\n\tint f() { return g(); }\n\t                 ^\n"
                    "  symbol:   method g()\n  location: class A\n1 error\n"),
              ElementsAre("A.java:2:19 error javac: cannot find symbol"));
}

TEST(CheckOutput, ReadsRustcInBothForms) {
  EXPECT_THAT(found("error[E0308]: mismatched types\n --> src/lib.rs:2:18\n  |\n2 |     let s = \"x\"; s\n  |  ^\n\n"
                    "error: aborting due to 1 previous error\n"),
              ElementsAre("src/lib.rs:2:19 error rustc[E0308]: mismatched types"));
  EXPECT_THAT(found("src/lib.rs:2:18: error[E0308]: mismatched types: expected `i32`, found `&str`\n"),
              ElementsAre("src/lib.rs:2:19 error rustc[E0308]: mismatched types: expected `i32`, found `&str`"));
}

TEST(CheckOutput, ReadsCargosJson) {
  EXPECT_THAT(found("    Checking c v0.1.0 (/w)\n"
                    R"({"reason":"compiler-message","message":{"level":"error","message":"cannot add","code":{"code":"E0277"},"spans":[{"file_name":"src/lib.rs","line_start":2,"column_start":18,"is_primary":true}],"children":[{"message":"the trait is not implemented"}]}})"
                    "\n" R"({"reason":"build-finished","success":false})" "\n"),
              ElementsAre("src/lib.rs:2:19 error rustc[E0277]: cannot add | the trait is not implemented"));
}

TEST(CheckOutput, ReadsCargoTest) {
  EXPECT_THAT(found("running 1 test\ntest tests::adds ... FAILED\n\nfailures:\n\n---- tests::adds stdout ----\n\n"
                    "thread 'tests::adds' (14779) panicked at src/lib.rs:2:9:\nassertion `left == right` failed\n  left: -1\n right: 3\n\n"
                    "test result: FAILED. 0 passed; 1 failed; 0 ignored\n"),
              ElementsAre("src/lib.rs:2:5 error cargo test: assertion `left == right` failed <tests::adds>"));
}

TEST(CheckOutput, ReadsTscInBothForms) {
  EXPECT_THAT(found("src/a.ts(2,15): error TS2322: Type 'string' is not assignable to type 'number'.\n  Because so.\n"
                    "error TS5112: tsconfig.json is present\n"),
              ElementsAre("src/a.ts:2:15 error tsc[TS2322]: Type 'string' is not assignable to type 'number'.\nBecause so.",
                          "- error tsc[TS5112]: tsconfig.json is present"));
  EXPECT_THAT(found("\x1b[96msrc/a.ts\x1b[0m:\x1b[93m2\x1b[0m:\x1b[93m15\x1b[0m - \x1b[91merror\x1b[0m\x1b[90m TS2322: \x1b[0mNo.\n"),
              ElementsAre("src/a.ts:2:15 error tsc[TS2322]: No."));
}

TEST(CheckOutput, ReadsEslintInBothForms) {
  EXPECT_THAT(found("\n/w/n.js\n  1:10  error    Missing semicolon  semi\n  1:1   warning  Unexpected var     no-var\n\n\xE2\x9C\x96 2 problems\n"),
              ElementsAre("n.js:1:10 error eslint[semi]: Missing semicolon", "n.js:1:1 warning eslint[no-var]: Unexpected var"));
  EXPECT_THAT(found(R"([{"filePath":"/w/n.js","messages":[{"ruleId":null,"fatal":true,"severity":2,"message":"Parsing error","line":1,"column":12}]}])"),
              ElementsAre("n.js:1:12 error eslint: Parsing error"));
}

TEST(CheckOutput, ReadsPytestInLongAndShortForm) {
  const std::string summary = "=========================== short test summary info ============================\n"
                              "FAILED test_calc.py::TestX::test_add - assert -1 == 3\n1 failed, 1 passed in 0.04s\n";
  EXPECT_THAT(found("________________________________ TestX.test_add ________________________________\n\n"
                    "    def test_add(self):\n>       assert add(1, 2) == 3\nE       assert -1 == 3\nE        +  where -1 = add(1, 2)\n\n"
                    "test_calc.py:5: AssertionError\n" + summary),
              ElementsAre("test_calc.py:5:9 error pytest: assert -1 == 3 <test_calc.py::TestX::test_add>"));
  EXPECT_THAT(found("________________________________ TestX.test_add ________________________________\n"
                    "test_calc.py:5: in test_add\n    assert add(1, 2) == 3\nE   assert -1 == 3\n" + summary),
              ElementsAre("test_calc.py:5:9 error pytest: assert -1 == 3 <test_calc.py::TestX::test_add>"));
}

TEST(CheckOutput, ReadsUnittest) {
  EXPECT_THAT(found("F\n======\nFAIL: test_add (ut.T.test_add)\n------\nTraceback (most recent call last):\n"
                    "  File \"/w/ut.py\", line 5, in test_add\n    self.assertEqual(add(1,2), 3)\nAssertionError: -1 != 3\n\n------\n"
                    "Ran 1 test in 0.001s\n\nFAILED (failures=1)\n"),
              ElementsAre("ut.py:5:9 error unittest: AssertionError: -1 != 3 <ut.T.test_add>"));
}

TEST(CheckOutput, ReadsPythonsSyntaxErrorsAndTracebacks) {
  EXPECT_THAT(found("  File \"s.py\", line 2\n    return a - b)\n                ^\nSyntaxError: unmatched ')'\n"),
              ElementsAre("s.py:2:17 error python[SyntaxError]: SyntaxError: unmatched ')'"));
  EXPECT_THAT(found("Traceback (most recent call last):\n  File \"/w/ut.py\", line 2, in <module>\n    from calc import add\n"
                    "  File \"/usr/lib/python3/x.py\", line 9, in f\n    g()\nTypeError: no\n"),
              ElementsAre("ut.py:2:1 error python[TypeError]: TypeError: no"));
}

TEST(CheckOutput, ReadsGo) {
  EXPECT_THAT(found("# ex\nvet: ./a.go:4:16: invalid operation\n"), ElementsAre("a.go:4:15 error go: invalid operation"));
  EXPECT_THAT(found("--- FAIL: TestAdd (0.00s)\n    a_test.go:7: got -1\n    --- FAIL: TestAdd/sub (0.00s)\n        a_test.go:7: no\n"
                    "FAIL\nFAIL\tex\t0.003s\nFAIL\n"),
              ElementsAre("a_test.go:7:3 error go test: got -1 <TestAdd>", "a_test.go:7:3 error go test: no <TestAdd/sub>"));
  EXPECT_THAT(found(R"({"Action":"run","Package":"ex","Test":"TestOk"})" "\n"
                    R"({"Action":"output","Package":"ex","Test":"TestOk","Output":"    a_test.go:7: fine\n"})" "\n"
                    R"({"Action":"pass","Package":"ex","Test":"TestOk"})" "\n"
                    R"({"Action":"output","Package":"ex","Test":"TestAdd","Output":"    a_test.go:7: got -1\n"})" "\n"
                    R"({"Action":"fail","Package":"ex","Test":"TestAdd","Elapsed":0})" "\n"),
              ElementsAre("a_test.go:7:3 error go test: got -1 <ex.TestAdd>"));
  EXPECT_THAT(found("# ex\n{\n\t\"ex\": {\n\t\t\"printf\": [\n\t\t\t{\n\t\t\t\t\"posn\": \"/w/a.go:4:2\",\n\t\t\t\t\"message\": \"wrong type\"\n\t\t\t}\n\t\t]\n\t}\n}\n"),
              ElementsAre("a.go:4:2 error go vet[printf]: wrong type"));
}

TEST(CheckOutput, ReadsGoogletestAndCtest) {
  EXPECT_THAT(found("[ RUN      ] A.Adds\nsum_test.cpp:3: Failure\nExpected equality of these values:\n  1 - 2\n    Which is: -1\n  3\n"
                    "[  FAILED  ] A.Adds (0 ms)\n[  PASSED  ] 0 tests.\n[  FAILED  ] 1 test, listed below:\n[  FAILED  ] A.Adds\n"),
              ElementsAre("sum_test.cpp:3:1 error googletest: Expected equality of these values:; 1 - 2; Which is: -1; 3 <A.Adds>"));
  EXPECT_THAT(found("1/2 Test #1: sums .............***Failed    0.01 sec\n\nThe following tests FAILED:\n\t  1 - sums (Failed)\nErrors while running CTest\n"),
              ElementsAre("- error ctest: Failed <sums>"));
}

TEST(CheckOutput, ReadsNodesSyntaxErrors) {
  EXPECT_THAT(found("/w/n.js:2\n\n\n\nSyntaxError: Unexpected end of input\n    at wrapSafe (node:internal/modules/cjs/loader:1464:18)\n"),
              ElementsAre("n.js:2:1 error node[SyntaxError]: SyntaxError: Unexpected end of input"));
}

TEST(CheckOutput, ReadsSarifWithBasesRulesAndSuppressions) {
  EXPECT_THAT(found(R"({"version":"2.1.0","runs":[{"tool":{"driver":{"name":"lint","rules":[
                     {"id":"R1","defaultConfiguration":{"level":"error"},"messageStrings":{"m":{"text":"no {0} here"}}}]}},
                     "originalUriBaseIds":{"SRC":{"uri":"file:///w/src/"}},"columnKind":"unicodeCodePoints",
                     "results":[
                      {"ruleIndex":0,"message":{"id":"m","arguments":["s"]},"locations":[{"physicalLocation":{
                        "artifactLocation":{"uri":"lib%2Ers","uriBaseId":"SRC"},"region":{"startLine":2,"startColumn":18}}}]},
                      {"ruleId":"R2","message":{"text":"hidden"},"suppressions":[{"kind":"inSource"}]},
                      {"ruleId":"R3","kind":"pass","message":{"text":"fine"}},
                      {"ruleId":"R4","message":{"text":"loose"}}]}]})"),
              ElementsAre("src/lib.rs:2:19 error lint[R1]: no s here", "- warning lint[R4]: loose"));
}

TEST(CheckOutput, TakesOtherLinesOnlyWhereTheFileExists) {
  EXPECT_THAT(found("s.py:1:5: E211 whitespace before '('\nelsewhere.py:1:5: E211 no\n12:34:56 INFO started\nhttp://x:80/ ok\n"),
              ElementsAre("s.py:1:5 error lint[E211]: whitespace before '('"));
}

TEST(CheckOutput, FindsNothingInOutputThatOnlyLooksLikeJson) {
  EXPECT_THAT(found("{ not json\n[{also not\n{}\n[]\n{\"a\": {\"b\": 1}}\nall is well\n"), IsEmpty());
}

TEST(CheckOutput, RemovesWhatTerminalsActOn) {
  EXPECT_EQ(plain_output("\x1b]0;title\x07" "a\x1b[31mb\x1b[0m\x1b]52;c;AAAA\x1b\\c\n 10%\r 50%\rdone\r\nx\x01y\bz\n"), "abc\ndone\nxz\n");
  EXPECT_EQ(plain_output("\x1b]8;;https://evil.example\x1b\\text\x1b]8;;\x1b\\ \x1bPdevice\x1b\\ok \x1b]52;c;ZXZpbA==\x07\n"), "text ok \n");
  EXPECT_EQ(plain_output("\x1b"), "");
  EXPECT_EQ(plain_output("\x1b["), "");
  EXPECT_EQ(plain_output("\xFF"), "\xEF\xBF\xBD");
}

TEST(CheckOutput, ConvertsColumnsOfEveryUnit) {
  const std::string line = "\t\xC3\xA4\xF0\x9F\x98\x80x";  // tab, a letter of two bytes, one of four, x
  EXPECT_EQ(utf16_column(line, 8, ColumnUnit::bytes), 5U);
  EXPECT_EQ(utf16_column(line, 4, ColumnUnit::characters), 5U);
  EXPECT_EQ(utf16_column(line, 5, ColumnUnit::utf16), 5U);
  EXPECT_EQ(utf16_column(line, 11, ColumnUnit::display), 5U);
  EXPECT_EQ(utf16_column(line, 1000, ColumnUnit::bytes), 6U);
}

// Whatever is cut off or changed, the parsers end and give places that exist.
TEST(CheckOutput, EndsOnEveryBeginningOfRealOutput) {
  const std::string all = "bad.cpp:4:40: error: x [-Wa]\n[{\"kind\":\"error\",\"locations\":[{\"caret\":{\"line\":1e999}}]}]\n"
                          "Traceback (most recent call last):\n  File \"s.py\", line 2, in f\n    ^\nError: x\n"
                          "error[E1]: a\n --> src/lib.rs:99999:9\n___ t ___\ns.py:1: in\nE  x\nFAILED s.py::t - y\n[  FAILED  ] A.B (1 ms)\n";
  for (size_t n = 0; n <= all.size(); ++n) {
    for (const Finding& f : parsed(all.substr(0, n) + "\x1b]\xFF")) EXPECT_GE(f.what.column, 1U);
  }
}

}  // namespace
}  // namespace fimd::tests
