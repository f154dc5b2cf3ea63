#include "lsp/recent_edits.h"

#include <gtest/gtest.h>

namespace fimd::lsp {
namespace {

using context::Change;
using context::Position;

// A document that is typed in, and all that is remembered of it.
struct Typist {
  explicit Typist(const std::string& path, std::string text, RecentEdits& edits) : recent(edits) {
    document.uri = "file:///w/" + path;
    document.relative_path = path;
    document.root = "/w";
    document.text = std::make_shared<const context::Text>(context::make_text(document.uri, 1, "python", std::move(text)));
  }
  void change(std::vector<Change> changes) {
    const context::Snapshot before = document.text;
    auto edited = context::apply(*before, changes, context::Encoding::utf16);
    document.text = std::make_shared<const context::Text>(std::move(edited.text));
    recent.changed(document, before, edited.edits);
  }
  void type(Position at, const std::string& text) {
    for (const char c : text) {
      change({{context::Range{at, at}, std::string(1, c)}});
      at = c == '\n' ? Position{at.line + 1, 0} : Position{at.line, at.character + 1};
    }
  }
  Document document;
  RecentEdits& recent;
};

std::string told(const RecentEdits& edits, const Document& document) {
  std::string out;
  for (const auto& each : edits.list(document)) {
    out += each.path + ":" + std::to_string(each.line) + " <" + each.before + "> <" + each.after + ">\n";
  }
  return out;
}

TEST(RecentEdits, TellsAnEditOnceTypingGoesOnElsewhere) {
  RecentEdits edits;
  Typist a("a.py", "x = 1\ny = 2\n", edits), b("b.py", "z = 3\n", edits);
  a.type({0, 5}, "23");
  EXPECT_EQ(told(edits, a.document), "");
  b.type({0, 5}, "4");
  EXPECT_EQ(told(edits, b.document), "a.py:0 <x = 1\n> <x = 123\n>\n");
}

TEST(RecentEdits, GrowsWhileTypingStaysInOnePlace) {
  RecentEdits edits;
  Typist a("a.py", "one\ntwo\nthree\nfour\nfive\nsix\n", edits);
  a.type({1, 3}, " a\nb");
  a.type({3, 0}, "c");
  a.type({6, 0}, "d");
  EXPECT_EQ(told(edits, a.document), "a.py:1 <two\nthree\n> <two a\nb\ncthree\n>\n");
}

TEST(RecentEdits, ForgetsWhatWasTakenBack) {
  RecentEdits edits;
  Typist a("a.py", "one\ntwo\nthree\nfour\n", edits);
  a.type({0, 3}, "x");
  a.change({{context::Range{{0, 3}, {0, 4}}, ""}});
  a.type({3, 0}, "y");
  EXPECT_EQ(told(edits, a.document), "");
}

TEST(RecentEdits, MovesWithTheLinesAbove) {
  RecentEdits edits;
  Typist a("a.py", "one\ntwo\nthree\nfour\nfive\n", edits);
  a.type({4, 0}, "x");
  a.type({0, 0}, "new\n");
  EXPECT_EQ(told(edits, a.document), "a.py:5 <five\n> <xfive\n>\n");
}

TEST(RecentEdits, LeavesOutWhatOnlyLocalProvidersMaySee) {
  RecentEdits edits;
  Typist a("a.py", "x = 1\n", edits), b("b.py", "z = 3\n", edits);
  a.document.local_only = true;
  a.type({0, 5}, "2");
  b.type({0, 5}, "4");
  EXPECT_EQ(told(edits, b.document), "");
}

TEST(RecentEdits, LeavesOutOtherFolders) {
  RecentEdits edits;
  Typist a("a.py", "x = 1\n", edits), b("b.py", "z = 3\n", edits);
  b.document.root = "/v";
  a.type({0, 5}, "2");
  b.type({0, 5}, "4");
  EXPECT_EQ(told(edits, b.document), "");
}

TEST(RecentEdits, LeavesOutLargeChanges) {
  RecentEdits edits;
  Typist a("a.py", "x = 1\n", edits), b("b.py", "z = 3\n", edits);
  std::string lines;
  for (int i = 0; i < 40; ++i) lines += "line\n";
  a.change({{context::Range{{0, 0}, {0, 0}}, lines}});
  b.type({0, 5}, "4");
  EXPECT_EQ(told(edits, b.document), "");
}

TEST(RecentEdits, SettlesWhenManyPlacesChangeAtOnce) {
  RecentEdits edits;
  Typist a("a.py", "one\ntwo\nthree\nfour\nfive\n", edits);
  a.type({0, 3}, "x");
  a.change({{context::Range{{4, 0}, {4, 0}}, "z"}, {context::Range{{2, 0}, {2, 0}}, "z"}, {context::Range{{0, 0}, {0, 0}}, "z"}});
  EXPECT_EQ(told(edits, a.document), "a.py:0 <one\n> <onex\n>\n");
}

TEST(RecentEdits, SettlesWhenATextIsReplaced) {
  RecentEdits edits;
  Typist a("a.py", "one\ntwo\n", edits);
  a.type({0, 3}, "x");
  a.change({{std::nullopt, "other"}});
  EXPECT_EQ(told(edits, a.document), "a.py:0 <one\n> <onex\n>\n");
}

}  // namespace
}  // namespace fimd::lsp
