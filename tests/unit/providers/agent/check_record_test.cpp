// What a journal holds of a check is enough to compare with.
#include "providers/agent/check_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace fimd::tests {
namespace {

using namespace providers::agent;
using Verdict = Comparison::Verdict;
using Target = Comparison::Target;
using testing::HasSubstr;
using testing::Not;

Finding found(const std::string& path, size_t line, const std::string& message, Severity severity = Severity::error) {
  Finding out;
  out.what.path = path;
  out.what.line = line;
  out.what.message = message;
  out.what.severity = severity;
  return out;
}
CheckRun ended(int exit, std::vector<Finding> findings, std::string text = "") {
  CheckRun out;
  out.end = CheckRun::End::exited;
  out.exit = exit;
  out.findings = std::move(findings);
  out.text = std::move(text);
  return out;
}
Diagnostic aim(const std::string& path, size_t line) {
  Diagnostic out;
  out.path = path;
  out.line = line;
  return out;
}

TEST(CheckRecord, ComparesLikeTheRunItself) {
  const Finding old = found("a.py", 3, "old"), target = found("b.py", 7, "wrong"), warning = found("c.py", 1, "hm", Severity::warning), fresh = found("d.py", 2, "new");
  const std::vector<CheckRun> bases = {ended(1, {old, target, warning}), ended(1, {old}), ended(0, {}), ended(2, {}, "kaput at 12:01")};
  const std::vector<CheckRun> candidates = {ended(1, {old, warning}), ended(1, {old, target, target}), ended(1, {fresh}), ended(0, {}), ended(2, {}, "kaput at 12:02"),
                                            ended(2, {}, "otherwise"), ended(1, {old, old})};
  for (const CheckRun& base : bases) {
    const std::string text = base_record(5, base, aim("b.py", 7)).dump();
    const auto back = read_base(nlohmann::json::parse(text), 5);
    ASSERT_TRUE(back) << text;
    for (const CheckRun& candidate : candidates) {
      const Comparison whole = compare(base, candidate, aim("b.py", 7)), kept = compare(*back, candidate, aim("b.py", 7));
      EXPECT_EQ(kept.verdict, whole.verdict) << text;
      EXPECT_EQ(kept.target, whole.target) << text;
      EXPECT_EQ(kept.fresh.size(), whole.fresh.size()) << text;
      EXPECT_EQ(kept.unchanged, whole.unchanged) << text;
      EXPECT_EQ(check_summary(kept), check_summary(whole)) << text;
    }
  }
}

TEST(CheckRecord, HoldsNothingOfTheOutput) {
  const std::string text = base_record(5, ended(1, {found("a.py", 3, "token ghp_secret")}, "token ghp_secret"), std::nullopt).dump();
  EXPECT_THAT(text, Not(HasSubstr("ghp_")));
}

TEST(CheckRecord, GivesBackWhatWasSaidOfAChange) {
  const CheckedChange checked{.change = 0xFFFFFFFFFFFFFFFF, .verdict = Verdict::no_worse, .target = Target::unknown, .was_passing = true, .unchanged = 4,
                              .why = "why", .report = "run_check: x\n", .gone = {"k"}};
  const auto back = read_change(change_record(9, checked), 9);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->change, checked.change);
  EXPECT_EQ(back->verdict, checked.verdict);
  EXPECT_EQ(back->target, checked.target);
  EXPECT_TRUE(back->was_passing);
  EXPECT_EQ(back->unchanged, 4U);
  EXPECT_EQ(back->report, checked.report);
  EXPECT_EQ(back->gone, checked.gone);
}

TEST(CheckRecord, IsOfOneTreeAlone) {
  EXPECT_FALSE(read_base(base_record(5, ended(0, {}), std::nullopt), 6));
  EXPECT_FALSE(read_change(change_record(5, {}), 6));
  EXPECT_FALSE(read_base(change_record(5, {}), 5));
  EXPECT_FALSE(read_change(nlohmann::json::parse(R"({"type":"check","of":"change","verdict":99})"), 5));
  const auto odd = read_change(nlohmann::json::parse(R"({"type":"check","of":"change","tree":"5","verdict":99,"target":-3,"gone":[1]})"), 5);
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->verdict, Verdict::unverified);
  EXPECT_FALSE(read_base(nlohmann::json::parse(R"({"type":"check","of":"before","tree":"5","found":[["k"]]})"), 5));
}

}  // namespace
}  // namespace fimd::tests
