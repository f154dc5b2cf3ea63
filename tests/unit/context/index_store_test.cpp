#include "context/index_store.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/context/outlines.h"

namespace fimd::context {
namespace {

namespace fs = std::filesystem;

class Store : public testing::Test {
 protected:
  Store() {
    std::string name = (fs::temp_directory_path() / "fimd-store-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    path = folder + "/cache/fimd/index/w.db";
  }
  ~Store() override {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  [[nodiscard]] std::unique_ptr<IndexStore> open() const {
    auto store = IndexStore::open(path);
    EXPECT_TRUE(store) << store.error().message;
    return store ? std::move(*store) : nullptr;
  }
  [[nodiscard]] IndexPtr loaded(size_t* lost = nullptr) const {
    const auto store = open();
    if (!store) return empty_index();
    auto found = store->load();
    if (lost != nullptr) *lost = found.lost;
    return Index::of(std::move(found.segments), std::make_shared<const Project>());
  }
  void overwrite(size_t at, const std::string& bytes) const {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(static_cast<std::streamoff>(at));
    file << bytes;
  }

  std::string folder, path;
};

// An index that tells from any of its files which one it is.
IndexPtr numbered(int number, size_t files = 40) {
  std::vector<IndexChange> changes;
  for (size_t i = 0; i < files; ++i) {
    FileOutline file = file_of("f" + std::to_string(i) + ".cpp",
                               {symbol_of("n" + std::to_string(number), SymbolKind::function, 0, 1)}, {"everywhere"});
    file.outline.symbols[0].doc = std::string(1000, static_cast<char>('a' + number % 26));
    file.stamp.hash = static_cast<uint64_t>(number);
    changes.push_back({std::move(file)});
  }
  return with_files(empty_index(), changes);
}

bool is_numbered(const Index& index, int number, size_t files = 40) {
  return index.files() == files && index.definitions("n" + std::to_string(number), 10'000).size() == files &&
         index.counts().symbols == files && index.mention_count("everywhere") == files;
}

TEST_F(Store, GivesBackWhatWasSaved) {
  EXPECT_EQ(loaded()->files(), 0U);
  IndexPtr index = numbered(1);
  ASSERT_TRUE(open()->save(*index));
  EXPECT_TRUE(is_numbered(*loaded(), 1));
  IndexChange gone;
  gone.file.path = "f3.cpp";
  gone.gone = true;
  index = with_files(index, {&gone, 1});
  ASSERT_TRUE(open()->save(*index));
  EXPECT_FALSE(loaded()->find("f3.cpp"));
  EXPECT_EQ(loaded()->files(), 39U);
}

TEST_F(Store, IsForItsOwnerOnly) {
  ASSERT_TRUE(open()->save(*numbered(1)));
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    struct stat s {};
    ASSERT_EQ(::stat(entry.path().c_str(), &s), 0);
    EXPECT_EQ(s.st_mode & 077, 0U) << entry.path();
  }
  ::chmod(path.c_str(), 0644);
  EXPECT_TRUE(is_numbered(*loaded(), 1));
  struct stat s {};
  ASSERT_EQ(::stat(path.c_str(), &s), 0);
  EXPECT_EQ(s.st_mode & 0777, 0600U);
}

TEST_F(Store, PutsItselfInThePlaceOfALinkAndLeavesItsTarget) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(folder + "/other") << "precious";
  fs::create_symlink(folder + "/other", path);
  ASSERT_TRUE(open()->save(*numbered(1)));
  EXPECT_FALSE(fs::is_symlink(path));
  std::ifstream in(folder + "/other");
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "precious");
}

TEST_F(Store, WritesOnlyWhatIsNew) {
  IndexPtr index = numbered(1, 2000);
  const auto store = open();
  ASSERT_TRUE(store->save(*index));
  const auto written = [] {
    std::ifstream io("/proc/self/io");
    for (std::string word; io >> word;) {
      size_t bytes = 0;
      if (word == "wchar:" && io >> bytes) return bytes;
    }
    return size_t{0};
  };
  const size_t before = written();
  const IndexChange change{file_of("f7.cpp")};
  ASSERT_TRUE(store->save(*with_files(index, {&change, 1})));
  EXPECT_LT(written() - before, 400'000U);
  EXPECT_GT(fs::file_size(path), 2'000'000U);
}

TEST_F(Store, StartsAnewWhenTheFileIsNoDatabase) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream(path) << std::string(50'000, 'x');
  EXPECT_EQ(loaded()->files(), 0U);
  ASSERT_TRUE(open()->save(*numbered(2)));
  EXPECT_TRUE(is_numbered(*loaded(), 2));
}

TEST_F(Store, StartsAnewWhenTheVersionIsAnother) {
  ASSERT_TRUE(open()->save(*numbered(1)));
  overwrite(60, "\x7f\x7f\x7f\x7f");  // the user version in the header
  EXPECT_EQ(loaded()->files(), 0U);
  ASSERT_TRUE(open()->save(*numbered(2)));
  EXPECT_TRUE(is_numbered(*loaded(), 2));
}

TEST_F(Store, SurvivesBeingCutAnywhere) {
  ASSERT_TRUE(open()->save(*numbered(1, 200)));
  const size_t size = fs::file_size(path);
  for (size_t cut = 0; cut < size; cut += 1 + size / 40) {
    ASSERT_TRUE(open()->save(*numbered(1, 200)));
    fs::resize_file(path, cut);
    const IndexPtr index = loaded();
    EXPECT_TRUE(index->files() == 0 || is_numbered(*index, 1, 200)) << cut;
    ASSERT_TRUE(open()->save(*numbered(2, 200))) << cut;
    ASSERT_TRUE(is_numbered(*loaded(), 2, 200)) << cut;
  }
}

TEST_F(Store, SurvivesGarbageAnywhere) {
  std::mt19937 random(5);
  for (int round = 0; round < 60; ++round) {
    ASSERT_TRUE(open()->save(*numbered(1, 200)));
    const size_t size = fs::file_size(path);
    std::string bytes(1 + random() % 3000, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    overwrite(round < 10 ? random() % 120 : random() % size, bytes);
    const IndexPtr index = loaded();
    EXPECT_TRUE(index->files() == 0 || is_numbered(*index, 1, 200)) << round;
    ASSERT_TRUE(open()->save(*numbered(2, 200))) << round;
    ASSERT_TRUE(is_numbered(*loaded(), 2, 200)) << round;
  }
}

TEST_F(Store, IsWrittenAnewWhenItsPagesAreFoundBrokenWhileWriting) {
  ASSERT_TRUE(open()->save(*numbered(1, 400)));
  overwrite(16384, std::string(16384 * 2, '\xee'));  // the tables' first pages, behind the header
  ASSERT_TRUE(open()->save(*numbered(3, 400)));
  EXPECT_TRUE(is_numbered(*loaded(), 3, 400));
}

TEST_F(Store, WritesNothingWhileAnotherProcessKeepsIt) {
  const auto first = open();
  ASSERT_TRUE(first->save(*numbered(1)));
  {
    const auto second = open();
    EXPECT_TRUE(is_numbered(*Index::of(second->load().segments, std::make_shared<const Project>()), 1));
    const auto refused = second->save(*numbered(2));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Error::Code::refused);
  }
  ASSERT_TRUE(first->save(*numbered(3)));
  EXPECT_TRUE(is_numbered(*loaded(), 3));
}

TEST_F(Store, IsTakenOverWhenItsKeeperEnds) {
  auto first = open();
  ASSERT_TRUE(first->save(*numbered(1)));
  const auto second = open();
  first.reset();
  ASSERT_TRUE(second->save(*numbered(2)));
  EXPECT_TRUE(is_numbered(*loaded(), 2));
}

// Runs in a process of its own; true if it says so.
template <class Work>
bool in_child(Work work) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(work() ? 0 : 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST_F(Store, StaysAsItWasWhenTheDiskIsFull) {
  ASSERT_TRUE(open()->save(*numbered(1, 100)));
  const size_t size = fs::file_size(path);
  EXPECT_TRUE(in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const auto store = IndexStore::open(path);
    const rlimit limit{size + 4096, size + 4096};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto saved = (*store)->save(*numbered(2, 5000));
    return !saved && saved.error().code == Error::Code::io &&
           is_numbered(*Index::of((*store)->load().segments, std::make_shared<const Project>()), 1, 100);
  }));
  EXPECT_TRUE(is_numbered(*loaded(), 1, 100));
}

TEST_F(Store, SaysSoWhereItCannotBeMade) {
  const auto store = IndexStore::open("/proc/fimd/w.db");
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, Error::Code::io);
}

TEST_F(Store, IsWholeAfterItsWriterWasKilledAtAnyMoment) {
  ASSERT_TRUE(open()->save(*numbered(0, 300)));
  timespec from{}, to{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
  ASSERT_TRUE(open()->save(*numbered(0, 300)));
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
  // Half of the writers get no further than their first save, whatever one costs in this build.
  const long one = (to.tv_sec - from.tv_sec) * 1'000'000'000 + to.tv_nsec - from.tv_nsec;
  std::mt19937 random(9);
  int last = 0, moved = 0;
  for (int round = 0; round < 60; ++round) {
    const pid_t child = ::fork();
    if (child == 0) {
      // The kernel ends it after some processor time, wherever it is then.
      sigevent kill{};
      kill.sigev_notify = SIGEV_SIGNAL;
      kill.sigev_signo = SIGKILL;
      timer_t timer{};
      const long after = 1 + static_cast<long>(random() % static_cast<unsigned long>(2 * one));
      const itimerspec when{{0, 0}, {after / 1'000'000'000, after % 1'000'000'000}};
      if (::timer_create(CLOCK_PROCESS_CPUTIME_ID, &kill, &timer) != 0) ::_exit(1);
      if (::timer_settime(timer, 0, &when, nullptr) != 0) ::_exit(1);
      const auto store = IndexStore::open(path);
      for (int number = last + 1;; ++number) {
        if (!(*store)->save(*numbered(number, 300))) ::_exit(1);
      }
    }
    random.discard(1);  // what the child took
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << WEXITSTATUS(status);
    size_t lost = 0;
    const IndexPtr index = loaded(&lost);
    ASSERT_EQ(lost, 0U) << round;
    ASSERT_EQ(index->files(), 300U) << round;
    const int number = static_cast<int>(index->stamp(0).hash);
    ASSERT_TRUE(is_numbered(*index, number, 300)) << round;
    ASSERT_GE(number, last);
    moved += number > last ? 1 : 0;
    last = number;
  }
  EXPECT_GT(moved, 5);
}

TEST(IndexStorePath, TellsRootsApart) {
  const std::string one = index_store_path("/c/fimd", "/home/me/proj");
  EXPECT_TRUE(one.starts_with("/c/fimd/index/proj-"));
  EXPECT_NE(one, index_store_path("/c/fimd", "/home/you/proj"));
  EXPECT_EQ(index_store_path("/c", "/a/b c\n").find_first_of(" \n"), std::string::npos);
}

}  // namespace
}  // namespace fimd::context
