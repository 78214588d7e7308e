// SPDX-License-Identifier: Apache-2.0 OR MIT
// --slo: which rules there are, and what it takes to meet them.
#include "report/objectives.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "report/summary.hpp"
#include "report/verdict.hpp"
#include "result_of.hpp"

namespace backtalk::report {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Rule rule(std::string_view text) {
  auto read = read_rules(text);
  if (const auto* problem = std::get_if<std::string>(&read)) {
    ADD_FAILURE() << *problem;
    return {};
  }
  return std::get<0>(read).at(0);
}

std::string refused(std::string_view text) {
  const auto read = read_rules(text);
  const auto* const problem = std::get_if<std::string>(&read);
  return problem == nullptr ? "" : *problem;
}

bool met(std::string_view text, const Quiet& run) {
  return check(rule(text), run).met;
}

// A thousand messages of 10 ms, each with a DOT; 90 of 100 more MAIL were accepted.
Quiet run() {
  Quiet run;
  run.commands[0].ok = 90;
  run.commands[0].refused = 10;
  run.commands[0].latency.record_n(kMillisecond, 100);
  return run;
}

TEST(Objectives, OfNoCommandAreFoundBeforeTheRun) {
  constexpr std::array<std::string_view, 3> kNames{"FETCH", "UID FETCH", "NOOP"};
  const auto problem = [&kNames](std::string_view text) {
    return check_commands(std::get<std::vector<Rule>>(read_rules(text)), kNames).value_or("");
  };
  EXPECT_EQ(problem("p95<5s,UID FETCH p99<20ms,NOOP refused<1%,failed<1%"), "");
  EXPECT_EQ(problem("p95<5s,FECH p99<20ms"),
            "--slo `FECH p99<20ms`: FECH is no command of this protocol; did you mean `FETCH`?");
  EXPECT_EQ(problem("RETR p99<20ms"), "--slo `RETR p99<20ms`: RETR is no command of this protocol");
}

// So many more are to be waited for.
TEST(Objectives, ThatAreNotJudgedSayHowManyAnswersThereWereAndAreNeeded) {
  const auto few = check(rule("MAIL p99<1s"), run());
  EXPECT_FALSE(few.judged);
  EXPECT_EQ(few.samples, 100U);
  EXPECT_EQ(few.needed, 662U);
  const auto none = check(rule("RCPT refused<1%"), run());
  EXPECT_EQ(none.samples, 0U);
  EXPECT_EQ(none.needed, 1U);
  EXPECT_EQ(check(rule("DOT p99<1s"), run()).needed, 0U);
}

TEST(Objectives, AreRulesWithCommasBetweenThem) {
  const auto read = read_rules(" p95<5s , UID FETCH p99.9 < 20 ms,failed<1%");
  EXPECT_TRUE(std::holds_alternative<std::string>(read)) << "no space before a unit";
  const auto rules = std::get<0>(read_rules(" p95<5s , UID FETCH p99.9 < 20ms,failed<1%"));
  ASSERT_EQ(rules.size(), 3U);
  EXPECT_EQ(rules[0].text, "p95<5s");
  EXPECT_EQ(rules[0].command, "");
  EXPECT_EQ(rules[0].percentile, 95.0);
  EXPECT_EQ(rules[0].limit, 5e9);
  EXPECT_EQ(rules[1].command, "UID FETCH");
  EXPECT_EQ(rules[1].percentile, 99.9);
  EXPECT_EQ(rules[1].limit, 20e6);
  EXPECT_TRUE(rules[2].per_cent);
  EXPECT_THAT(std::get<0>(read_rules("")), IsEmpty());
}

TEST(Objectives, OfTransactions) {
  EXPECT_TRUE(met("p95<11ms", run()));
  EXPECT_FALSE(met("p95<9ms", run()));
  EXPECT_TRUE(met("mean<11ms", run()));
  EXPECT_FALSE(met("max<10ms", run())) << "10 ms is not below 10 ms";
  EXPECT_TRUE(met("per_s>999", run()));
  EXPECT_FALSE(met("per_s>1001", run()));
  EXPECT_TRUE(met("completed>999", run()));
  Quiet bad = run();
  bad.fail(20, "closed");
  EXPECT_TRUE(met("failed<2%", bad));
  EXPECT_FALSE(met("failed<1%", bad));
  EXPECT_TRUE(met("failed<21", bad));
  EXPECT_TRUE(met("unfinished<1", bad));
}

TEST(Objectives, OfCommands) {
  EXPECT_TRUE(met("MAIL p90<2ms", run()));
  EXPECT_FALSE(met("DOT p95<2ms", run()));
  EXPECT_TRUE(met("MAIL refused<11%", run()));
  EXPECT_FALSE(met("MAIL refused<10%", run()));
  EXPECT_FALSE(met("MAIL refused<10", run()));
}

TEST(Objectives, OfWhatWasNotMeasuredAreMissed) {
  const result::Objective never = check(rule("RETR p95<5s"), run());
  EXPECT_FALSE(never.met);
  EXPECT_FALSE(never.measured);
  EXPECT_EQ(never.shown, "nothing was measured");
  EXPECT_EQ(never.word(), "NOT JUDGED");
  EXPECT_FALSE(met("RETR refused<1%", run()));
  Quiet nothing;
  nothing.measured = {};
  nothing.latency.reset();
  EXPECT_FALSE(met("p95<5s", nothing));
}

TEST(Objectives, CountWhatHasNoAnswerAsSlowest) {
  Quiet bad = run();
  bad.commands[1].sent += 220;  // DOT: 1000 of 1220 have an answer
  EXPECT_TRUE(met("DOT p80<11ms", bad));
  EXPECT_TRUE(met("DOT mean<11ms", bad));
  for (const char* text : {"DOT p95<20ms", "DOT p82<20ms", "DOT max<20ms"}) {
    const result::Objective missed = check(rule(text), bad);
    EXPECT_FALSE(missed.met) << text;
    EXPECT_FALSE(missed.measured) << text;
    EXPECT_EQ(missed.shown, "18 % were not answered") << text;
    EXPECT_EQ(missed.word(), "MISSED") << text;
  }
  bad.commands[1].latency.reset();
  EXPECT_EQ(check(rule("DOT p95<20ms"), bad).shown, "100 % were not answered");
  EXPECT_EQ(check(rule("DOT p95<20ms"), bad).word(), "MISSED");
  bad.fail(100, "timeout");
  bad.measured.started += 11;
  bad.measured.unfinished += 11;
  EXPECT_TRUE(met("p90<11ms", bad)) << "1000 of 1111 are 90.01 %";
  EXPECT_FALSE(met("p91<11ms", bad));
  EXPECT_EQ(check(rule("p95<11ms"), bad).shown, "9.99 % did not complete");
}

TEST(Objectives, RankTheAnswersAmongAllThatWereAskedFor) {
  Quiet slow;
  slow.complete(250, 50 * kMillisecond);
  EXPECT_TRUE(met("p80<11ms", slow));
  slow.fail(250, "timeout");
  EXPECT_FALSE(met("p80<11ms", slow)) << "the slow ones are between two thirds and five sixths of all";
  EXPECT_TRUE(met("p80<51ms", slow));
}

TEST(Objectives, NeedSamplesBeyondAPercentile) {
  struct Floor {
    std::string_view name;
    std::uint64_t samples;
  };
  for (const auto& [name, samples] : {Floor{"p50", 11}, Floor{"p10", 64}, Floor{"p90", 64}, Floor{"p95", 130},
                                      Floor{"p99", 662}, Floor{"p99.9", 6640}, Floor{"p99.99", 66400}}) {
    Quiet few;
    few.measured = {};
    few.latency.reset();
    few.complete(samples - 1);
    const std::string text = std::string(name) + "<20ms";
    const result::Objective missed = check(rule(text), few);
    EXPECT_FALSE(missed.met) << text;
    EXPECT_EQ(missed.word(), "NOT JUDGED");
    EXPECT_EQ(missed.shown,
              std::to_string(samples - 1) + " messages, " + std::to_string(samples) + " needed");
    EXPECT_TRUE(met("max<20ms", few));
    few.complete(1);
    EXPECT_TRUE(met(text, few)) << text;
  }
  EXPECT_FALSE(met("p99.9999999999999<20ms", run()));
}

TEST(Objectives, ThatAreNoneAreRefused) {
  constexpr const char* kSays =
      "write `p95<5s`, `RETR p99<20ms` (pN, mean, max), `delivery p95<60s`, `RETR refused<1%`, `failed<1%`, "
      "`unfinished<5`, `completed>1000` or `per_s>100`";
  for (const char* text : {"p95",        "p95=5s",         "p95<",
                           "p0<5s",      "p100<5s",        "p95x<5s",
                           "p<5s",       "p95<1%",         "re7r p95<5s",
                           "refused<1%", "RETR failed<1%", "RETR per_s>1",
                           "per_s>1%",   "completed>1%",   "failed<-1",
                           "failed<nan", "RETR<5s",        "<5s",
                           ",p95<5s",    "p95<5s<6s",      "delivery failed<1%",
                           "delivery>5"})
    EXPECT_THAT(refused(text), HasSubstr(kSays)) << text;
  EXPECT_EQ(refused("RETR p95<20"), "--slo `RETR p95<20`: a time needs its unit: write `RETR p95<20ms`");
  EXPECT_THAT(refused("delivery p95<5"), HasSubstr("write `delivery p95<5ms`"));
  std::string many = "p95<5s";
  for (int i = 0; i < 64; ++i) many += ",p95<5s";
  EXPECT_EQ(refused(many), "--slo: at most 64 rules");
}

// --fail-if says what must not happen, and these what has to hold: whoever mixes them up is told.
TEST(Objectives, HaveNoLowerLimitOfATime) {
  EXPECT_EQ(
      refused("DOT p95>5s"),
      "--slo `DOT p95>5s`: a rule says what has to hold, and a time may only have an upper limit: write "
      "`DOT p95<5s`");
  EXPECT_THAT(refused("max>5s"), HasSubstr("write `max<5s`"));
  EXPECT_TRUE(std::holds_alternative<std::vector<Rule>>(read_rules("completed>1000")));
}

TEST(Objectives, DeliveryIsFromSendingToFetching) {
  Quiet quiet = run();
  EXPECT_EQ(check(rule("delivery p95<60s"), quiet).shown, "nothing was measured");
  quiet.delivery.record_n(2 * kSecond, 200);
  EXPECT_TRUE(met("delivery p95<60s", quiet));
  EXPECT_TRUE(met("delivery max<3s", quiet));
  EXPECT_FALSE(met("delivery p95<1s", quiet));
  EXPECT_FALSE(met("delivery p99<60s", quiet)) << "too few";
  EXPECT_THAT(summarize(quiet), HasSubstr("delivery of 200 messages   p50 2.00 s"));
}

TEST(Objectives, OfConnectionsAreTheTimeUntilTheyWereOpen) {
  Quiet quiet;
  EXPECT_FALSE(check(rule("connect p95<5s"), quiet).judged) << "none was opened";
  quiet.connections.opened = 200;
  quiet.connect.record_n(2 * kMillisecond, 200);
  EXPECT_TRUE(met("connect p95<5s", quiet));
  EXPECT_TRUE(met("connect max<3ms", quiet));
  EXPECT_FALSE(met("connect p95<1ms", quiet));
  EXPECT_FALSE(met("connect p99<5s", quiet)) << "too few";
  quiet.connections.failed = 20;
  const auto failing = check(rule("connect p95<5s"), quiet);
  EXPECT_FALSE(failing.met);
  EXPECT_TRUE(failing.judged);
  EXPECT_EQ(failing.shown, "9.09 % could not be opened");
}

TEST(Objectives, NamesOfCommandsMayHaveSmallLetters) {
  const auto read = std::get<std::vector<Rule>>(read_rules("connect p95<5s, data p95<5s, uid fetch p95<5s"));
  EXPECT_TRUE(read[0].connect);
  EXPECT_EQ(read[1].command, "DATA");
  EXPECT_EQ(read[2].command, "UID FETCH");
  EXPECT_FALSE(check_commands(read, std::vector<std::string_view>{"DATA", "UID FETCH"}));
}

TEST(Objectives, DeliveryIsSeenByThoseWhoFetch) {
  const std::array<std::string_view, 2> smtp{"MAIL", "DOT"};
  const std::array<std::string_view, 2> pop3{"STAT", "RETR"};
  const auto rules = std::get<std::vector<Rule>>(read_rules("delivery p95<60s"));
  EXPECT_EQ(
      check_commands(rules, smtp),
      "--slo `delivery p95<60s`: messages are timed with --watch, or by sessions of POP3, which fetch them");
  EXPECT_EQ(check_commands(rules, pop3), std::nullopt);
}

TEST(Objectives, StandInTheVerdictAndTheSummary) {
  Quiet quiet = run();
  EXPECT_THAT(judge(quiet).objectives, IsEmpty());
  quiet.workload.slo = "p95<20ms, DOT p95<2ms";
  const auto verdict = judge(quiet);
  ASSERT_EQ(verdict.objectives.size(), 2U);
  EXPECT_TRUE(verdict.objectives[0].met);
  EXPECT_FALSE(verdict.objectives[1].met);
  EXPECT_TRUE(verdict.valid()) << "a server that is too slow is measured all the same";
  EXPECT_THAT(summarize(quiet),
              HasSubstr("objective met p95<20ms: 10.0 ms\nobjective MISSED DOT p95<2ms: 10.0 ms\n"));
}

}  // namespace
}  // namespace backtalk::report
