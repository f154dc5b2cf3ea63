#include "lsp/flight_memory.h"

#include <gtest/gtest.h>

#include "lsp/live_flight.h"
#include "providers/codecs.h"

namespace fimd::lsp {
namespace {

using context::Text;

class Memory : public testing::Test {
 protected:
  Memory() {
    auto provider = std::make_shared<Provider>();
    provider->config.name = "m";
    provider->config.kind = "llama.cpp";
    provider->config.url = "http://127.0.0.1:1";
    provider->codec = *providers::make_codec(provider->config, nullptr);
    providers.push_back(provider);
  }
  static std::pair<Text, size_t> at(std::string marked) {
    const size_t offset = marked.find('^');
    marked.erase(offset, 1);
    return {context::make_text("file:///a", 1, "cpp", marked), offset};
  }
  void keep(const std::string& marked, const std::string& said, const std::string& uri = "file:///a", const std::string& by = "m") {
    const auto [text, offset] = at(marked);
    memory.keep(uri, text, offset, {said, by, {}, true}, now);
  }
  std::string find(const std::string& marked, const std::string& uri = "file:///a") {
    const auto [text, offset] = at(marked);
    const auto found = memory.find(uri, text, offset, providers, now);
    return found ? found->text : "";
  }

  FlightMemory memory;
  std::vector<ProviderPtr> providers;
  TimePoint now = Clock::now();
};

TEST_F(Memory, SaysTheSameForTheSamePlace) {
  keep("int x = ^;\n", "foo(1)");
  EXPECT_EQ(find("int x = ^;\n"), "foo(1)");
}

TEST_F(Memory, SaysWhatIsLeftOfItWhileItIsTyped) {
  keep("int x = ^;\n", "foo(1)");
  EXPECT_EQ(find("int x = fo^;\n"), "o(1)");
  EXPECT_EQ(find("int x = fa^;\n"), "");
  EXPECT_EQ(find("int x = foo(1)^;\n"), "") << "nothing is left";
}

TEST_F(Memory, KnowsAPlaceByWhatIsCloseToIt) {
  const std::string far(3 * FlightMemory::kBefore, 'a'), close(FlightMemory::kBefore, 'b');
  keep(far + close + "\nint x = ^;\n", "foo(1)");
  EXPECT_EQ(find("another beginning" + close + "\nint x = ^;\n"), "foo(1)");
  EXPECT_EQ(find(far + close.substr(200) + "\nint x = ^;\n"), "");
  EXPECT_EQ(find(far + close + "\nint x = ^;\nmore\n"), "");
  EXPECT_EQ(find(far + close + "\nint x = ^;\n", "file:///b"), "") << "another file is another place";
}

TEST_F(Memory, KeepsTheNewestOfAPlace) {
  keep("int x = ^;\n", "old");
  keep("int x = ^;\n", "new");
  EXPECT_EQ(find("int x = ^;\n"), "new");
  EXPECT_EQ(memory.size(), 1U);
}

TEST_F(Memory, ForgetsAfterAWhile) {
  keep("int x = ^;\n", "foo(1)");
  now += std::chrono::minutes(11);
  EXPECT_EQ(find("int x = ^;\n"), "");
}

TEST_F(Memory, IsBoundedAndForgetsWhatWasNotUsedForLongest) {
  for (size_t i = 0; i < FlightMemory::kMost; ++i) keep(std::to_string(i) + "^", "x");
  EXPECT_EQ(find("0^"), "x");
  keep("one more^", "x");
  EXPECT_EQ(memory.size(), FlightMemory::kMost);
  EXPECT_EQ(find("0^"), "x") << "it was asked for a moment ago";
  EXPECT_EQ(find("1^"), "");
  keep("long^", std::string(FlightMemory::kMostText + 1, 'x'));
  EXPECT_EQ(find("long^"), "");
}

TEST_F(Memory, DoesNotAnswerForAProviderThatIsNotAsked) {
  keep("int x = ^;\n", "foo(1)", "file:///a", "other");
  EXPECT_EQ(find("int x = ^;\n"), "");
}

TEST_F(Memory, TakesPlacesAtTheEdges) {
  keep("^", "a");
  EXPECT_EQ(find("^"), "a");
  keep("x\n^", "b");
  EXPECT_EQ(find("x\n^"), "b");
}

}  // namespace
}  // namespace fimd::lsp
