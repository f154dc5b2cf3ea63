#include "lsp/wire.h"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace fimd::lsp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> drain(FrameReader& reader) {
  std::vector<std::string> bodies;
  while (auto body = reader.next()) bodies.push_back(*std::move(body));
  return bodies;
}

std::vector<std::string> read_all(std::string_view bytes) {
  FrameReader reader;
  reader.feed(bytes);
  return drain(reader);
}

TEST(Wire, WritesOneStrictHeader) { EXPECT_EQ(frame("{\"é\":1}"), "Content-Length: 8\r\n\r\n{\"é\":1}"); }

TEST(Wire, ReadsWhatItWrites) { EXPECT_THAT(read_all(frame("{}") + frame("[1]")), ElementsAre("{}", "[1]")); }

TEST(Wire, ReadsEveryHeaderFormThatClientsSend) {
  EXPECT_THAT(read_all("content-length:2\n\n{}"), ElementsAre("{}"));
  EXPECT_THAT(read_all("CONTENT-LENGTH \t:\t2 \r\n\r\n{}"), IsEmpty());  // a tab in front of the colon is no client's
  EXPECT_THAT(read_all("CONTENT-LENGTH  :\t2 \r\n\r\n{}"), ElementsAre("{}"));
  EXPECT_THAT(read_all("X-Other: 1\r\nContent-Length: 2\r\nAnother: x\r\n\r\n{}"), ElementsAre("{}"));
  EXPECT_THAT(read_all("Content-Type: application/vscode-jsonrpc; charset=utf8\r\nContent-Length: 2\r\n\r\n{}"),
              ElementsAre("{}"));
  EXPECT_THAT(read_all("Content-Length: 2\r\nContent-Type: x; charset=\"UTF-8\"\r\n\r\n{}"), ElementsAre("{}"));
}

TEST(Wire, TakesTheLastOfTwoLengths) {
  FrameReader reader;
  reader.feed("Content-Length: 9\r\nContent-Length: 2\r\n\r\n{}");
  EXPECT_THAT(drain(reader), ElementsAre("{}"));
  EXPECT_THAT(reader.take_warnings(), ElementsAre(HasSubstr("two Content-Length")));
}

TEST(Wire, ReadsByteByByteAndInOnePiece) {
  const std::string bytes = frame("{\"a\":\"é𐐀\"}") + "junk\r\n" + frame("[]");
  FrameReader reader;
  std::vector<std::string> bodies;
  for (const char c : bytes) {
    reader.feed(std::string_view(&c, 1));
    for (auto& body : drain(reader)) bodies.push_back(std::move(body));
  }
  EXPECT_THAT(bodies, ElementsAre("{\"a\":\"é𐐀\"}", "[]"));
  EXPECT_EQ(bodies, read_all(bytes));
}

TEST(Wire, FindsTheNextHeaderWhenALengthWasTooShort) {
  // Ten bytes are announced, the rest runs into the next header on one line.
  const std::string bytes = "Content-Length: 10\r\n\r\n{\"method\":\"Content-Length: 3\"}" + frame("{\"id\":2}");
  EXPECT_THAT(read_all(bytes), ElementsAre("{\"method\":", "{\"id\":2}"));
}

