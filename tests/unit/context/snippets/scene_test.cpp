#include "context/snippets/scene.h"

#include <gtest/gtest.h>

#include "tests/unit/context/snippets/small_repository.h"

namespace fimd::context::snippets {
namespace {

Scene scene_at(std::string marked) {
  static std::vector<Snapshot> kept;
  const size_t offset = marked.find('^');
  marked.erase(offset, 1);
  kept.push_back(SmallRepository::snapshot("a.cpp", marked));
  static const IndexPtr none = empty_index();
  return look(*none, *kept.back(), offset, {}, "a.cpp", 0, marked.size());
}

TEST(Scene, ReadsTheReceiverAndWhatWasTyped) {
  for (const std::string mark : {".", "->", "::"}) {
    const Scene scene = scene_at("x = first(box" + mark + "wid^");
    EXPECT_EQ(scene.line.receiver, "box");
    EXPECT_TRUE(scene.line.member);
    EXPECT_EQ(scene.line.typed, "wid");
    EXPECT_EQ(scene.line.callee, "first");
  }
}

TEST(Scene, ReadsACallAsReceiver) {
  const Scene scene = scene_at("open_box(a, (b)).^");
  EXPECT_EQ(scene.line.receiver, "open_box");
  EXPECT_TRUE(scene.line.receiver_is_call);
  EXPECT_EQ(scene.line.callee, "");
}

TEST(Scene, FindsNoReceiverInAPlainLine) {
  const Scene scene = scene_at("a.b();\n  wid^");
  EXPECT_FALSE(scene.line.member);
  EXPECT_EQ(scene.line.receiver, "");
  EXPECT_EQ(scene.line.callee, "");
}

TEST(Scene, CountsLinesToTheNearestUseOfAName) {
  const Scene scene = scene_at("far\nnear far\n\n^\nbelow\n");
  ASSERT_NE(scene.word("near"), nullptr);
  EXPECT_EQ(scene.word("near")->before, 2u);
  EXPECT_EQ(scene.word("far")->before, 2u);
  EXPECT_EQ(scene.word("far")->count, 2u);
  EXPECT_EQ(scene.word("below")->after, 1u);
}

TEST(Scene, TakesTheNameThatIsBeingTypedForNoName) {
  EXPECT_EQ(scene_at("hel^lo").word("hel"), nullptr);
  EXPECT_EQ(scene_at("hel^lo").word("lo"), nullptr);
}

}  // namespace
}  // namespace fimd::context::snippets
