#include "lsp/flight.h"

#include <gtest/gtest.h>

namespace fimd::lsp {
namespace {

using context::Text;

// A flight launched at `^` of the given text.
Flight at(std::string marked) {
  Flight flight;
  flight.offset = marked.find('^');
  marked.erase(flight.offset, 1);
  flight.base = std::make_shared<const Text>(context::make_text("file:///a", 1, "cpp", marked));
  return flight;
}

// The agreement of the text with the cursor at `^`; -1 if none.
int typed(const Flight& flight, std::string_view suggestion, std::string marked, bool growing = false) {
  const size_t cursor = marked.find('^');
  marked.erase(cursor, 1);
  const Text now = context::make_text("file:///a", 2, "cpp", marked);
  const auto agreed = agreement(flight, suggestion, growing, now, cursor);
  return agreed ? static_cast<int>(agreed->typed) : -1;
}

TEST(Flight, AgreesWithItsOwnPlace) { EXPECT_EQ(typed(at("int x = ^;"), "foo(1)", "int x = ^;"), 0); }

TEST(Flight, KeepsAgreeingWhileItsTextIsTyped) { EXPECT_EQ(typed(at("int x = ^;"), "foo(1)", "int x = fo^;"), 2); }

TEST(Flight, EndsWhenSomethingElseIsTyped) { EXPECT_EQ(typed(at("int x = ^;"), "foo(1)", "int x = fa^;"), -1); }

TEST(Flight, EndsWhenTheTextElsewhereChanged) { EXPECT_EQ(typed(at("int x = ^;"), "foo(1)", "int y = f^;"), -1); }

TEST(Flight, DoesNotAgreeWithACursorElsewhere) { EXPECT_EQ(typed(at("int x = ^;"), "foo(1)", "int ^x = ;"), -1); }

TEST(Flight, AgreesWithTextTypedAheadOfAStreamOnly) {
  EXPECT_EQ(typed(at("int x = ^;"), "fo", "int x = foo(^;", true), 2);
  EXPECT_EQ(typed(at("int x = ^;"), "fo", "int x = foo(^;", false), -1);
}

TEST(Flight, ToleratesAClosingBracketThatTheEditorAdded) {
  EXPECT_EQ(typed(at("x = ^"), "foo(1)", "x = foo(^)"), 4);
  EXPECT_EQ(typed(at("x = ^"), "foo(1)", "x = foo(^word"), -1);
}

TEST(Flight, ReadsTypedLineBreaksInTheFilesOwnForm) {
  EXPECT_EQ(typed(at("if (a) {^\r\n}"), "\n  b();", "if (a) {\r\n  ^\r\n}"), 3);
}

std::optional<size_t> cursor_after(const std::string& before, context::Change change) {
  const Text text = context::make_text("file:///a", 1, "cpp", before);
  const context::Edited edited = context::apply(text, {&change, 1}, context::Encoding::utf16);
  return typing_cursor(text, edited.edits, edited.text);
}

TEST(Flight, TakesOneShortInsertionForTyping) {
  EXPECT_EQ(cursor_after("ab", {context::Range{{0, 1}, {0, 1}}, "x"}), 2u);
}

TEST(Flight, PutsTheCursorBetweenAutoClosedBrackets) {
  EXPECT_EQ(cursor_after("ab", {context::Range{{0, 2}, {0, 2}}, "()"}), 3u);
}

TEST(Flight, TakesALongPasteOrAWholeTextForNoTyping) {
  EXPECT_EQ(cursor_after("ab", {context::Range{{0, 1}, {0, 1}}, std::string(200, 'x')}), std::nullopt);
  EXPECT_EQ(cursor_after("ab", {std::nullopt, "abc"}), std::nullopt);
}

}  // namespace
}  // namespace fimd::lsp