TEST(Wire, FindsTheNextHeaderBehindARestLongerThanAnyHeader) {
  const std::string bytes = "Content-Length: 1\r\n\r\n[" + std::string(100'000, '1') + frame("{}");
  EXPECT_THAT(read_all(bytes), ElementsAre("[", "{}"));
  FrameReader slow;
  std::vector<std::string> bodies;
  for (const char c : bytes) {
    slow.feed(std::string_view(&c, 1));
    for (auto& body : drain(slow)) bodies.push_back(std::move(body));
  }
  EXPECT_THAT(bodies, ElementsAre("[", "{}"));
}

TEST(Wire, GoesOnAfterALengthThatWasTooLong) {
  // The first body swallows the second header; the third message is found again.
  const std::string bytes = "Content-Length: 12\r\n\r\n{}" + frame("{\"id\":2}") + frame("{\"id\":3}");
  EXPECT_THAT(read_all(bytes), ElementsAre("{}Content-Le", "{\"id\":3}"));
}

TEST(Wire, SkipsJunkInFrontOfAHeader) {
  FrameReader reader;
  reader.feed("Picked up _JAVA_OPTIONS\n\n" + frame("{}"));
  EXPECT_THAT(drain(reader), ElementsAre("{}"));
  EXPECT_THAT(reader.take_warnings(), ElementsAre(HasSubstr("skipped 24 bytes")));
}

TEST(Wire, IgnoresABadLineInAGoodHeader) {
  EXPECT_THAT(read_all("what is this\r\nContent-Length: 2\r\n\r\n{}"), ElementsAre("{}"));
  EXPECT_THAT(read_all("Content-Length: 2\r\nwhat is this\r\n\r\n{}"), ElementsAre("{}"));
}

TEST(Wire, ResynchronisesAfterABadLength) {
  for (const std::string bad : {"-1", "abc", "", "1.5", "99999999999999999999", "4294967296", "2 2"}) {
    FrameReader reader;
    reader.feed("Content-Length: " + bad + "\r\n\r\n{\"id\":1}" + frame("{}"));
    EXPECT_THAT(drain(reader), ElementsAre("{}")) << bad;
    EXPECT_THAT(reader.take_warnings(), SizeIs(2)) << bad;
  }
}

TEST(Wire, ResynchronisesAfterAHeaderWithoutALength) {
  EXPECT_THAT(read_all("Content-Type: x\r\n\r\n{\"id\":1}" + frame("{}")), ElementsAre("{}"));
}

TEST(Wire, GivesAnEmptyBodyForLengthZero) { EXPECT_THAT(read_all(frame("") + frame("{}")), ElementsAre("", "{}")); }

TEST(Wire, DropsABodyInAnotherCharset) {
  FrameReader reader;
  reader.feed("Content-Length: 4\r\nContent-Type: x; charset=utf-16\r\n\r\n{\0}\0" + frame("{}"));
  reader.feed(frame("[]"));
  EXPECT_THAT(drain(reader), testing::Contains("[]"));
  EXPECT_THAT(reader.take_warnings(), testing::Contains(HasSubstr("utf-8")));
}

TEST(Wire, DrainsABodyOverTheLimit) {
  FrameReader reader;
  reader.feed(fmt::format("Content-Length: {}\r\n\r\n", kMaxBody + 1));
  const std::string piece(1u << 20, 'x');
  for (size_t i = 0; i < 256; ++i) {
    reader.feed(piece);
    ASSERT_EQ(reader.next(), std::nullopt);
  }
  reader.feed("x");
  reader.feed(frame("{}"));
  EXPECT_THAT(drain(reader), ElementsAre("{}"));
  EXPECT_THAT(reader.take_warnings(), ElementsAre(HasSubstr("limit")));
}

TEST(Wire, SurvivesAnEndlessHeader) {
  FrameReader reader;
  for (int i = 0; i < 2000; ++i) reader.feed("X-Header: y\r\n");
  reader.feed("\r\n" + frame("{}"));
  EXPECT_THAT(drain(reader), ElementsAre("{}"));
}

TEST(Wire, GivesUpOnAStreamThatIsNoProtocol) {
  FrameReader reader;
  for (int i = 0; i < 200; ++i) reader.feed("Content-Length: x\r\n\r\n");
  EXPECT_EQ(reader.next(), std::nullopt);
  EXPECT_TRUE(reader.broken());
  reader.feed(frame("{}"));
  EXPECT_EQ(reader.next(), std::nullopt);
  EXPECT_LE(reader.take_warnings().size(), 16u);
}

TEST(Wire, GivesUpOnEndlessJunkInBoundedMemory) {
  FrameReader reader;
  const std::string zeros(1u << 20, '\0');
  for (int i = 0; i < 300 && !reader.broken(); ++i) {
    reader.feed(zeros);
    ASSERT_EQ(reader.next(), std::nullopt);
  }
  EXPECT_TRUE(reader.broken());
}

TEST(Wire, WarningsHoldNothingOfTheText) {
  FrameReader reader;
  reader.feed("password\r\nContent-Length: hunter2\r\n\r\n" + frame("{}"));
  EXPECT_THAT(drain(reader), ElementsAre("{}"));
  for (const std::string& w : reader.take_warnings()) {
    EXPECT_THAT(w, testing::Not(testing::AnyOf(HasSubstr("password"), HasSubstr("hunter2"))));
  }
}

std::string text_in(std::string_view body) {
  const auto value = parse_body(body);
  return value ? value->get<std::string>() : value.error().message;
}

TEST(ParseBody, ReplacesLoneSurrogateEscapesByOneUnitEach) {
  EXPECT_EQ(text_in(R"("a\uD801b")"), "a\uFFFDb");
  EXPECT_EQ(text_in(R"("a\udc00b")"), "a\uFFFDb");
  EXPECT_EQ(text_in(R"("\uD801\uD801\uDC00")"), "\uFFFD\U00010400");
  EXPECT_EQ(text_in(R"("\uDC00\uD801")"), "\uFFFD\uFFFD");
  EXPECT_EQ(text_in(R"("\uD801\n")"), "\uFFFD\n");
  EXPECT_EQ(text_in(R"("\uD801\\uDC00")"), "\uFFFD\\uDC00");
  EXPECT_EQ(text_in(R"("\\uD801")"), "\\uD801");
  EXPECT_EQ(text_in(R"("\uD801\uDC00")"), "\U00010400");
  EXPECT_TRUE(parse_body(R"({"\uD801":["\uDFFF"]})"));
}

TEST(ParseBody, ReplacesInvalidUtf8) { EXPECT_EQ(text_in("\"a\xFFz\xE2\x82\""), "a\uFFFDz\uFFFD"); }

TEST(ParseBody, KeepsNul) { EXPECT_EQ(text_in(R"("a\u0000b")"), std::string("a\0b", 3)); }

TEST(ParseBody, RefusesWhatIsNotJson) {
  for (const char* bad : {"", " ", "{", "nul", "{\"a\":}", "\"\\uD80", "\"\\", "[1,]", "1e999", "{}{}", "'a'"}) {
    const auto value = parse_body(bad);
    ASSERT_FALSE(value) << bad;
    EXPECT_EQ(value.error().code, Error::Code::bad_input);
  }
}

TEST(ParseBody, LimitsNesting) {
  const auto nested = [](size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_TRUE(parse_body(nested(512)));
  EXPECT_FALSE(parse_body(nested(513)));
  EXPECT_FALSE(parse_body(nested(5'000'000)));
  std::string objects;
  for (int i = 0; i < 600; ++i) objects += "{\"a\":";
  EXPECT_FALSE(parse_body(objects + "1" + std::string(600, '}')));
  EXPECT_TRUE(parse_body(fmt::format("\"{}\"", std::string(5000, '['))));  // in a string it is only text
}

TEST(ParseBody, LimitsTheNumberOfValues) {
  std::string many = "[1";
  while (many.size() < 2 * kMaxValues + 4) many += ",1";
  EXPECT_FALSE(parse_body(many + "]"));
}

TEST(Dump, ReplacesInvalidUtf8) { EXPECT_EQ(dump(nlohmann::json("a\xFF")), "\"a\uFFFD\""); }

}  // namespace
}  // namespace fimd::lsp
