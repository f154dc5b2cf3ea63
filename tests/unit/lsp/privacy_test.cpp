#include "lsp/privacy.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace fimd::lsp {
namespace {

namespace fs = std::filesystem;

struct RedactionKeyTest : testing::Test {
  RedactionKeyTest() {
    std::string pattern = (fs::temp_directory_path() / "fimd-key-XXXXXX").string();
    top = ::mkdtemp(pattern.data());
  }
  ~RedactionKeyTest() override { fs::remove_all(top); }
  std::string top;
};

TEST_F(RedactionKeyTest, IsWrittenOnceForItsOwnerOnly) {
  const std::string folder = top + "/state/fimd";
  const auto key = redaction_key(folder);
  EXPECT_EQ(fs::status(folder + "/redaction.key").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(redaction_key(folder), key);
  EXPECT_NE(redaction_key(top + "/other"), key);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
}

TEST_F(RedactionKeyTest, IsNotTakenFromAFileThatOthersCanRead) {
  const auto key = redaction_key(top);
  fs::permissions(top + "/redaction.key", fs::perms::owner_all | fs::perms::others_read);
  EXPECT_NE(redaction_key(top), key);
}

TEST_F(RedactionKeyTest, IsMadeUpWhereNothingCanBeWritten) {
  EXPECT_NE(redaction_key("/proc/fimd"), context::RedactionKey{});
  EXPECT_NE(redaction_key(""), context::RedactionKey{});
}

TEST(PrivacyRules, TagDependsOnTheFolder) {
  const Configuration configuration;
  EXPECT_EQ(privacy_rules(configuration.now(), "/a", {})->key, privacy_rules(configuration.now(), "/a", {})->key);
  EXPECT_NE(privacy_rules(configuration.now(), "/a", {})->key, privacy_rules(configuration.now(), "/b", {})->key);
}

TEST_F(RedactionKeyTest, ALinkToAPrivateFileIsPrivate) {
  std::ofstream(top + "/.env") << "A=1\n";
  fs::create_symlink(top + "/.env", top + "/settings.txt");
  Document document;
  document.relative_path = "settings.txt";
  document.path = top + "/settings.txt";
  apply_file_rules(document, Configuration().now());
  EXPECT_TRUE(document.local_only);
}

TEST(PrivacyRules, TheFolderCountsAlsoOutsideEveryWorkspace) {
  Document document;
  document.relative_path = "config";
  document.path = "/home/me/.aws/config";
  apply_file_rules(document, Configuration().now());
  EXPECT_TRUE(document.local_only);
}

TEST(PrivacyRules, FilesMatchWithoutRegardToCase) {
  Configuration configuration;
  configuration.set_key("privacy.exclude=[\"customers/\"]");
  Document document;
  document.relative_path = "Customers/list.csv";
  apply_file_rules(document, configuration.now());
  EXPECT_TRUE(document.local_only);
}

}  // namespace
}  // namespace fimd::lsp
