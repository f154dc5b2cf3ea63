// Who may talk to the HTTP endpoint.
#include "lsp/http/access.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace fimd::lsp::http {
namespace {

namespace fs = std::filesystem;

class HttpToken : public testing::Test {
 protected:
  HttpToken() { fs::create_directories(folder); }
  ~HttpToken() override { fs::remove_all(folder); }
  std::string write(const std::string& content, mode_t mode) {
    const std::string path = folder / "token";
    std::ofstream(path, std::ios::binary) << content;
    ::chmod(path.c_str(), mode);
    return path;
  }
  fs::path folder = fs::temp_directory_path() / ("fimd-token-" + std::to_string(::getpid()));
};

TEST_F(HttpToken, IsMadeOnceForItsOwnerOnly) {
  const std::string path = folder / "deep" / "http.token";
  const auto made = token_in(path);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->size(), 64u);
  struct stat st {};
  ASSERT_EQ(::stat(path.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0600u);
  EXPECT_EQ(token_in(path).value(), *made);
  EXPECT_NE(token_in(folder / "other").value(), *made);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder / "deep"), {}), 1);
}

TEST_F(HttpToken, IsTheLineOfAGivenFile) {
  EXPECT_EQ(token_in(write("my-token_1\n", 0600)).value(), "my-token_1");
}

TEST_F(HttpToken, IsRefusedWhereOthersCouldReadIt) {
  const auto token = token_in(write("my-token\n", 0640));
  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, Error::Code::refused);
}

TEST_F(HttpToken, IsRefusedWhereItIsNone) {
  for (const std::string& content : {std::string(), std::string("\n"), std::string("two words"), std::string("a\nb\n"),
                                     std::string("a\0b", 3), std::string(5000, 'x')}) {
    const auto token = token_in(write(content, 0600));
    ASSERT_FALSE(token) << content;
    EXPECT_EQ(token.error().code, Error::Code::bad_input);
  }
}

TEST_F(HttpToken, IsNotReadThroughALink) {
  fs::create_symlink(write("my-token", 0600), folder / "link");
  EXPECT_FALSE(token_in(folder / "link"));
  EXPECT_FALSE(token_in(folder));
  EXPECT_FALSE(token_in(""));
}

TEST(HttpAccess, ReadsABearer) {
  EXPECT_EQ(bearer_of("Bearer abc"), "abc");
  EXPECT_EQ(bearer_of("bearer  abc "), "abc");
  EXPECT_EQ(bearer_of("Basic abc"), "");
  EXPECT_EQ(bearer_of("Bearer"), "");
  EXPECT_EQ(bearer_of(""), "");
}

TEST(HttpAccess, ComparesWholeTokens) {
  EXPECT_TRUE(same_token("abc", "abc"));
  EXPECT_FALSE(same_token("abd", "abc"));
  EXPECT_FALSE(same_token("ab", "abc"));
  EXPECT_FALSE(same_token("abcd", "abc"));
  EXPECT_FALSE(same_token("", "abc"));
  EXPECT_FALSE(same_token("", ""));
}

TEST(HttpAccess, KnowsTheNamesOfThisMachine) {
  for (const char* host : {"localhost", "LOCALHOST:80", "127.0.0.1", "127.0.0.1:8012", "[::1]", "[::1]:8012"})
    EXPECT_TRUE(names_this_machine(host)) << host;
  for (const char* host : {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "127.0.0.2",
                           "[::2]", "[::1", "localhost:80:80", "localhost:x", "::1"}) {
    EXPECT_FALSE(names_this_machine(host)) << host;
  }
}

}  // namespace
}  // namespace fimd::lsp::http
