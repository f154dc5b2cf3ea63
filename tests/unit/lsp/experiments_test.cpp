#include "lsp/experiments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace fimd::lsp {
namespace {

using nlohmann::json;

json two_arms() {
  return {{{"name", "short"}, {"split", 0.25}, {"override", {{"completion", {{"max_lines", 1}}}}}},
          {{"name", "long"}, {"split", 0.25}, {"override", {{"completion", {{"max_lines", 50}}}}}}};
}

std::vector<ConfigProblem> problems_of(const json& override, const json& rest = json::object()) {
  json value = rest;
  value["experiments"] = {{{"name", "a"}, {"split", 1}, {"override", override}}};
  Configuration c;
  auto problems = c.set(Layer::user, value, "user");
  EXPECT_TRUE(problems.empty() || c.now().arm.empty()) << "a wrong experiment is in force";
  return problems;
}

// A day on which the arm is drawn in folder /w.
std::string day_of(const json& list, const std::string& arm) {
  for (int day = 1; day < 1000; ++day) {
    if (arm_of(list, "/w", std::to_string(day)) == arm) return std::to_string(day);
  }
  ADD_FAILURE() << arm << " is never drawn";
  return "";
}

TEST(Experiments, DrawTheSameArmForAWorkspaceAllDay) {
  for (int i = 0; i < 50; ++i) EXPECT_EQ(arm_of(two_arms(), "/w", "2026-11-30"), arm_of(two_arms(), "/w", "2026-11-30"));
}

TEST(Experiments, DrawEachArmAsOftenAsItsShareSays) {
  std::map<std::string, int> days;
  for (int i = 0; i < 4000; ++i) ++days[arm_of(two_arms(), "/w" + std::to_string(i % 40), std::to_string(i / 40))];
  EXPECT_EQ(days.size(), 3U);
  EXPECT_NEAR(days["short"], 1000, 150);
  EXPECT_NEAR(days["long"], 1000, 150);
  EXPECT_NEAR(days["control"], 2000, 200);
}

TEST(Experiments, ChangeTheConfigurationOfTheirDayOnly) {
  Configuration c;
  ASSERT_TRUE(c.set(Layer::user, {{"experiments", two_arms()}, {"completion", {{"max_lines", 7}}}}, "user").empty());
  for (const auto& [arm, lines] : {std::pair{"short", 1U}, {"long", 50U}, {"control", 7U}}) {
    ASSERT_TRUE(c.place("/w", day_of(two_arms(), arm)).empty());
    EXPECT_EQ(c.now().arm, arm);
    EXPECT_EQ(c.now().completion.max_lines, lines);
    EXPECT_EQ(c.effective()["completion"]["max_lines"], lines);
  }
  ASSERT_TRUE(c.place("/w", day_of(two_arms(), "long")).empty());
  EXPECT_EQ(c.source_of("completion.max_lines"), "experiment long");
  EXPECT_EQ(c.source_of("completion.hard_ms"), "defaults");
}

TEST(Experiments, WithoutThemThereIsNoArm) {
  Configuration c;
  ASSERT_TRUE(c.place("/w", "2026-11-30").empty());
  EXPECT_EQ(c.now().arm, "");
}

TEST(Experiments, AnArmCanBeForced) {
  Configuration c;
  ASSERT_TRUE(c.set(Layer::user, {{"experiments", two_arms()}}, "user").empty());
  ASSERT_TRUE(c.force_arm("long"));
  EXPECT_EQ(c.now().completion.max_lines, 50U);
  ASSERT_TRUE(c.force_arm("control"));
  EXPECT_EQ(c.now().completion.max_lines, 16U);
  const auto unknown = c.force_arm("longer");
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().message, testing::HasSubstr("longer"));
}

