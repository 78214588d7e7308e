// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/saved.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compare/limit.hpp"
#include "compare/table.hpp"
#include "compare/to_json.hpp"
#include "report/verdict.hpp"
#include "result/json.hpp"
#include "runs.hpp"

namespace backtalk::compare {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// The limit comes before reading any: the results are none.
TEST(Saved, AFileWithTooManyIsRefusedBeforeItIsRead) {
  std::string text = R"({"schema":"backtalk.repeat/1","results":[0)";
  for (std::size_t i = 0; i < kSavedMax; ++i) text += ",0";
  const auto read = read_saved("many.json", text + "]}");
  ASSERT_TRUE(std::holds_alternative<std::string>(read));
  EXPECT_EQ(std::get<std::string>(read), "many.json: it has " + std::to_string(kSavedMax + 1) +
                                             " results, and a side may have " + std::to_string(kSavedMax));
}

SavedRun saved(const std::string& file, const result::RunResult& result) {
  auto read = read_saved(file, result::to_json(result, report::judge(result)));
  return std::get<std::vector<SavedRun>>(std::move(read)).front();
}

// Runs whose latencies are around that one, a per cent apart.
SavedSide side_of(const std::string& name, double latency_ns, int runs) {
  SavedSide out{.name = name, .runs = {}};
  for (int i = 0; i < runs; ++i)
    out.runs.push_back(saved(name + std::to_string(i) + ".json", run_of(latency_ns * (1 + 0.01 * i))));
  return out;
}

Comparison compared(std::vector<SavedSide> sides, const SavedTerms& terms = {}) {
  auto done = compare_saved(std::move(sides), terms);
  if (const auto* problem = std::get_if<std::string>(&done)) {
    ADD_FAILURE() << *problem;
    return {};
  }
  return std::get<Comparison>(std::move(done));
}

std::string why_not(std::vector<SavedSide> sides) {
  auto done = compare_saved(std::move(sides), {});
  return std::holds_alternative<std::string>(done) ? std::get<std::string>(done) : "";
}

const Finding* p50_of(const Comparison& of) {
  for (const Difference& one : of.differences) {
    if (one.finding.metric == "p50_ns") return &one.finding;
  }
  return nullptr;
}

TEST(Saved, FiveRunsASideShowThatOneIsSlower) {
  const Comparison done = compared({side_of("old", 1e6, 5), side_of("new", 1.2e6, 5)});
  EXPECT_TRUE(done.verdict.valid());
  ASSERT_NE(p50_of(done), nullptr);
  EXPECT_EQ(p50_of(done)->word, Word::b_higher);
  EXPECT_NEAR(p50_of(done)->ratio, 1.2, 0.01);
  EXPECT_THAT(done.sides[1].files,
              ElementsAre("new0.json", "new1.json", "new2.json", "new3.json", "new4.json"));
  EXPECT_THAT(tabulate(done), AllOf(HasSubstr("5 saved runs of old, 5 of new, not interleaved\n"),
                                    HasSubstr("new is higher"), HasSubstr("note: these results were saved")));
  EXPECT_THAT(to_json(done), AllOf(HasSubstr(R"("method":"saved","rounds":0)"), HasSubstr(R"("order":[])")));
}

TEST(Saved, EqualSidesShowNoDifference) {
  const Comparison done = compared({side_of("A", 1e6, 6), side_of("B", 1.001e6, 6)});
  EXPECT_TRUE(done.verdict.valid());
  EXPECT_EQ(p50_of(done)->word, Word::no_difference_shown);
  EXPECT_GT(p50_of(done)->resolution, 0);
}

// Nobody knows how much two runs of the same differ.
TEST(Saved, OneRunASideHasARatioAndNoVerdict) {
  const Comparison done = compared({side_of("A", 1e6, 1), side_of("B", 2e6, 1)});
  ASSERT_THAT(done.verdict.reasons, SizeIs(1));
  EXPECT_EQ(done.verdict.reasons[0].code, "too-few-runs");
  EXPECT_NEAR(p50_of(done)->ratio, 2, 0.01);
  EXPECT_EQ(p50_of(done)->word, Word::no_difference_shown);
  EXPECT_THAT(tabulate(done),
              AllOf(StartsWith("INVALID: 1 run of A and 1 run of B show nothing"), HasSubstr("+100."),
                    Not(HasSubstr("higher")), Not(HasSubstr("no difference"))));
  EXPECT_THAT(to_json(done), HasSubstr(R"("low":null,"high":null)"));
  const std::vector<Limit> limits{std::get<Limit>(read_limit("p50>1.05"))};
  EXPECT_THAT(crossed(limits, done), IsEmpty()) << "nothing can be said";
}

TEST(Saved, HowManyRunsItTakesDependsOnTheMetrics) {
  const auto told = [](SavedSide a, SavedSide b) {
    const Comparison done = compared({std::move(a), std::move(b)});
    return done.verdict.reasons.empty() ? "" : done.verdict.reasons.front().sentence;
  };
  EXPECT_THAT(told(side_of("A", 1e6, 1), side_of("B", 1.2e6, 2)),
              EndsWith("save at least 4 a side, or 5 to judge all 6 metrics"));
  const auto measured = [](const std::string& name, double latency_ns) {
    return SavedSide{.name = name, .runs = {saved(name + ".json", run_with_server(latency_ns, 1e6))}};
  };
  EXPECT_THAT(told(measured("A", 1e6), measured("B", 1.01e6)),
              EndsWith("save at least 4 a side, or 6 to judge all 7 metrics"));
  const auto watched = [](const std::string& name, double latency_ns) {
    result::RunResult run = run_with_watch(latency_ns, 5 * latency_ns);
    run.deliveries->from_dot = run.deliveries->latency;
    return SavedSide{.name = name, .runs = {saved(name + ".json", run)}};
  };
  EXPECT_THAT(told(watched("A", 1e6), watched("B", 1.01e6)),
              EndsWith("save at least 4 a side, or 6 to judge all 8 metrics"));
}

TEST(Saved, FourRunsASideShowTheMetricThatWasNamed) {
  const Comparison all = compared({side_of("A", 1e6, 4), side_of("B", 2e6, 4)});
  EXPECT_TRUE(all.verdict.valid());
  EXPECT_EQ(p50_of(all)->word, Word::no_difference_shown);
  EXPECT_THAT(all.verdict.notes, testing::Contains(HasSubstr("cannot show a difference in 5 metrics")));
  const Comparison named =
      compared({side_of("A", 1e6, 4), side_of("B", 2e6, 4)}, {.primary = find_metric("p50")});
  EXPECT_EQ(p50_of(named)->word, Word::b_higher);
}

TEST(Saved, OfDifferentWorkloadsAreRefusedAndNamed) {
  SavedSide other = side_of("B", 1.003e6, 4);
  result::RunResult more = run_of(1e6);
  more.workload.connections = 40;
  more.workload.pipeline = 8;
  other.runs[2] = saved("more.json", more);
  EXPECT_EQ(why_not({side_of("A", 1e6, 4), other}),
            "A0.json and more.json are of different workloads: connections 10 and 40, pipeline 1 and 8; "
            "--any-workload compares them all the same");
  const Comparison done = compared({side_of("A", 1e6, 4), other}, {.any_workload = true});
  EXPECT_THAT(tabulate(done),
              HasSubstr("note: A0.json and more.json are of different workloads: connections"));
}

TEST(Saved, OfTwoProtocolsAreOfDifferentWorkloads) {
  SavedSide other = side_of("B", 1e6, 1);
  result::RunResult imap = run_of(1e6);
  imap.protocol = "imap";
  other.runs[0] = saved("imap.json", imap);
  EXPECT_THAT(why_not({side_of("A", 1e6, 1), other}),
              HasSubstr("different workloads: protocol smtp and imap"));
}

TEST(Saved, OfDifferentSeedsAndServersAreOfOneWorkload) {
  SavedSide other = side_of("B", 1.003e6, 4);
  result::RunResult seeded = run_of(1e6);
  seeded.workload.seed = 7;
  seeded.workload.addresses = {"127.0.0.2"};
  seeded.workload.server_pid = 4321;
  other.runs[0] = saved("seeded.json", seeded);
  EXPECT_EQ(why_not({side_of("A", 1e6, 4), other}), "");
}

// Each start of a server has a process of its own; `server_pid` is no part of what was loaded.
TEST(Saved, ServersThatTakeMoreCpuAreFoundHigher) {
  const auto side = [](const std::string& name, double cpu_ns, std::uint64_t pid) {
    SavedSide out{.name = name, .runs = {}};
    for (int i = 0; i < 6; ++i) {
      result::RunResult run = run_with_server(1e6 * (1 + 0.01 * i), cpu_ns * (1 + 0.02 * i));
      run.workload.server_pid = run.server->pid = pid;
      out.runs.push_back(saved(name + std::to_string(i) + ".json", run));
    }
    return out;
  };
  const Comparison done = compared({side("old", 1e6, 100), side("new", 1.5e6, 200)});
  ASSERT_FALSE(done.differences.empty());
  const Difference& last = done.differences.back();
  EXPECT_EQ(last.finding.metric, "server_cpu_ns");
  EXPECT_EQ(last.finding.word, Word::b_higher);
  EXPECT_NEAR(last.finding.ratio, 1.5, 0.05);
}

TEST(Saved, AServerThatNobodyMeasuredCannotBeTheMetricThatMatters) {
  const auto refused = [](SavedSide b) {
    const auto done =
        compare_saved({side_of("A", 1e6, 4), std::move(b)}, {.primary = find_metric("server_cpu")});
    return std::holds_alternative<std::string>(done) ? std::get<std::string>(done) : "";
  };
  EXPECT_EQ(refused(side_of("B", 1.003e6, 4)),
            "--primary server_cpu: these results do not have it; save them with --server-pid");
  SavedSide measured{.name = "B", .runs = {saved("b.json", run_with_server(1.003e6, 1e6))}};
  EXPECT_THAT(refused(measured),
              StartsWith("--primary server_cpu: server_cpu of A is not known in 4 of 4 runs"));
}

TEST(Saved, ARunCountsOnce) {
  const SavedSide side = side_of("A", 1e6, 2);
  EXPECT_EQ(why_not({side, side}), "A0.json is given twice");
  SavedSide copied = side;
  copied.runs[0].file = "copy.json";
  EXPECT_EQ(why_not({side, copied}), "A0.json and copy.json are the same run");
}

TEST(Saved, ARunThatIsNotValidMakesTheComparisonInvalid) {
  SavedSide broken = side_of("B", 3e6, 5);
  broken.runs[3] = saved("bad.json", failed_run());
  const Comparison done = compared({side_of("A", 1e6, 5), broken});
  ASSERT_THAT(done.verdict.reasons, SizeIs(1));
  EXPECT_EQ(done.verdict.reasons[0].code, "invalid-runs");
  EXPECT_THAT(done.verdict.reasons[0].sentence,
              StartsWith("bad.json (B) was errors: 33 % of the messages failed"));
  EXPECT_EQ(p50_of(done)->word, Word::no_difference_shown);
}

TEST(Saved, TheRunsOfARepeatAreRunsOfOneSide) {
  std::string results;
  for (int i = 0; i < 5; ++i) {
    const result::RunResult run = run_of(1e6 * (1 + 0.01 * i));
    results += (i > 0 ? "," : "") + result::to_json(run, report::judge(run));
  }
  const auto read = read_saved("five.json", R"({"schema":"backtalk.repeat/1","results":[)" + results + "]}");
  const auto& runs = std::get<std::vector<SavedRun>>(read);
  ASSERT_THAT(runs, SizeIs(5));
  EXPECT_EQ(runs[4].file, "five.json, run 5");
  EXPECT_EQ(runs[4].run.values, side_of("A", 1e6, 5).runs[4].run.values);
  EXPECT_THAT(std::get<std::string>(read_saved("x.json", R"({"schema":"backtalk.repeat/1","results":[{}]})")),
              StartsWith("x.json, run 1: not a result of backtalk load"));
  EXPECT_THAT(std::get<std::string>(read_saved("x.json", R"({"schema":"backtalk.repeat/1","results":[]})")),
              StartsWith("x.json: it has no results"));
}

TEST(Saved, ARunThatWasInterruptedIsNotValid) {
  SavedSide cut = side_of("B", 1.003e6, 5);
  result::RunResult interrupted = run_of(2e6);
  interrupted.interrupted = true;
  cut.runs[0] = saved("cut.json", interrupted);
  const Comparison done = compared({side_of("A", 1e6, 5), cut});
  ASSERT_THAT(done.verdict.reasons, SizeIs(1));
  EXPECT_THAT(done.verdict.reasons[0].sentence, "cut.json (B) was interrupted: it did not run to its end");
}

TEST(Saved, WhatIsNoResultIsNamed) {
  EXPECT_THAT(std::get<std::string>(read_saved("x.json", "{}")),
              StartsWith("x.json: not a result of backtalk load"));
  EXPECT_THAT(std::get<std::string>(read_saved("x.json", "")), StartsWith("x.json: not JSON"));
}

}  // namespace
}  // namespace backtalk::compare
