#include "context/snippets/places.h"

#include <gtest/gtest.h>

namespace fimd::context::snippets {
namespace {

TEST(Places, KnowsHeadersTestsAndSubjectsAsPartners) {
  EXPECT_TRUE(are_partners("src/flight.cpp", "src/flight.h"));
  EXPECT_TRUE(are_partners("src/flight.cpp", "tests/flight_test.cpp"));
  EXPECT_TRUE(are_partners("app/parser.py", "tests/test_parser.py"));
  EXPECT_TRUE(are_partners("src/a.ts", "src/a.spec.ts"));
  EXPECT_TRUE(are_partners("A/Mailer.java", "B/MailerTest.java"));
}

TEST(Places, DoesNotTakeStrangersForPartners) {
  EXPECT_FALSE(are_partners("a.cpp", "a.cpp"));
  EXPECT_FALSE(are_partners("src/a.cpp", "src/b.h"));
  EXPECT_FALSE(are_partners("x/__init__.py", "y/__init__.py"));
  EXPECT_FALSE(are_partners("test_.py", "a.py"));
}

TEST(Places, KnowsWhichLanguagesUseEachOther) {
  EXPECT_TRUE(speak_alike("c", "cpp"));
  EXPECT_TRUE(speak_alike("typescriptreact", "javascript"));
  EXPECT_FALSE(speak_alike("python", "go"));
  EXPECT_FALSE(speak_alike("java", "javascript"));
}

TEST(Places, CountsCommonFolders) {
  EXPECT_EQ(common_folders("a/b/c.py", "a/b/d.py"), 2u);
  EXPECT_EQ(common_folders("a/b/c.py", "a/bb/d.py"), 1u);
  EXPECT_EQ(common_folders("x.py", "y.py"), 0u);
}

}  // namespace
}  // namespace fimd::context::snippets
