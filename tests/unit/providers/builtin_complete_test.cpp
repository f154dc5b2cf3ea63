// What the built-in model offers, as readable cases; and what it never does, as properties.
#include <gtest/gtest.h>

#include "tests/unit/providers/builtin_scene.h"

namespace fimd::providers::builtin {
namespace {

constexpr std::string_view kHandlers = R"(
void on_open(const Event& event) {
  log_event(event, "open");
  handlers_.push_back(make_handler(event.source()));
}

void on_close(const Event& event) {
  log_event(event, "close");
  handlers_.push_back(make_handler(event.source()));
}

void on_move(const Event& event) {
  log_event(event, "move");
)";

std::string handlers(std::string_view more) {
  return std::string(kHandlers) + std::string(more);
}

TEST(BuiltinComplete, RepeatsALineFromTheSameContext) {
  EXPECT_EQ(offered(handlers("  ^\n}\n")), "handlers_.push_back(make_handler(event.source()));");
}

TEST(BuiltinComplete, RenamesWhatTheContextRenames) {
  EXPECT_EQ(offered(R"(
x.add(alpha, "alpha", alpha.size());
x.add(beta, "beta", beta.size());
x.add(gamma, "gamma", gamma.size());
x.add(delta, "delta", ^
)"),
            "delta.size());");
}

TEST(BuiltinComplete, OffersTheSureBeginningOfALineItIsNotSureOf) {
  const auto offer = complete(at_cursor(R"(
Status ReadIndex(Index* index) {
  if (index == nullptr) return Status::Invalid();
  index->Lock();
}
Status ReadTable(Table* table) {
  if (table == nullptr) return Status::Missing();
  table->Lock();
}
Status ReadBlock(Block* block) {
  if (block ^
}
)"),
                              {});
  ASSERT_TRUE(offer);
  EXPECT_FALSE(offer->whole_line);
  EXPECT_EQ(offer->text, "== nullptr)");
}

TEST(BuiltinComplete, FinishesAHalfTypedWord) {
  EXPECT_EQ(offered(handlers("  handlers_.pu^\n}\n")), "sh_back(make_handler(event.source()));");
}

TEST(BuiltinComplete, UsesOtherFilesOfTheWorkspace) {
  const CorpusPtr corpus = corpus_of({{"other.cc", handlers("}\n")}, {"third.cc", handlers("  stop();\n}\n")}});
  const std::string_view fixture = "void on_open(const Event& event) {\n  log_event(event, \"open\");\n  handlers_.^\n";
  EXPECT_EQ(offered(fixture, corpus), "push_back(make_handler(event.source()))");
  EXPECT_EQ(offered(fixture), "");
}

TEST(BuiltinComplete, DoesNotCopyFromItsOwnIndexedVersion) {
  const CorpusPtr corpus = corpus_of({{"open.cc", handlers("}\n")}});
  EXPECT_EQ(offered("void on_open(const Event& event) {\n  log_event(event, \"open\");\n  handlers_.^\n", corpus), "");
}

TEST(BuiltinComplete, OffersFurtherLinesInTheStyleOfTheDocument) {
  EXPECT_EQ(offered(R"(
int a() {
	if (ready()) {
		return first_value();
	}
	return 0;
}
int b() {
	if (ready()) {
		return first_value();
	}
	return 0;
}
int c() {
	^
)",
                    nullptr, 2),
            "if (ready()) {\n\t\treturn first_value();");
}

TEST(BuiltinComplete, KeepsToTheWantedNumberOfLines) {
  const std::string text = offered(handlers("  ^\n"), nullptr, 1);
  EXPECT_EQ(text.find('\n'), std::string::npos);
}

TEST(BuiltinComplete, StopsBeforeWhatFollowsAnyway) {
  EXPECT_EQ(offered(handlers("  ^\n  handlers_.push_back(make_handler(event.source()));\n}\n")), "");
}

TEST(BuiltinComplete, FitsBetweenBracketsThatStandAlready) {
  EXPECT_EQ(offered(handlers("  handlers_.push_back(^);\n}\n")), "make_handler(event.source())");
  EXPECT_EQ(offered(handlers("  handlers_.push_back(make_handler(^));\n}\n")), "event.source()");
}

TEST(BuiltinComplete, SaysNothingInsideAWordOrBeforeOtherCode) {
  EXPECT_EQ(offered(handlers("  handlers_.pu^sh\n}\n")), "");
  EXPECT_EQ(offered(handlers("  ^other_call(1, 2);\n}\n")), "");
}

TEST(BuiltinComplete, SaysNothingWithoutEvidence) {
  EXPECT_EQ(offered("^"), "");
  EXPECT_EQ(offered("\n\n  ^"), "");
  EXPECT_EQ(offered("int main() { ^"), "");
}

TEST(BuiltinComplete, IsQuieterWhenNobodyAsked) {
  Request request = at_cursor(handlers("  ^\n}\n"));
  request.thresholds.line = 1.1;
  request.thresholds.head = 1.1;
  EXPECT_FALSE(complete(request, {}));
}

TEST(BuiltinComplete, SaysWhereItComesFrom) {
  const CorpusPtr corpus = corpus_of({{"src/other.cc", handlers("}\n")}});
  const auto offer = complete(
      at_cursor("void on_open(const Event& event) {\n  log_event(event, \"open\");\n  handlers_.^\n", corpus), {});
  ASSERT_TRUE(offer);
  EXPECT_NE(offer->why.find("src/other.cc"), std::string::npos) << offer->why;
}

TEST(BuiltinComplete, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(complete(at_cursor(handlers("  ^\n}\n")), stop.get_token()));
}

TEST(BuiltinComplete, AnswersWithTheFirstStageWhenTheDeadlineHasPassed) {
  Request request = at_cursor(handlers("  handlers_.^\n}\n"));
  request.deadline = TimePoint{};
  request.max_lines = 5;
  const auto offer = complete(request, {});
  ASSERT_TRUE(offer);
  EXPECT_EQ(offer->lines, 1U);
}

TEST(BuiltinFit, CutsAtWhatIsClosedAlready) {
  EXPECT_EQ(fit_right("a, b);", ")"), "a, b");
  EXPECT_EQ(fit_right("f(a), b);", ");"), "f(a), b");
  EXPECT_EQ(fit_right("name\";", "\""), "name");
  EXPECT_EQ(fit_right("x + y;", ";"), "x + y");
  EXPECT_EQ(fit_right("all", ""), "all");
  EXPECT_EQ(fit_right(");", ");"), std::nullopt);
  EXPECT_EQ(fit_right("a, b);", "other(code)"), std::nullopt);
}

TEST(BuiltinRename, CarriesPartsOfNamesOver) {
  EXPECT_EQ(rename_part("Foo", "Bar", "NewFoo"), "NewBar");
  EXPECT_EQ(rename_part("Foo", "Bar", "foo_count"), "bar_count");
  EXPECT_EQ(rename_part("Foo", "Bar", "FOO"), "BAR");
  EXPECT_EQ(rename_part("readIndex", "readTable", "index_size"), "table_size");
  EXPECT_EQ(rename_part("Foo", "Bar", "Food"), "");
  EXPECT_EQ(rename_part("a", "b", "a_x"), "");
  EXPECT_EQ(rename_part("same", "same", "same"), "");
}

TEST(BuiltinProperties, AnyTextAndCursorIsAnsweredTheSameWayTwice) {
  std::mt19937 random(5);
  for (int round = 0; round < 250; ++round) {
    const std::string text = context::to_valid_utf8(noise(random, random() % 500));
    const CorpusPtr corpus = round % 2 == 0 ? nullptr : corpus_of({{"a.cc", noise(random, 300)}, {"open.cc", text}});
    Request request;
    request.document = open_text(text);
    request.path = "open.cc";
    request.corpus = corpus;
    request.max_lines = 1 + random() % 5;
    request.thresholds = {0.05, 0.05, 1, 0.05, 0.0001};
    for (int i = 0; i < 6; ++i) {
      request.offset = random() % (text.size() + 2);
      const auto offer = complete(request, {}), again = complete(request, {});
      ASSERT_EQ(offer.has_value(), again.has_value());
      if (!offer) continue;
      ASSERT_EQ(offer->text, again->text);
      ASSERT_TRUE(context::is_valid_utf8(offer->text));
      ASSERT_FALSE(offer->text.empty());
      ASSERT_EQ(offer->text.find('\r'), std::string::npos);
      ASSERT_EQ(offer->lines, 1U + static_cast<size_t>(std::count(offer->text.begin(), offer->text.end(), '\n')));
      ASSERT_LE(offer->lines, request.max_lines);
      ASSERT_GT(offer->probability, 0.0);
      ASSERT_LE(offer->probability, 1.0);
    }
  }
}

std::string visible_of(std::string_view line) {
  std::string out;
  for (const char c : line) {
    if (static_cast<unsigned char>(c) > ' ' && c != 0x7f) out += c;
  }
  return out;
}

TEST(BuiltinProperties, NeverRepeatsTheLineBelow) {
  std::mt19937 random(9);
  size_t offers = 0;
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i)
      text += "  call" + std::to_string(random() % 4) + "(x, y" + std::to_string(random() % 3) + ");\n";
    Request request;
    request.document = open_text(text);
    request.thresholds = {0.05, 2, 3, 0.05, 0.01};
    const size_t line = 1 + random() % 50;
    const std::string above = text.substr(0, request.document->text->lines[line]) + "  ";
    request.document = open_text(above + "\n" + text.substr(above.size() - 2));
    request.offset = above.size();
    const auto offer = complete(request, {});
    if (!offer) continue;
    ++offers;
    const std::string below(context::line_text(*request.document->text, line + 1));
    ASSERT_NE(visible_of(offer->text), visible_of(below));
  }
  EXPECT_GT(offers, 20U);
}

TEST(BuiltinProperties, ProbabilitiesOfAllCandidatesAndNoneAreOne) {
  const Line line = considered(at_cursor(handlers("  handlers_.pu^\n}\n")));
  ASSERT_EQ(line.groups.size(), 2U);
  double sum = line.ranked.none;
  for (const double p : line.ranked.probability) sum += p;
  EXPECT_NEAR(sum, 1.0, 1e-9);
}

}  // namespace
}  // namespace fimd::providers::builtin
