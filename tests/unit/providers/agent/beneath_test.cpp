#include "providers/agent/beneath.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/unit/providers/agent/folder.h"

namespace fimd::providers::agent {
namespace {

class BeneathTest : public testing::TestWithParam<Beneath> {
 protected:
  tests::Folder outer;
  BeneathTest() {
    outer.put("canary", "SECRET");
    outer.put("ws/src/a.cpp", "int a;\n");
  }
  [[nodiscard]] BeneathFiles files() const { return BeneathFiles(outer.at("ws"), GetParam()); }
  [[nodiscard]] Error::Code code(const std::string& path) const {
    const auto got = files().read(path, 1000);
    EXPECT_FALSE(got.has_value()) << path;
    return got ? Error::Code::internal : got.error().code;
  }
};

TEST_P(BeneathTest, ReadsAFileByItsRelativeAndItsWholePath) {
  EXPECT_EQ(files().read("src/a.cpp", 1000).value_or(""), "int a;\n");
  EXPECT_EQ(files().read(outer.at("ws/src/a.cpp"), 1000).value_or(""), "int a;\n");
}

TEST_P(BeneathTest, RefusesPathsThatLeadOutside) {
  EXPECT_EQ(code("../canary"), Error::Code::refused);
  EXPECT_EQ(code("src/../../canary"), Error::Code::refused);
  EXPECT_EQ(code("/etc/passwd"), Error::Code::refused);
}

TEST_P(BeneathTest, FollowsNoLinks) {
  outer.link("ws/out", "../canary");
  outer.link("ws/in", "src/a.cpp");
  outer.link("ws/folder", "src");
  outer.link("ws/self", "/proc/self/root");
  EXPECT_EQ(code("out"), Error::Code::refused);
  EXPECT_EQ(code("in"), Error::Code::refused);
  EXPECT_EQ(code("folder/a.cpp"), Error::Code::refused);
  EXPECT_EQ(code("self/etc/passwd"), Error::Code::refused);
  EXPECT_EQ(files().kind("out").value_or(context::FileSource::Kind::file), context::FileSource::Kind::other);
}

TEST_P(BeneathTest, DoesNotWaitForPipes) {
  ASSERT_EQ(::mkfifo(outer.at("ws/pipe").c_str(), 0600), 0);
  EXPECT_EQ(code("pipe"), Error::Code::unsupported);
}

TEST_P(BeneathTest, TellsFoldersAndLargeAndMissingFilesApart) {
  outer.put("ws/large", std::string(1001, 'x'));
  EXPECT_EQ(code("src"), Error::Code::unsupported);
  EXPECT_EQ(code("large"), Error::Code::bad_input);
  EXPECT_EQ(code("none"), Error::Code::not_found);
  EXPECT_EQ(code("src/a.cpp/b"), Error::Code::not_found);
  EXPECT_EQ(code(std::string("a\0b", 3)), Error::Code::not_found);
}

TEST_P(BeneathTest, RefusesASparseFileBeforeReadingIt) {
  outer.put("ws/sparse", "");
  std::filesystem::resize_file(outer.at("ws/sparse"), 1ULL << 40);
  EXPECT_EQ(code("sparse"), Error::Code::bad_input);
}

TEST_P(BeneathTest, ListsWhatAFolderHolds) {
  outer.link("ws/src/link", "a.cpp");
  const auto entries = files().list("src");
  ASSERT_TRUE(entries.has_value());
  ASSERT_EQ(entries->size(), 2U);
  EXPECT_EQ(files().list("..").error().code, Error::Code::refused);
}

// One thread turns a folder into a link to the outside and back while another reads through it.
TEST_P(BeneathTest, NeverReadsOutsideWhileAFolderBecomesALink) {
  outer.put("ws/flip/canary", "inside");
  outer.link("link", "..");
  std::atomic<bool> done = false;
  const std::string flip = outer.at("ws/flip"), link = outer.at("link");
  std::jthread swapper([&] {
    while (!done) (void)::syscall(SYS_renameat2, AT_FDCWD, flip.c_str(), AT_FDCWD, link.c_str(), 2 /* exchange */);
  });
  const BeneathFiles source = files();
  size_t inside = 0, outside = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto got = source.read("flip/canary", 1000);
    if (got && *got == "inside") ++inside;
    if (got && *got == "SECRET") ++outside;
  }
  done = true;
  EXPECT_EQ(outside, 0U);
  EXPECT_GT(inside, 0U);
}

INSTANTIATE_TEST_SUITE_P(, BeneathTest, testing::Values(Beneath::openat2, Beneath::by_folder),
                         [](const auto& how) { return how.param == Beneath::openat2 ? "Openat2" : "ByFolder"; });

}  // namespace
}  // namespace fimd::providers::agent
