// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/joint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "result_of.hpp"

namespace backtalk::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;
using Results = std::vector<std::pair<std::string, result::RunResult>>;

// An open loop of one second that reached its rate.
result::RunResult at_rate(double rate, std::uint64_t completed) {
  Quiet run;
  run.measured = {};
  run.latency = {};
  run.service = {};
  run.commands[1] = {.name = "DOT", .sent = 0, .ok = 0, .refused = 0, .statuses = {}, .latency = {}};
  run.workload.rate = rate;
  run.complete(completed);
  run.send_lag.record_n(kMicrosecond, completed);
  return run;
}

result::JointStep judged(std::vector<result::RunResult> results) {
  Results named;
  for (result::RunResult& one : results)
    named.emplace_back(std::string(1, static_cast<char>('a' + named.size())), std::move(one));
  return judge_jointly(1, std::move(named));
}

std::vector<std::string> codes(const result::JointStep& step) {
  std::vector<std::string> out;
  for (const result::Reason& reason : step.verdict.reasons) {
    if (!reason.of_one_run) out.emplace_back(reason.code);  // they are short
  }
  return out;
}

std::vector<std::string> sentences(const Failures& failures) {
  std::vector<std::string> out;
  for (const Failure& one : failures.all()) out.push_back(one.sentence);
  return out;
}

TEST(JointLoads, HaveTheSharesOfTheirRates) {
  const auto step = judged({at_rate(1000, 1000), at_rate(3000, 3000)});
  EXPECT_DOUBLE_EQ(step.sides[0].asked_share, 0.25);
  EXPECT_DOUBLE_EQ(step.sides[0].run_share, 0.25);
  EXPECT_DOUBLE_EQ(step.sides[1].run_share, 0.75);
  EXPECT_THAT(codes(step), IsEmpty());
}

TEST(JointLoads, InAnotherProportionAreOff) {
  const auto step = judged({at_rate(1000, 1000), at_rate(3000, 2200)});
  EXPECT_THAT(codes(step), ::testing::Contains("mix-off"));
  EXPECT_THAT(step.verdict.reasons.back().sentence,
              HasSubstr("31 % of all that completed are of `a`, and 25 % should be"));
}

TEST(JointLoads, OffByChanceAreNot) {
  EXPECT_THAT(codes(judged({at_rate(100, 104), at_rate(300, 296)})), IsEmpty());
}

TEST(JointLoads, AtAShareThatIsNotRequiredFailNothing) {
  const auto at = [](bool required) {
    Results named;
    named.emplace_back("mail", at_rate(1000, 1000));
    named.back().second.workload.slo = "completed<10";
    result::JointResult joint;
    joint.steps.push_back(judge_jointly(1.2, std::move(named), required));
    return joint;
  };
  EXPECT_THAT(sentences(failures_of(at(true), {})),
              ElementsAre("at 120 %: mail: objective completed<10: 1000"));
  EXPECT_FALSE(at(true).meets_rules());
  EXPECT_THAT(sentences(failures_of(at(false), {})), IsEmpty());
  EXPECT_TRUE(at(false).meets_rules());
  EXPECT_THAT(summarize(at(false)), HasSubstr("(120 %): MISSED (1000)"));
}

TEST(JointLoads, WithoutARateHaveNoProportion) {
  const auto step = judged({Quiet(), at_rate(3000, 3000)});
  EXPECT_EQ(step.sides[0].asked_share, 0);
  EXPECT_THAT(codes(step), IsEmpty());
}

TEST(JointLoads, WhatIsWrongWithOneStandsBehindItsName) {
  auto failing = at_rate(1000, 1000);
  failing.measured.started += 500;
  failing.measured.failed += 500;
  failing.errors.push_back({.name = "timeout", .count = 500});
  const auto step = judged({at_rate(1000, 1000), std::move(failing)});
  EXPECT_THAT(codes(step), ::testing::Contains("errors"));
  EXPECT_THAT(step.verdict.reasons.front().sentence, ::testing::StartsWith("b: "));
}

TEST(JointLoads, MeetTheRulesOfAllOrOfNone) {
  auto strict = at_rate(1000, 1000);
  strict.workload.slo = "p95<1ms";
  auto easy = at_rate(1000, 1000);
  easy.workload.slo = "p95<5s";
  result::JointResult joint;
  joint.steps.push_back(judged({easy, easy}));
  EXPECT_TRUE(joint.meets_rules());
  joint.steps.push_back(judged({easy, strict}));
  EXPECT_TRUE(joint.steps[0].meets_rules());
  EXPECT_FALSE(joint.steps[1].meets_rules());
  EXPECT_FALSE(joint.meets_rules());
}

// At 80 and at 120 % of the rate, where only the first meets the rule.
result::JointResult at_two_shares() {
  result::JointResult joint;
  for (const double at : {0.8, 1.2}) {
    auto run = at_rate(1000 * at, 1000);
    run.workload.slo = at < 1 ? "p95<5s" : "p95<1ms";
    Results named;
    named.emplace_back("mail", std::move(run));
    joint.steps.push_back(judge_jointly(at, std::move(named)));
  }
  return joint;
}

