#include "providers/sse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace fimd::providers {
namespace {

using Framing = HttpRequest::Framing;
using testing::ElementsAre;
using testing::IsEmpty;

// What the reader makes of these bytes when they arrive cut at every multiple of `step`.
std::vector<std::string> read(std::string_view bytes, Framing framing = Framing::sse, size_t step = SIZE_MAX) {
  EventReader reader(framing);
  std::vector<Event> events;
  for (size_t at = 0; at < bytes.size(); at += std::min(step, bytes.size() - at)) {
    EXPECT_TRUE(reader.feed(bytes.substr(at, step), events));
  }
  EXPECT_TRUE(reader.finish(events));
  std::vector<std::string> out;
  for (const Event& event : events) out.push_back(event.name.empty() ? event.data : event.name + "|" + event.data);
  return out;
}

TEST(Sse, EndsLinesAtEveryLineEnd) {
  EXPECT_THAT(read("data: a\n\ndata: b\r\n\r\ndata: c\r\rdata: d\n\r\n"), ElementsAre("a", "b", "c", "d"));
}

TEST(Sse, TakesDataWithAndWithoutABlank) {
  EXPECT_THAT(read("data:{}\n\ndata: {}\n\ndata:  {}\n\n"), ElementsAre("{}", "{}", " {}"));
}

TEST(Sse, JoinsSeveralDataLines) { EXPECT_THAT(read("data: {\ndata: }\n\n"), ElementsAre("{\n}")); }

TEST(Sse, FlushesTheLastEventWithoutItsEmptyLine) {
  EXPECT_THAT(read("data: a\n\ndata: b\n"), ElementsAre("a", "b"));
  EXPECT_THAT(read("data: a\n\ndata: b"), ElementsAre("a", "b"));
}

TEST(Sse, SkipsCommentsAndOtherFields) {
  EXPECT_THAT(read(": OPENROUTER PROCESSING\n\n:\n\n: keep-alive\n\nid: 7\nretry: 10\nnonsense\ndata: a\n\n"), ElementsAre("a"));
}

TEST(Sse, SkipsEventsWithoutData) { EXPECT_THAT(read("event: ping\n\ndata:\n\ndata\n\n"), IsEmpty()); }

TEST(Sse, KeepsTheEventNameForOneEvent) {
  EXPECT_THAT(read("event: message\ndata: a\n\ndata: b\n\n"), ElementsAre("message|a", "b"));
}

TEST(Sse, TakesTheErrorLineOfOldServersForAnErrorEvent) {
  EXPECT_THAT(read("error: {\"code\":500}\n\n"), ElementsAre("error|{\"code\":500}"));
}

TEST(Sse, SkipsAByteOrderMark) { EXPECT_THAT(read("\xef\xbb\xbf" "data: a\n\n"), ElementsAre("a")); }

TEST(Sse, PassesTheDoneMarkOn) { EXPECT_THAT(read("data: [DONE]\n\n"), ElementsAre("[DONE]")); }

TEST(Sse, DoesNotCareWhereBytesAreCut) {
  const std::string_view bytes =
      "\xef\xbb\xbf: hello\r\n\r\ndata: {\"content\":\"\xf0\x9f\x98\x80 \\u00e9\"}\r\n\r\nevent: x\rdata:1\r\rdata: 2\ndata: 3\n\ndata: [DONE]\n\n";
  const auto whole = read(bytes);
  EXPECT_EQ(whole.size(), 4u);
  for (size_t step = 1; step < bytes.size(); ++step) EXPECT_EQ(read(bytes, Framing::sse, step), whole) << step;
}

TEST(Sse, GivesAnEventAsSoonAsItIsComplete) {
  EventReader reader(Framing::sse);
  std::vector<Event> events;
  ASSERT_TRUE(reader.feed("data: a\n", events));
  EXPECT_THAT(events, IsEmpty());
  ASSERT_TRUE(reader.feed("\n", events));
  EXPECT_EQ(events.size(), 1u);
}

TEST(Sse, RefusesAnEventThatNeverEnds) {
  EventReader reader(Framing::sse, 1000);
  std::vector<Event> events;
  ASSERT_TRUE(reader.feed("data: first\n\ndata: ", events));
  const std::string flood(400, 'x');
  ASSERT_TRUE(reader.feed(flood, events));
  ASSERT_TRUE(reader.feed(flood, events));
  const auto third = reader.feed(flood, events);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, Error::Code::io);
  EXPECT_EQ(events.size(), 1u);
  EXPECT_FALSE(reader.feed("\n\n", events));
  EXPECT_FALSE(reader.finish(events));
  EXPECT_EQ(events.size(), 1u);
}

TEST(Sse, CountsAllDataLinesOfAnEvent) {
  EventReader reader(Framing::sse, 1000);
  std::vector<Event> events;
  Result<void> fed;
  for (int i = 0; i < 100 && fed; ++i) fed = reader.feed("data: 0123456789\n", events);
  EXPECT_FALSE(fed);
}

TEST(Ndjson, TakesOneObjectALine) {
  EXPECT_THAT(read("{\"a\":1}\n{\"b\":2}\r\n\n{\"c\":3}", Framing::ndjson), ElementsAre("{\"a\":1}", "{\"b\":2}\r", "{\"c\":3}"));
}

TEST(Ndjson, DoesNotCareWhereBytesAreCut) {
  const std::string_view bytes = "{\"r\":\"\xc3\xa9\"}\n{\"done\":true}\n";
  for (size_t step = 1; step < bytes.size(); ++step) {
    EXPECT_THAT(read(bytes, Framing::ndjson, step), ElementsAre("{\"r\":\"\xc3\xa9\"}", "{\"done\":true}")) << step;
  }
}

TEST(Ndjson, RefusesALineThatNeverEnds) {
  EventReader reader(Framing::ndjson, 1000);
  std::vector<Event> events;
  EXPECT_FALSE(reader.feed(std::string(1001, 'x'), events));
}

TEST(WholeBody, IsOneEvent) {
  EXPECT_THAT(read("\n\n{\n}\n\n", Framing::whole, 3), ElementsAre("\n\n{\n}\n\n"));
  EXPECT_THAT(read(" \n", Framing::whole), IsEmpty());
}

// Random bytes and random cuts: the events must not depend on the cuts, and nothing may crash.
TEST(Sse, RandomBytesGiveTheSameEventsHoweverTheyAreCut) {
  std::mt19937 random(7);
  constexpr std::string_view kAlphabet[] = {"data", ":", " ", "\n", "\r", "error", "event", "{", "}", "\xef\xbb\xbf", "x", "\n\n"};
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    const size_t parts = random() % 40;
    for (size_t i = 0; i < parts; ++i) bytes += kAlphabet[random() % std::size(kAlphabet)];
    const Framing framing = round % 3 == 0 ? Framing::ndjson : Framing::sse;
    ASSERT_EQ(read(bytes, framing, 1 + random() % 5), read(bytes, framing)) << testing::PrintToString(bytes);
  }
}

}  // namespace
}  // namespace fimd::providers
