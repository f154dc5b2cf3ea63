// What each source of snippets finds, in small repositories of several languages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/context/snippets/small_repository.h"

namespace fimd::context {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(SnippetSources, ShowsTheDeclarationOfWhatTheLineAboveCalls) {
  SmallRepository repo(Files{{"src/math.h", "#pragma once\nint add_up(int a, int b);\n"}, {"src/other.h", "int unrelated();\n"}});
  const auto got = repo.gather_at("src/main.cpp", "#include \"math.h\"\n\nint main() {\n  int x = add_up(1, 2);\n  ^\n}\n");
  EXPECT_THAT(text_from(got, "src/math.h"), HasSubstr("int add_up(int a, int b)"));
  EXPECT_EQ(why_of(got, "src/math.h"), "line 4 uses add_up");
}

TEST(SnippetSources, PutsTheLinesOfTheDeclarationsIntoTheRange) {
  SmallRepository repo(Files{{"src/math.h", "#pragma once\n\nint add_up(int a, int b);\n"}});
  const auto got = repo.gather_at("src/main.cpp", "#include \"math.h\"\nint main() {\n  add_up(1, 2);\n  ^\n}\n");
  ASSERT_FALSE(got.snippets.empty());
  EXPECT_EQ(got.snippets.front().range.start.line, 2u);
}

TEST(SnippetSources, ShowsMembersOfAParametersTypeInPython) {
  SmallRepository repo(Files{{"app/store.py", "class Store:\n    def save_item(self, item):\n        pass\n    def drop_item(self, item):\n        pass\n"}});
  const auto got = repo.gather_at("app/main.py", "from app.store import Store\n\ndef run(store: Store):\n    store.^\n");
  EXPECT_THAT(text_from(got, "app/store.py"), HasSubstr("def save_item(self, item)"));
  EXPECT_THAT(why_of(got, "app/store.py"), HasSubstr("store's type"));
}

TEST(SnippetSources, ShowsMembersOfWhatACallReturnsInGo) {
  SmallRepository repo(Files{{"db/db.go", "package db\n\ntype Conn struct {\n\tName string\n}\n\nfunc Open(name string) *Conn { return nil }\n\nfunc (c *Conn) RunQuery(q string) error { return nil }\n"}});
  const auto got = repo.gather_at("db/use.go", "package db\n\nfunc use() {\n\tc := Open(\"x\")\n\tc.^\n}\n");
  EXPECT_THAT(text_from(got, "db/db.go"), HasSubstr("RunQuery(q string) error"));
}

TEST(SnippetSources, ShowsInheritedMembersInTypeScript) {
  SmallRepository repo(Files{{"src/base.ts", "export abstract class Widget {\n  abstract renderFrame(time: number): void;\n  protected resize(w: number): void {}\n}\n"}});
  const auto got = repo.gather_at("src/clock.ts", "import { Widget } from './base';\n\nexport class Clock extends Widget {\n  ^\n}\n");
  EXPECT_THAT(text_from(got, "src/base.ts"), HasSubstr("renderFrame(time: number): void"));
  EXPECT_THAT(text_from(got, "src/base.ts"), HasSubstr("class Widget"));
}

TEST(SnippetSources, ShowsTheCasesOfAnEnumerationThatIsMatchedInRust) {
  SmallRepository repo(Files{{"src/shape.rs", "pub enum Shape {\n    Circle(f64),\n    Square { side: f64 },\n}\n"}});
  const auto got = repo.gather_at("src/area.rs", "use crate::shape::Shape;\n\nfn area(shape: Shape) -> f64 {\n    match shape {\n        ^\n    }\n}\n");
  EXPECT_THAT(text_from(got, "src/shape.rs"), HasSubstr("Circle(f64)"));
  EXPECT_THAT(text_from(got, "src/shape.rs"), HasSubstr("Square"));
  EXPECT_THAT(why_of(got, "src/shape.rs"), HasSubstr("is a case of what is being matched"));
}

TEST(SnippetSources, ShowsADeclarationOfTwoNamesOnce) {
  SmallRepository repo(Files{{"src/span.h", "struct Span {\n  int first_line, last_line;\n};\n"}});
  const auto got = repo.gather_at("src/main.cpp", "#include \"span.h\"\n\nint size(const Span& span) {\n  return span.last_line - span.first_line + span.^\n}\n");
  EXPECT_THAT(text_from(got, "src/span.h"), HasSubstr("struct Span\n  int first_line, last_line\n"));
  EXPECT_THAT(text_from(got, "src/span.h"), Not(HasSubstr("last_line\n  int first_line")));
}

TEST(SnippetSources, ShowsAShortFunctionWhole) {
  SmallRepository repo(Files{{"app/shop.py", "class Shop:\n    def net_price(self, item):\n        return item.price * 0.8\n"}});
  const auto got = repo.gather_at("app/main.py", "from app.shop import Shop\n\ndef run(shop: Shop, item):\n    shop.net_price(^\n");
  EXPECT_THAT(text_from(got, "app/shop.py"), HasSubstr("class Shop\n  def net_price(self, item):\n      return item.price * 0.8\n"));
}

TEST(SnippetSources, ShowsOnlyTheHeadOfALongFunction) {
  std::string body;
  for (int i = 0; i < 12; ++i) body += "    step_" + std::to_string(i) + "()\n";
  SmallRepository repo(Files{{"lib/shop.py", "def net_price(item):\n" + body}});
  const auto got = repo.gather_at("app/main.py", "from lib.shop import net_price\n\ndef run(item):\n    net_price(^\n");
  EXPECT_THAT(text_from(got, "lib/shop.py"), HasSubstr("def net_price(item)"));
  EXPECT_THAT(text_from(got, "lib/shop.py"), Not(HasSubstr("step_1")));
}

TEST(SnippetSources, ShowsOnlyTheHeadWhereTheFileIsNotWhatTheIndexSaw) {
  SmallRepository repo(Files{{"lib/shop.py", "def net_price(item):\n    return item.price * 0.8\n"}});
  auto changed = std::make_shared<MemoryFiles>();
  changed->add("/repo/lib/shop.py", "# a new line\ndef gross_price(item):\n    return item.price * 1.25\n");
  repo.around.files = changed;
  const auto got = repo.gather_at("app/main.py", "from lib.shop import net_price\n\ndef run(item):\n    net_price(^\n");
  ASSERT_FALSE(got.snippets.empty());
  EXPECT_EQ(got.snippets.front().text, "def net_price(item)\n");
}

TEST(SnippetSources, ShowsTheFunctionThatIsBeingCalledInJava) {
  SmallRepository repo(Files{{"acme/Mailer.java", "package acme;\n\npublic class Mailer {\n  public void sendLetter(String to, int copies) {}\n}\n"}});
  const auto got = repo.gather_at("acme/Main.java", "package acme;\n\nclass Main {\n  void go(Mailer mailer) {\n    mailer.sendLetter(^\n  }\n}\n");
  EXPECT_THAT(text_from(got, "acme/Mailer.java"), HasSubstr("sendLetter(String to, int copies)"));
}

TEST(SnippetSources, ShowsTheSubjectOfATest) {
  SmallRepository repo(Files{{"src/parser.py", "def parse_header(text):\n    return text\n"}, {"src/zebra.py", "def zebra():\n    pass\n"}});
  const auto got = repo.gather_at("tests/test_parser.py", "def test_it():\n    ^\n");
  EXPECT_THAT(text_from(got, "src/parser.py"), HasSubstr("parse_header(text)"));
  EXPECT_EQ(text_from(got, "src/zebra.py"), "");
}

TEST(SnippetSources, ShowsTheTestOfASubject) {
  SmallRepository repo(Files{{"tests/parser_test.go", "package parser\n\nfunc makeSample() string { return \"\" }\n"}});
  const auto got = repo.gather_at("src/parser.go", "package parser\n\nfunc Parse() {\n\t^\n}\n");
  EXPECT_THAT(text_from(got, "tests/parser_test.go"), HasSubstr("makeSample() string"));
}

TEST(SnippetSources, PrefersTheImportedOneOfTwoDefinitions) {
  SmallRepository repo(Files{{"a/net.py", "def open_line(host):\n    pass\n"}, {"b/net.py", "def open_line(host, port, retries):\n    pass\n"}});
  const auto got = repo.gather_at("main.py", "from b.net import open_line\n\ndef go():\n    open_line(1)\n    ^\n");
  ASSERT_NE(text_from(got, "b/net.py"), "");
  const auto rank = [&](const std::string& path) {
    const auto at = std::ranges::find(got.snippets, path, &Snippet::path);
    return at == got.snippets.end() ? 0.0 : at->rank;
  };
  EXPECT_GT(rank("b/net.py"), rank("a/net.py"));
}

TEST(SnippetSources, LeavesOutLanguagesThatCannotBeUsedHere) {
  SmallRepository repo(Files{{"tool.py", "def compute(x):\n    return x\n"}});
  const auto got = repo.gather_at("main.go", "package main\n\nfunc main() {\n\tcompute(1)\n\t^\n}\n");
  EXPECT_EQ(text_from(got, "tool.py"), "");
}

TEST(SnippetSources, ShowsSimilarCodeOfAnOpenFile) {
  const std::string like = "def load_orders(client):\n    reply = client.fetch_page('orders')\n    rows = reply.decode_rows()\n    check_rows(rows)\n    return sort_rows(rows)\n";
  SmallRepository repo(Files{{"a.py", like}, {"z.py", "def nothing():\n    pass\n"}});
  repo.around.open = {{"a.py", SmallRepository::snapshot("a.py", like)}};
  const auto got = repo.gather_at("b.py", "def load_users(client):\n    reply = client.fetch_page('users')\n    rows = reply.decode_rows()\n    ^\n");
  EXPECT_THAT(text_from(got, "a.py"), HasSubstr("return sort_rows(rows)"));
}

TEST(SnippetSources, RepeatsNothingOfTheDocumentsOwnWindow) {
  SmallRepository repo(Files{{"a.h", "int far();\n"}});
  const auto got = repo.gather_at("b.cpp", "#include \"a.h\"\nint near_one() { return far(); }\nint main() { near_one();\n  ^\n}\n");
  EXPECT_EQ(text_from(got, "b.cpp"), "");
}

TEST(SnippetSources, ShowsTheHeadsOfScopesAboveTheWindow) {
  std::string text = "class Long:\n    def endless(self, count):\n";
  for (int i = 0; i < 400; ++i) text += "        count = count + " + std::to_string(i) + "\n";
  SmallRepository repo(Files{});
  const auto got = repo.gather_at("long.py", text + "        ^\n", {.prefix_tokens = 300, .suffix_tokens = 50});
  EXPECT_THAT(text_from(got, "long.py"), HasSubstr("def endless(self, count):"));
  EXPECT_THAT(text_from(got, "long.py"), HasSubstr("class Long:"));
}

TEST(SnippetSources, ShowsEditsInOtherFilesButNotInTheWindow) {
  SmallRepository repo(Files{{"a.py", "x = 1\n"}});
  repo.around.edits = {{"a.py", 0, "x = 0\n", "x = 1\n"}, {"b.py", 1, "old\n", "y = 2\n"}};
  const auto got = repo.gather_at("b.py", "z = 1\ny = 2\n^\n");
  EXPECT_THAT(text_from(got, "a.py"), HasSubstr("-x = 0\n+x = 1\n"));
  EXPECT_EQ(text_from(got, "b.py"), "");
}

TEST(SnippetSources, ShowsDiagnosticsNearTheCursorLast) {
  SmallRepository repo(Files{{"a.h", "int far();\n"}});
  repo.around.diagnostics = {{{{2, 0}, {2, 3}}, "unknown name 'fra'\nsecond line"}, {{{90, 0}, {90, 1}}, "elsewhere"}};
  const auto got = repo.gather_at("b.cpp", "#include \"a.h\"\nint main() {\n  fra();\n  ^\n}\n");
  ASSERT_FALSE(got.snippets.empty());
  EXPECT_EQ(got.snippets.back().text, "line 3: unknown name 'fra'\n");
}

TEST(SnippetSources, StaysWithinTheAllowance) {
  std::string header;
  for (int i = 0; i < 300; ++i) header += "int function_number_" + std::to_string(i) + "(int first, int second);\n";
  SmallRepository repo(Files{{"big.h", header}});
  repo.around.tokens = 400;
  const auto got = repo.gather_at("b.cpp", "#include \"big.h\"\nint main() {\n  function_number_7(1, 2);\n  ^\n}\n");
  size_t tokens = 0;
  for (const Snippet& each : got.snippets) tokens += estimate_tokens(each.text);
  EXPECT_GT(tokens, 200u);
  EXPECT_LE(tokens, 400u);
  EXPECT_THAT(text_from(got, "big.h"), HasSubstr("function_number_7("));
}

TEST(SnippetSources, ShowsNoMorePiecesThanAllowed) {
  std::map<std::string, std::string> files;
  std::string includes, calls;
  for (int i = 0; i < 20; ++i) {
    const std::string n = std::to_string(i);
    files["h" + n + ".h"] = "int call_" + n + "();\n";
    includes += "#include \"h" + n + ".h\"\n";
    calls += "  call_" + n + "();\n";
  }
  SmallRepository repo(files);
  repo.around.snippets = 5;
  EXPECT_LE(repo.gather_at("b.cpp", includes + "int main() {\n" + calls + "  ^\n}\n").snippets.size(), 5u);
  repo.around.snippets = 0;
  EXPECT_TRUE(repo.gather_at("b.cpp", includes + "int main() {\n" + calls + "  ^\n}\n").snippets.empty());
}

TEST(SnippetSources, GivesTheWindowsAloneWithoutAnIndex) {
  SmallRepository repo(Files{{"a.h", "int far();\n"}});
  const Snapshot text = SmallRepository::snapshot("b.cpp", "int x = far();\n");
  Surroundings around = repo.around;
  around.index = nullptr;
  const auto got = gather(text, 8, {}, {}, around);
  EXPECT_EQ(got.prefix, "int x = ");
  EXPECT_TRUE(got.snippets.empty());
}

TEST(WholeRepository, PutsWhatTheDocumentNeedsLastAndInTheOrderOfImports) {
  SmallRepository repo(Files{{"a.py", "from b import f\n"}, {"b.py", "from c import g\ndef f(): pass\n"}, {"c.py", "def g(): pass\n"}, {"z.py", "lonely = 1\n"}});
  repo.around.whole_repository = true;
  const auto got = repo.gather_at("main.py", "from a import f\n^\n");
  std::vector<std::string> paths;
  for (const Snippet& each : got.snippets) paths.push_back(each.path);
  EXPECT_THAT(paths, testing::ElementsAre("z.py", "c.py", "b.py", "a.py"));
  EXPECT_EQ(got.snippets.back().text, "from b import f\n");
}

TEST(WholeRepository, LeavesOutWhatDoesNotFit) {
  SmallRepository repo(Files{{"a.py", "def f(): pass\n"}, {"big.py", std::string(4000, 'x') + " = 1\n"}});
  repo.around.whole_repository = true;
  repo.around.tokens = 60;
  const auto got = repo.gather_at("main.py", "from a import f\n^\n");
  ASSERT_EQ(got.snippets.size(), 1u);
  EXPECT_EQ(got.snippets.front().path, "a.py");
}

}  // namespace
}  // namespace fimd::context
