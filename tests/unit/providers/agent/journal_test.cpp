#include "providers/agent/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/unit/providers/agent/folder.h"

namespace fimd::providers::agent {
namespace {

using nlohmann::json;

class JournalFile : public testing::Test {
 protected:
  JournalFile() {
    const std::string records[] = {R"({"type":"begin"})", R"({"type":"say","text":"a\nb"})"};
    auto journal = Journal::create(path);
    EXPECT_TRUE(journal);
    EXPECT_TRUE((*journal)->append(records, true));
  }
  std::string bytes() const {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& text) const { std::ofstream(path, std::ios::binary | std::ios::trunc) << text; }

  tests::Folder folder;
  std::string path = folder.path() + "/task.journal";
};

TEST_F(JournalFile, GivesBackWhatWasWrittenToItsOwnerAlone) {
  const auto records = Journal::read(path);
  ASSERT_TRUE(records) << records.error().message;
  ASSERT_EQ(records->size(), 2u);
  EXPECT_EQ((*records)[1]["text"], "a\nb");
  struct stat st {};
  ASSERT_EQ(::stat(path.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0600u);
  ::chmod(path.c_str(), 0644);
  EXPECT_EQ(Journal::read(path).error().code, Error::Code::refused);
  EXPECT_EQ(Journal::open(path).error().code, Error::Code::refused);
}

TEST_F(JournalFile, IsOfOneProcessAtATime) {
  const auto first = Journal::open(path);
  ASSERT_TRUE(first);
  EXPECT_TRUE(Journal::is_busy(path));
  EXPECT_EQ(Journal::open(path).error().code, Error::Code::refused);
  EXPECT_TRUE(Journal::read(path));  // may be looked at
}

TEST_F(JournalFile, AWriteThatWasCutAnywhereEndsItThere) {
  const std::string whole = bytes();
  const size_t first = whole.find('\n') + 1;
  for (size_t length = 0; length <= whole.size(); ++length) {
    const JournalText text = read_journal(std::string_view(whole).substr(0, length));
    EXPECT_EQ(text.records.size(), length < first ? 0u : length < whole.size() ? 1u : 2u) << length;
  }
}

TEST_F(JournalFile, NoByteOfARecordCanBeAnother) {
  const std::string whole = bytes();
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string other = whole;
    other[at] = static_cast<char>(other[at] ^ 1);
    EXPECT_LT(read_journal(other).records.size(), 2u) << at;
  }
}

TEST_F(JournalFile, GoesOnBehindTheLastGoodRecord) {
  write(bytes() + "0123 torn");
  {
    auto opened = Journal::open(path);
    ASSERT_TRUE(opened) << opened.error().message;
    EXPECT_EQ(opened->records.size(), 2u);
    const std::string more[] = {R"({"type":"end"})"};
    EXPECT_TRUE(opened->journal->append(more, false));
  }
  EXPECT_EQ(Journal::read(path)->size(), 3u);
}

TEST_F(JournalFile, IsNotFollowedToAnotherFile) {
  const std::string link = folder.path() + "/link.journal";
  ASSERT_EQ(::symlink(path.c_str(), link.c_str()), 0);
  EXPECT_FALSE(Journal::open(link));
  EXPECT_FALSE(Journal::create(path));  // never over one that is there
}

}  // namespace
}  // namespace fimd::providers::agent
