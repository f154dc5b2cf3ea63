#include "lsp/uptake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fimd::lsp {
namespace {

using context::Text;
using providers::ShownRow;
using std::chrono::minutes;
using std::chrono::seconds;

// A document with one cursor, and a suggestion shown there.
struct Typing {
  explicit Typing(const std::string& marked) : at(marked.find('^')) {
    std::string text = marked;
    text.erase(at, 1);
    now = context::make_text("u", 1, "cpp", text);
  }

  void show(const std::string& text, uint64_t flight = 1) {
    Offered offer{.flight = flight, .text = text, .offset = at};
    offer.row.provider = "m";
    uptake.offered("u", std::move(offer));
  }

  // Replaces `gone` bytes at `where`.
  void edit(size_t where, size_t gone, const std::string& text) {
    std::string changed = now.utf8;
    changed.replace(where, gone, text);
    now = context::make_text("u", 1, "cpp", changed);
    const context::ByteEdit e{where, where + gone, where + text.size(), {}, {}, {}};
    uptake.changed("u", {&e, 1}, now, time);
  }
  void type(const std::string& text) {
    edit(at, 0, text);
    at += text.size();
  }
  void wait(Duration d) {
    time += d;
    const auto shared = std::make_shared<const Text>(now);
    uptake.look(time, [shared](const std::string&) { return shared; });
  }
  std::vector<std::string> fates() {
    uptake.closed("u");
    std::vector<std::string> out;
    for (const ShownRow& row : rows) out.push_back(row.fate);
    return out;
  }

  std::vector<ShownRow> rows;
  Uptake uptake{[](const ShownRow&) {}, [this](ShownRow row) { rows.push_back(std::move(row)); }};
  Text now;
  size_t at;
  TimePoint time = TimePoint(std::chrono::hours(1));
};

using testing::ElementsAre;

TEST(Uptake, CallsASuggestionAcceptedThatComesInOneChange) {
  Typing t("return ^\n");
  t.show("alpha + beta;");
  t.type("alpha + beta;");
  EXPECT_THAT(t.fates(), ElementsAre("accepted"));
  EXPECT_EQ(t.rows[0].taken, 13);
}

TEST(Uptake, CallsASuggestionTypedThatComesKeyByKey) {
  Typing t("return ^\n");
  t.show("abc;");
  for (const char* key : {"a", "b", "c", ";"}) t.type(key);
  EXPECT_THAT(t.fates(), ElementsAre("typed"));
}

TEST(Uptake, CallsASuggestionAcceptedWhoseRestComesInOneChange) {
  Typing t("return ^\n");
  t.show("alpha + beta;");
  t.type("a");
  t.type("lpha + beta;");
  EXPECT_THAT(t.fates(), ElementsAre("accepted"));
}

TEST(Uptake, CallsAWordOfASuggestionPartlyTaken) {
  Typing t("return ^\n");
  t.show("alpha + beta;");
  t.type("alpha");
  t.type("x");
  EXPECT_THAT(t.fates(), ElementsAre("partly"));
  EXPECT_EQ(t.rows[0].taken, 5);
}

TEST(Uptake, CallsASuggestionDismissedWhenSomethingElseIsTyped) {
  Typing t("return ^\n");
  t.show("alpha + beta;");
  t.type("a");
  t.type("x");
  EXPECT_THAT(t.fates(), ElementsAre("dismissed"));
  EXPECT_EQ(t.rows[0].taken, 1);
}

TEST(Uptake, ForgivesTheBracketThatTheEditorAdds) {
  Typing t("call^\n");
  t.show("(a, b);");
  t.edit(t.at, 0, "()");  // typed "(", and the editor closed it
  t.at += 1;
  EXPECT_TRUE(t.rows.empty());
  t.edit(t.at, 1, "a, b);");
  EXPECT_THAT(t.fates(), ElementsAre("accepted"));
}

TEST(Uptake, CountsASuggestionOnceHoweverOftenItIsServedAgain) {
  Typing t("return ^\n");
  t.show("alpha + beta;");
  t.type("a");
  t.show("lpha + beta;");
  t.type("l");
  t.show("pha + beta;");
  EXPECT_THAT(t.fates(), ElementsAre("dismissed"));
}

TEST(Uptake, CountsANewSuggestionAnew) {
  Typing t("return ^\n");
  t.show("alpha;", 1);
  t.show("beta;", 2);
  t.type("beta;");
  EXPECT_THAT(t.fates(), ElementsAre("dismissed", "accepted"));
}

TEST(Uptake, BelievesAnEditorThatSaysItWasTaken) {
  Typing t("return ^\n");
  t.show("a");
  t.uptake.accepted(1);
  t.type("a");  // a single letter does not tell
  EXPECT_THAT(t.fates(), ElementsAre("accepted"));
}

TEST(Uptake, FollowsAPlaceThatMovesByAChangeAboveIt) {
  Typing t("x\nreturn ^\n");
  t.show("alpha;");
  t.edit(0, 0, "// more\n");
  t.at += 8;
  t.type("alpha;");
  EXPECT_THAT(t.fates(), ElementsAre("accepted"));
}

TEST(Uptake, MeasuresWhatIsStillThereLater) {
  Typing t("return ^\n");
  t.show("alpha + beta;");
  t.type("alpha + beta;");
  t.wait(seconds(31));
  t.edit(7, 5, "ALPHA");
  t.edit(0, 0, "/* in front */ ");
  t.wait(minutes(2));
  t.edit(0, t.now.utf8.size(), "");
  t.wait(minutes(3));
  ASSERT_TRUE(t.rows.empty());
  t.wait(minutes(5));
  ASSERT_EQ(t.rows.size(), 1U);
  EXPECT_EQ(t.rows[0].kept_30s, 1);
  EXPECT_NEAR(*t.rows[0].kept_2m, 8.0 / 13, 0.01);
  EXPECT_EQ(t.rows[0].kept_5m, 0);
  EXPECT_EQ(t.rows[0].kept_10m, 0);
}

TEST(Uptake, MeasuresWhatIsThereWhenTheFileIsSaved) {
  Typing t("return ^\n");
  t.show("alpha;");
  t.type("alpha;");
  t.edit(7, 6, "");
  t.uptake.saved("u", t.now);
  EXPECT_THAT(t.fates(), ElementsAre("accepted"));
  EXPECT_EQ(t.rows[0].kept_saved, 0);
}

TEST(Uptake, KeepsNothingOfADocumentThatIsClosed) {
  Typing t("return ^\n");
  t.show("alpha;");
  EXPECT_THAT(t.fates(), ElementsAre("dismissed"));
  t.uptake.closed("u");
  EXPECT_EQ(t.rows.size(), 1U);
}

TEST(KeptShare, IsOneForTheSameAndZeroForNothingLeft) {
  EXPECT_EQ(kept_share("abc", "abc"), 1);
  EXPECT_EQ(kept_share("abc", ""), 0);
  EXPECT_EQ(kept_share("", ""), 1);
  EXPECT_NEAR(kept_share("abcd", "abXd"), 0.75, 1e-9);
}

TEST(KeptShare, ComparesLongTextsByTheirLines) {
  std::string text, changed;
  for (int i = 0; i < 1000; ++i) text += "line " + std::to_string(i) + "\n";
  changed = "first\n" + text + "last\n";
  EXPECT_GT(kept_share(text, changed), 0.9);
  EXPECT_LT(kept_share(text, std::string(20'000, 'x')), 0.1);
}

}  // namespace
}  // namespace fimd::lsp