TEST(Experiments, AWrongOneGivesOneProblemThatNamesItsPlace) {
  const auto only = [](const json& list) {
    Configuration c;
    const auto problems = c.set(Layer::user, {{"experiments", list}}, "user");
    EXPECT_EQ(problems.size(), 1U) << list;
    EXPECT_TRUE(!problems.empty() && problems[0].fatal);
    EXPECT_EQ(c.now().arm, "");
    return problems.empty() ? "" : problems[0].path;
  };
  const json override = {{"completion", {{"max_lines", 1}}}};
  EXPECT_EQ(only("all"), "experiments");
  EXPECT_EQ(only({1}), "experiments[0]");
  EXPECT_EQ(only({{{"split", 0.5}, {"override", override}}}), "experiments[0].name");
  EXPECT_EQ(only({{{"name", "control"}, {"split", 0.5}, {"override", override}}}), "experiments[0].name");
  EXPECT_EQ(only({{{"name", "a"}, {"split", 0}, {"override", override}}}), "experiments[0].split");
  EXPECT_EQ(only({{{"name", "a"}, {"split", 0.6}, {"override", override}}, {{"name", "b"}, {"split", 0.6}, {"override", override}}}),
            "experiments[1].split");
  EXPECT_EQ(only({{{"name", "a"}, {"split", 0.2}, {"override", override}}, {{"name", "a"}, {"split", 0.2}, {"override", override}}}),
            "experiments[1].name");
  EXPECT_EQ(only({{{"name", "a"}, {"split", 1}}}), "experiments[0].override");
  EXPECT_EQ(only({{{"name", "a"}, {"split", 1}, {"override", override}, {"until", "friday"}}}), "experiments[0].until");
  EXPECT_EQ(only({{{"name", "a"}, {"split", 1}, {"override", {{"completion", {{"max_lines", "many"}}}}}}}),
            "experiments[0].override.completion.max_lines");
  EXPECT_EQ(only({{{"name", "a"}, {"split", 1}, {"override", {{"completion", {{"max_line", 3}}}}}}}),
            "experiments[0].override.completion.max_line");
  EXPECT_EQ(only({{{"name", "a"}, {"split", 0.0001}, {"override", {{"completion", {{"providers", {"nobody"}}}}}}}}),
            "experiments[0].override.completion.providers");
}

TEST(Experiments, MayNotWidenWhatIsSentWhere) {
  const json mine = {{"providers", {{"far", {{"kind", "mistral"}, {"url", "http://a.example"}, {"jurisdiction", "local"}}}}}};
  for (const json& override :
       {json{{"privacy", {{"jurisdictions", {"local", "eu", "us"}}}}}, json{{"privacy", {{"secrets", "off"}}}}, json{{"privacy", {{"ledger", false}}}},
        json{{"privacy", {{"exclude", {"!.env"}}}}}, json{{"budgets", {{"usd_per_day", 6}}}},
        json{{"providers", {{"far", {{"url", "http://b.example"}}}}}}, json{{"providers", {{"far", {{"jurisdiction", "eu"}}}}}},
        json{{"providers", {{"new", {{"kind", "openai"}, {"url", "http://b.example"}, {"jurisdiction", "local"}}}}}}}) {
    const auto problems = problems_of(override, mine);
    ASSERT_EQ(problems.size(), 1U) << override;
    EXPECT_TRUE(problems[0].fatal);
    EXPECT_THAT(problems[0].path, testing::StartsWith("experiments[0].override."));
  }
  EXPECT_TRUE(problems_of({{"privacy", {{"jurisdictions", {"local"}}, {"secrets", "block"}}}}).empty());
  EXPECT_TRUE(problems_of({{"providers", {{"far", {{"model", "other"}}}}}}, mine).empty());
}

TEST(Experiments, MayNotLetTheAgentRunCommands) {
  const auto problems = problems_of({{"agent", {{"commands", "allow"}}}});
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].path, "experiments[0].override.agent.commands");
}

TEST(Experiments, LeaveWhatAWorkspaceFileHasNarrowed) {
  Configuration c;
  const json list = {{{"name", "a"}, {"split", 1}, {"override", {{"privacy", {{"jurisdictions", {"local", "eu"}}}}}}}};
  ASSERT_TRUE(c.set(Layer::user, {{"experiments", list}}, "user").empty());
  ASSERT_TRUE(c.set(Layer::workspace, {{"privacy", {{"jurisdictions", {"local"}}, {"secrets", "block"}}}}, "workspace").empty());
  EXPECT_EQ(c.now().arm, "a");
  EXPECT_THAT(c.now().jurisdictions, testing::ElementsAre("local"));
  EXPECT_EQ(c.now().secrets, providers::SecretsRule::block);
}

}  // namespace
}  // namespace fimd::lsp
