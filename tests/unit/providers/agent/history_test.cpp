#include "providers/agent/history.h"

#include <gtest/gtest.h>

namespace fimd::providers::agent {
namespace {

using Role = Message::Role;

struct History {
  std::vector<Message> messages = {Message{}, Message{}};

  void step(const std::string& tool, const std::string& path, size_t bytes = 2000) {
    const std::string id = "c" + std::to_string(messages.size());
    Message& answer = messages.emplace_back();
    answer.role = Role::assistant;
    answer.calls = {{id, tool, R"({"path":")" + path + R"("})"}};
    Message& result = messages.emplace_back();
    result.role = Role::tool;
    result.call_id = id;
    result.tool = tool;
    result.text = std::string(bytes, 'x');
  }
  std::vector<size_t> cut(size_t most) const {
    std::vector<size_t> out;
    for (const Cut& each : cuts_for(messages, most)) out.push_back(each.at);
    return out;
  }
};

TEST(History, CutsNothingThatFits) {
  History h;
  for (int i = 0; i < 10; ++i) h.step("read_file", "a");
  EXPECT_TRUE(h.cut(bytes_of(h.messages)).empty());
}

TEST(History, CutsOldResultsAndNeverTheLastSix) {
  History h;
  for (int i = 0; i < 10; ++i) h.step("search_text", "f" + std::to_string(i));
  EXPECT_EQ(h.cut(0), (std::vector<size_t>{3, 5, 7, 9}));
  EXPECT_EQ(h.cut(bytes_of(h.messages) - 2500), (std::vector<size_t>{3, 5}));  // and no more than is needed
}

TEST(History, CutsWhatWasReadAgainFirst) {
  History h;
  h.step("search_text", "x");
  h.step("read_file", "a");
  for (int i = 0; i < 3; ++i) h.step("search_text", "y");
  h.step("read_file", "a");
  for (int i = 0; i < 5; ++i) h.step("search_text", "z");
  EXPECT_EQ(h.cut(bytes_of(h.messages) - 100), (std::vector<size_t>{5}));
}

TEST(History, KeepsTheNewestTextOfEditedFilesAndTheNewestCheck) {
  History h;
  h.step("read_file", "edited");
  h.step("read_file", "other");
  h.step("run_check", "");
  h.step("edit_file", "edited", 100);
  for (int i = 0; i < 8; ++i) h.step("search_text", "z" + std::to_string(i), 100);
  EXPECT_EQ(h.cut(0), (std::vector<size_t>{5}));
}

TEST(History, SaysWhatWasCut) {
  History h;
  h.step("read_file", "src/a.cpp");
  for (int i = 0; i < 6; ++i) h.step("search_text", "z", 100);
  ASSERT_EQ(cuts_for(h.messages, 0).size(), 1u);
  EXPECT_EQ(cuts_for(h.messages, 0)[0].line, "[read_file src/a.cpp: 2000 bytes removed to save space; call it again if they are needed]");
}

TEST(History, FindsTheCopiesOfACall) {
  History h;
  for (int i = 0; i < 4; ++i) h.step("read_file", "a", 10);
  h.step("read_file", "b", 10);
  EXPECT_EQ(copies_of(h.messages, {"x", "read_file", R"({"path":"./a"})"}), (std::vector<size_t>{4, 5, 6, 7}));
}

TEST(History, CutsBetweenCharacters) {
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("a\u00e9\u00e9", 2), "a\n[4 bytes more were left out]");
}

}  // namespace
}  // namespace fimd::providers::agent
