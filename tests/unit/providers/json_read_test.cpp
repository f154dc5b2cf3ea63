#include "providers/json_read.h"

#include <gtest/gtest.h>

namespace fimd::providers {
namespace {

TEST(JsonRead, TakesBytesThatAreNotUtf8) {
  EXPECT_EQ(string_at(parse_json("{\"a\":\"x\xff\"}"), "a"), "x\xef\xbf\xbd");
}

// A server that cuts a text between the halves of a pair sends them in two events.
TEST(JsonRead, TakesHalvesOfSurrogatePairs) {
  EXPECT_EQ(string_at(parse_json(R"({"a":"x\ud83d"})"), "a"), "x\xef\xbf\xbd");
  EXPECT_EQ(string_at(parse_json(R"({"a":"\ude00y"})"), "a"), "\xef\xbf\xbdy");
  EXPECT_EQ(string_at(parse_json(R"({"a":"\ud83d\ude00 \\ud83d \ud83d"})"), "a"), "\xf0\x9f\x98\x80 \\ud83d \xef\xbf\xbd");
}

TEST(JsonRead, WhatIsNoJsonIsDiscarded) {
  for (const char* text : {"", "{", "{\"a\":}", "nul", "\\ud800", "{}{}"}) EXPECT_TRUE(parse_json(text).is_discarded()) << text;
}

TEST(JsonRead, AWrongTypeIsAMissingValue) {
  const auto value = parse_json(R"({"s":1,"n":"1","b":1,"big":1e300,"neg":-1,"list":{},"empty":[]})");
  EXPECT_EQ(string_at(value, "s"), "");
  EXPECT_EQ(number_at(value, "n"), std::nullopt);
  EXPECT_FALSE(true_at(value, "b"));
  EXPECT_EQ(count_at(value, "big"), std::nullopt);
  EXPECT_EQ(count_at(value, "neg"), std::nullopt);
  EXPECT_EQ(first_of(value, "list"), nullptr);
  EXPECT_EQ(first_of(value, "empty"), nullptr);
  EXPECT_EQ(member(parse_json("[1]"), "s"), nullptr);
}

TEST(JsonRead, DeepNestingDoesNotOverflow) {
  EXPECT_TRUE(parse_json(std::string(1000000, '[')).is_discarded());
  EXPECT_FALSE(parse_json(std::string(100000, '[') + std::string(100000, ']')).is_discarded());
}

}  // namespace
}  // namespace fimd::providers