TEST(JointLoads, AreSummarizedByTheirRulesAndARowEach) {
  EXPECT_EQ(
      summarize(at_two_shares()),
      "mail  p95<5s  80 %: met (10.0 ms)  120 %: MISSED (10.0 ms)\n"
      "\n"
      "   at  load        requested/s  completed/s         p50         p99    failed  verdict\n"
      " 80 %  mail                800       1000.0     10.0 ms     10.0 ms         0  valid\n"
      "120 %  mail               1200       1000.0     10.0 ms     10.0 ms         0  valid, 1 of 1 rule "
      "missed\n");
  EXPECT_EQ(summarize(result::JointResult{}), "");
}

TEST(JointLoads, SessionsThatArriveByTheClockAskForTheirTransactions) {
  auto run = at_rate(1000, 1000);
  run.workload.rate.reset();
  run.workload.session_rate = 200;
  run.workload.per_connection = 5;
  result::JointResult joint;
  joint.steps.push_back(judged({run}));
  EXPECT_THAT(summarize(joint), HasSubstr("100 %  a                  1000       1000.0 "));
}

TEST(JointLoads, AreSummarizedWithWhatIsWrong) {
  auto failing = at_rate(1000, 1000);
  failing.measured.started += 500;
  failing.measured.failed += 500;
  failing.errors.push_back({.name = "timeout", .count = 500});
  result::JointResult joint;
  joint.steps.push_back(judged({at_rate(1000, 1000), std::move(failing)}));
  const std::string text = summarize(joint);
  EXPECT_THAT(text, HasSubstr("       500  errors"));
  EXPECT_THAT(text, HasSubstr("FAILED: at 100 %: b: 33 % of the messages failed (500 of 1500)"));
  EXPECT_THAT(text, Not(HasSubstr("== b"))) << "details are for those who ask";
  EXPECT_THAT(show_details(joint.steps.front()), HasSubstr("== b, 100 % of the load: smtp://127.0.0.1:2525"));
}

TEST(JointLoads, ThatCouldNotAllBeRunKeepWhatWas) {
  auto joint = at_two_shares();
  joint.steps.push_back({.at = 1.5, .sides = {}});
  joint.problem = result::JointProblem{.at = 1.5, .sentence = "mail: no memory for a ring"};
  EXPECT_FALSE(joint.valid());
  EXPECT_FALSE(joint.meets_rules());
  const std::string text = summarize(joint);
  EXPECT_THAT(text, StartsWith("FAILED: at 150 %: mail: no memory for a ring\n\nmail  p95<5s  80 %: met"));
  EXPECT_THAT(text, HasSubstr("120 %: MISSED (10.0 ms)  -\n"));
  EXPECT_THAT(sentences(failures_of(joint, {})), ElementsAre("at 150 %: mail: no memory for a ring",
                                                             "at 120 %: mail: objective p95<1ms: 10.0 ms"));
  EXPECT_THAT(to_json(joint), HasSubstr(R"("problem":{"at":1.5E0,"sentence":"mail: no memory for a ring"})"));
}

TEST(JointLoads, ThatWereInterruptedBeforeTheLastShareAreNoAnswer) {
  auto easy = at_rate(1000, 1000);
  easy.workload.slo = "p95<5s";
  result::JointResult joint{.steps = {}, .shares_asked = 2, .interrupted = true};
  EXPECT_FALSE(joint.meets_rules()) << "none was run";
  EXPECT_FALSE(joint.valid());
  joint.steps.push_back(judged({easy}));
  EXPECT_FALSE(joint.meets_rules());
  EXPECT_FALSE(joint.valid());
  EXPECT_THAT(to_json(joint), HasSubstr(R"("interrupted":true,"met":false,"valid":false)"));
  joint.steps.push_back(judged({easy}));
  EXPECT_TRUE(joint.meets_rules());
  EXPECT_TRUE(joint.valid());
}

TEST(JointLoads, OffTheirProportionFailUnderALimit) {
  result::JointResult joint;
  joint.steps.push_back(judged({at_rate(1000, 1000), at_rate(3000, 2200)}));
  ASSERT_THAT(joint.steps.front().own_reasons(), SizeIs(1));
  EXPECT_THAT(sentences(failures_of(joint, {})), IsEmpty());
  const std::vector limits{std::get<Threshold>(read_threshold("p99>1h"))};
  EXPECT_THAT(sentences(failures_of(joint, limits)),
              ElementsAre(StartsWith("at 100 %: invalid: the loads are not in the proportion")));
}

TEST(JointLoads, CrossALimitBehindTheirNames) {
  result::JointResult joint;
  joint.steps.push_back(judged({at_rate(1000, 1000), at_rate(1000, 1000)}));
  const std::vector limits{std::get<Threshold>(read_threshold("completed<5000"))};
  EXPECT_THAT(sentences(failures_of(joint, limits)),
              ElementsAre("at 100 %: a: completed<5000: measured 1000",
                          "at 100 %: b: completed<5000: measured 1000"));
}

}  // namespace
}  // namespace backtalk::report
