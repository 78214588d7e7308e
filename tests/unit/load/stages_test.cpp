// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/stages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

#include "load/plan_run.hpp"
#include "net/endpoint.hpp"
#include "net/url.hpp"

namespace backtalk::workload {
namespace {

using stats::Stage;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::uint64_t kSecond = 1'000'000'000;

std::vector<Stage> read(std::string_view text) {
  const auto out = read_stages(text);
  if (const auto* problem = std::get_if<std::string>(&out)) {
    ADD_FAILURE() << *problem;
    return {};
  }
  return std::get<std::vector<Stage>>(out);
}

std::string refusal(std::string_view text) {
  const auto out = read_stages(text);
  const auto* const problem = std::get_if<std::string>(&out);
  return problem == nullptr ? "" : *problem;
}

TEST(ReadStages, AreStraightLinesFromTheRateBefore) {
  EXPECT_THAT(read("2s:100,2s:1000"), ElementsAre(Stage{2 * kSecond, 0, 100}, Stage{2 * kSecond, 100, 1000}));
  EXPECT_THAT(read("1:1,1m:1,500ms:0"),
              ElementsAre(Stage{kSecond, 0, 1}, Stage{60 * kSecond, 1, 1}, Stage{kSecond / 2, 1, 0}));
}

TEST(ReadStages, MayBeginWithAnotherRate) {
  EXPECT_THAT(
      read("2s:100-100, 2s : 50-1e3 ,1s:0"),
      ElementsAre(Stage{2 * kSecond, 100, 100}, Stage{2 * kSecond, 50, 1000}, Stage{kSecond, 1000, 0}));
  EXPECT_THAT(read("1s:0-0,1s:1e-1-2.5"), ElementsAre(Stage{kSecond, 0, 0}, Stage{kSecond, 0.1, 2.5}));
}

TEST(ReadStages, RatesAreInMillionths) {
  EXPECT_THAT(read("1s:3.0000004-10000000"), ElementsAre(Stage{kSecond, 3, 1e7}));
}

TEST(ReadStages, WhatIsNoStageIsNamed) {
  for (const char* text :
       {"",        ",",       "2s",       "2s:",        ":5",       "2s:x",  "2s:-5",
        "2s:5-",   "2s:5--5", "2s:5-6-7", "2s:5/s",     "x:5",      "-1s:5", "2s:nan",
        "2s:inf",  "2s:1e8",  "2s:1e999", "2s:5-1e300", "1e300s:5", "8d:5",  "99999999999999999999999s:5",
        "2s:0x10", "2s=5",    "2s:5;2s:5"}) {
    EXPECT_THAT(refusal(text), HasSubstr("expected TIME:RATE")) << text;
    EXPECT_THAT(refusal(std::string("1s:5,") + text), HasSubstr("expected TIME:RATE")) << text;
  }
  EXPECT_THAT(refusal("1s:5,"), HasSubstr("--stages ``"));
}

TEST(ReadStages, OneOfNoLengthIsRefusedAndSaysHowToJump) {
  EXPECT_EQ(refusal("1s:5,0s:100"),
            "--stages `0s:100`: a stage needs a time above 0; to begin at a rate at once, write "
            "TIME:RATE-RATE, such as "
            "10s:500-500");
  EXPECT_THAT(refusal("0.1ns:100"), HasSubstr("a stage needs a time above 0"));
}

TEST(ReadStages, TooManyOrTooLongOnesAreRefused) {
  std::string many = "1s:1";
  for (std::size_t i = 1; i < stats::kStagesMax; ++i) many += ",1s:1";
  EXPECT_EQ(read(many).size(), stats::kStagesMax);
  EXPECT_EQ(refusal(many + ",1s:1"), "--stages: at most 100 stages");
  EXPECT_THAT(refusal("100h:1,100h:1"), HasSubstr("a week at most"));
  std::string thousand = many;
  for (int i = 0; i < 9; ++i) thousand += "," + many;
  EXPECT_EQ(refusal(thousand), "--stages: at most 100 stages");
}

TEST(ReadStages, OfWhichNothingFallsDueAreRefused) {
  EXPECT_THAT(refusal("1s:0"), HasSubstr("no transaction would fall due"));
  EXPECT_THAT(refusal("1s:1"), HasSubstr("no transaction would fall due")) << "a half of one";
}

TEST(SettleStages, SayHowLongTheRunIsAndItsMeanRate) {
  LoadOptions options;
  options.stages = "2s:100,2s:1000";
  EXPECT_EQ(settle_stages(options), std::nullopt);
  EXPECT_EQ(options.duration_ns, 4 * kSecond);
  EXPECT_EQ(options.rate, 300);
  LoadOptions without;
  EXPECT_EQ(settle_stages(without), std::nullopt);
  EXPECT_TRUE(without == LoadOptions());
}

TEST(SettleStages, GoWithNoOtherLimit) {
  LoadOptions options;
  options.stages = "2s:100";
  LoadOptions other = options;
  other.rate = 5;
  EXPECT_THAT(settle_stages(other).value_or(""), HasSubstr("--rate has no effect"));
  other = options;
  other.session_rate = 5;
  EXPECT_THAT(settle_stages(other).value_or(""), HasSubstr("--stages has no effect with --session-rate"));
  other = options;
  other.duration_ns = kSecond;
  EXPECT_THAT(settle_stages(other).value_or(""), HasSubstr("--duration has no effect"));
  other = options;
  other.transactions = 5;
  EXPECT_THAT(settle_stages(other).value_or(""), HasSubstr("--transactions has no effect"));
}

engine::ClientPlan planned(LoadOptions options) {
  EXPECT_EQ(settle_stages(options), std::nullopt);
  const auto url = std::get<net::Url>(net::read_url("smtp://127.0.0.1:25"));
  return std::get<engine::ClientPlan>(
      load::plan_run(options, {}, std::get<std::vector<net::Endpoint>>(net::resolve_all(url)), {}));
}

TEST(SettleStages, TheWarmUpHasTheRateThatTheFirstOneBeginsWith) {
  LoadOptions options;
  options.warmup_ns = kSecond;
  options.stages = "2s:50-50,1s:100-100";
  const engine::ClientPlan level = planned(options);
  ASSERT_EQ(level.rate_steps.size(), 3U);
  EXPECT_EQ(level.rate_steps[0].until_ns, kSecond);
  EXPECT_EQ(level.rate_steps[0].rate_per_s, 50);
  EXPECT_EQ(level.rate_steps[2].until_ns, 4 * kSecond);
  EXPECT_EQ(level.stages.size(), 2U);
  options.stages = "2s:50";
  EXPECT_EQ(planned(options).rate_steps[0].rate_per_s, 25) << "that of its middle: it begins with none";
  options.stages = "1s:0-0,1s:0,2s:80-80";
  EXPECT_EQ(planned(options).rate_steps[0].rate_per_s, 80) << "that of the first that has any";
}

}  // namespace
}  // namespace backtalk::workload
