// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/load_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "../report/result_of.hpp"
#include "report/verdict.hpp"

namespace backtalk::html {
namespace {

using report::kMillisecond;
using report::kSecond;
using report::Quiet;
using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kUsualMax = 400'000;
constexpr std::size_t kMost = 2'000'000;

std::string page(const result::RunResult& run, std::vector<Limit> limits = {}) {
  const result::Verdict verdict = report::judge(run);
  const Loaded loaded{.result = run, .verdict = verdict, .limits = std::move(limits), .file = {}};
  return load_page(std::span(&loaded, 1), "backtalk 1.2.3");
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t out = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++out;
  return out;
}

TEST(LoadPage, BeginsWithTheVerdict) {
  const std::string valid = page(Quiet{});
  EXPECT_THAT(valid, HasSubstr("<section class=\"verdict good\"><h2>Valid</h2>"));
  EXPECT_LT(valid.find("class=\"verdict"), valid.find("class=\"headline"));
  EXPECT_LT(valid.find("class=\"headline"), valid.find("class=\"chart "));
  Quiet failing;
  failing.fail(900, "reply-5xx");
  EXPECT_THAT(page(failing), HasSubstr("<section class=\"verdict bad\"><h2>FAILED</h2>"));
  EXPECT_THAT(page(failing), HasSubstr("<code>errors</code>"));
}

TEST(LoadPage, SaysWhenItWasMeasured) {
  Quiet run;
  run.url = "smtp://127.0.0.1:2525";
  run.spans = {{.begin_unix_us = 1'796'121'787'093'693, .length_ns = kSecond}};
  const std::string text = page(run);
  EXPECT_THAT(text, HasSubstr("<title>backtalk load smtp://127.0.0.1:2525, 2026-12-01 10:43 UTC</title>"));
  EXPECT_THAT(text, HasSubstr("<p class=\"when\">Measured <time datetime=\"2026-12-01T10:43:07Z\">2026-12-01 "
                              "10:43:07</time> UTC</p>"));
  // Merged of two.
  run.spans.push_back({.begin_unix_us = 1'796'121'790'000'000, .length_ns = 2 * kSecond});
  EXPECT_THAT(page(run), HasSubstr("10:43:07</time> to <time datetime=\"2026-12-01T10:43:12Z\">"));
  run.spans = {{.begin_unix_us = ~std::uint64_t{0} / 2, .length_ns = kSecond}};
  EXPECT_THAT(page(run), HasSubstr("<p class=\"when\"></p>")) << "beyond the year 9999";
  run.spans.clear();
  EXPECT_THAT(page(run), HasSubstr("<title>backtalk load smtp://127.0.0.1:2525</title>"))
      << "saved by a version that did not say";
}

TEST(LoadPage, NamesLimitsThatWereNotKept) {
  const std::string kept = page(Quiet{}, {{.text = "p99>1s", .crossed = std::nullopt}});
  EXPECT_THAT(kept, HasSubstr("<h2>Valid</h2>"));
  EXPECT_THAT(kept, HasSubstr("fail if p99&gt;1s"));
  const std::string crossed = page(Quiet{}, {{.text = "p99>1ms", .crossed = "p99 is 10.0 ms"}});
  EXPECT_THAT(crossed, HasSubstr("<section class=\"verdict bad\"><h2>CROSSED</h2>"));
  EXPECT_THAT(crossed, HasSubstr("The figures hold. Crossed: p99&gt;1ms."));
  const std::string implied = page(Quiet{}, {{.text = "invalid", .crossed = std::nullopt}});
  EXPECT_THAT(implied, Not(HasSubstr("fail if"))) << "nobody wrote it";
}

TEST(LoadPage, HasTheFiguresOfTheResultInItsElements) {
  Quiet run;
  const std::string text = page(run);
  EXPECT_THAT(text, HasSubstr("<data value=\"1000\" data-key=\"/transactions/completed\">1,000</data>"));
  EXPECT_THAT(
      text,
      HasSubstr("<data value=\"null\" data-key=\"/latency_ns/p99_9\">needs 6640 samples (has 1000)</data>"));
  EXPECT_THAT(text, HasSubstr("data-key=\"/commands/DOT/latency_ns/p50\">10.0 ms</data>"));
}

TEST(LoadPage, ThreeFailuresInAMillionAreSeen) {
  Quiet run;
  run.complete(999'997 - 1000);
  run.fail(3, "timeout");
  run.elapsed_ns = 2 * kSecond;
  run.seconds = {{.t_s = 1, .completed = 999'997, .failed = 0, .p50_ns = 10, .p99_ns = 20},
                 {.t_s = 2, .completed = 0, .failed = 3, .p50_ns = std::nullopt, .p99_ns = std::nullopt}};
  const std::string text = page(run);
  EXPECT_THAT(text, HasSubstr("0.0003 % of those that started"));
  EXPECT_THAT(text, HasSubstr("data-key=\"/errors/timeout\">3</data>"));
  EXPECT_THAT(text, HasSubstr("Failures over time"));
  EXPECT_THAT(text, HasSubstr("\"shown\":[\"0\",\"3\"]"));
}

// What a server says, what a file of somebody else has.
constexpr std::string_view kHostile = "</script><script>alert(1)</script><img src=http://evil.test/x>\"'";

TEST(LoadPage, ShowsWhateverItIsToldAsText) {
  Quiet run;
  const std::string hostile(kHostile);
  run.url = run.protocol = run.transaction = hostile;
  run.tls = {.version = hostile, .cipher = hostile, .verified = false};
  run.workload.slo = hostile;
  run.workload.stages = hostile;
  run.workload.own = {{.name = hostile, .value = hostile}};
  run.commands.front().name = hostile;
  run.commands.front().statuses = {{.name = hostile, .ok = false, .count = 1}};
  run.commands.front().classes = {{.name = hostile}, {.name = hostile}};
  run.mix = {{.name = hostile}};
  run.targets = {{.url = hostile, .errors = {{.name = hostile, .count = 1}}}, {.url = hostile}};
  run.errors = {{.name = hostile, .count = 1}};
  run.examples = {{.name = hostile,
                   .command = hostile,
                   .status = std::nullopt,
                   .text = hostile + std::string("\0\x1b\xff", 3),
                   .expected = hostile}};
  run.notes = {hostile};
  run.probe = {.command = hostile};
  const std::string text = page(run, {{.text = hostile, .crossed = hostile}});
  EXPECT_EQ(count(text, "<script"), count(page(Quiet{}), "<script")) << "no script but the page's own";
  EXPECT_EQ(count(text, "</script"), count(text, "<script"));
  EXPECT_THAT(text, Not(HasSubstr("<img")));
  EXPECT_THAT(text, Not(HasSubstr("evil.test/x>")));
  EXPECT_EQ(std::ranges::count_if(text, [](char c) { return c >= 0 && c < 0x20 && c != '\n' && c != '\t'; }),
            0);
}

TEST(LoadPage, LoadsNothingAndRunsNothingElse) {
  const std::string text = page(Quiet{});
  EXPECT_THAT(text,
              HasSubstr("http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
                        "'sha256-"));
  EXPECT_THAT(text, Not(HasSubstr("unsafe-inline")));
  EXPECT_THAT(text, Not(HasSubstr(" src=")));
  EXPECT_THAT(text, Not(HasSubstr("<link")));
  EXPECT_THAT(text, Not(HasSubstr("url(")));
  EXPECT_THAT(text, Not(HasSubstr(" style="))) << "the policy forbids it";
}

TEST(LoadPage, OfARunInWhichNothingHappened) {
  result::RunResult nothing;
  nothing.url = "smtp://127.0.0.1:1";
  nothing.protocol = "smtp";
  nothing.transaction = "message";
  const std::string text = page(nothing);
  EXPECT_THAT(text, HasSubstr("<h2>FAILED</h2>"));
  EXPECT_THAT(text, HasSubstr("data-key=\"/transactions/completed\">0</data>"));
  EXPECT_THAT(text, Not(HasSubstr("nan")));
  EXPECT_THAT(text, Not(HasSubstr("inf ")));
}

TEST(LoadPage, OfOneMessage) {
  Quiet run;
  run.measured = {};
  run.latency.reset();
  run.service.reset();
  run.complete(1);
  run.seconds = {
      {.t_s = 1, .completed = 1, .failed = 0, .p50_ns = 10 * kMillisecond, .p99_ns = std::nullopt}};
  const std::string text = page(run);
  EXPECT_THAT(text, HasSubstr("class=\"chart percentiles\""));
  EXPECT_THAT(text, HasSubstr("class=\"chart rate\""));
  EXPECT_THAT(text, HasSubstr("h0\"/>")) << "a lone point is a dot";
  EXPECT_THAT(text, Not(HasSubstr("nan")));
}

TEST(LoadPage, IsSmallAfterAHundredMillionMessagesAndAWeek) {
  Quiet run;
  constexpr std::uint64_t kWeekS = 604'800;
  run.elapsed_ns = kWeekS * kSecond;
  for (std::uint64_t i = 1; i <= kWeekS; ++i)
    run.seconds.push_back(
        {.t_s = i, .completed = 165, .failed = i % 7 == 0 ? 1U : 0U, .p50_ns = i, .p99_ns = i + 9});
  // Every bucket that a latency of up to a minute can have.
  for (std::uint64_t ns = 1000; ns < 60 * kSecond; ns += 1 + ns / 1000) run.complete(10'000, ns);
  ASSERT_GT(run.measured.completed, 100'000'000U);
  run.fail(kWeekS / 7, "timeout");
  EXPECT_LT(page(run).size(), kUsualMax);
}

TEST(LoadPage, IsBoundedWhateverTheResultHas) {
  Quiet run;
  const std::string long_text(10'000, '<');
  run.url = long_text;
  for (int i = 0; i < 300; ++i) {
    run.errors.push_back({.name = long_text, .count = 1});
    run.examples.push_back({.name = "x", .command = std::nullopt, .status = std::nullopt, .text = "y"});
    run.notes.emplace_back("note");
    run.targets.push_back({.url = "smtp://127.0.0.1"});
  }
  const std::string text = page(run);
  EXPECT_LT(text.size(), kMost);
  EXPECT_THAT(text, HasSubstr("and 200 more: see --json"));
}

TEST(LoadPage, ASecondInAThousandYearsIsNotDrawn) {
  Quiet run;
  run.seconds = {{.t_s = 1, .completed = 1000, .failed = 0, .p50_ns = 10, .p99_ns = 20},
                 {.t_s = 31'557'600'000, .completed = 0, .failed = 0, .p50_ns = 0, .p99_ns = 0}};
  EXPECT_LT(page(run).size(), kUsualMax);
}

TEST(LoadPage, DrawsTheSeriesAndJoinsItsPoints) {
  Quiet run;
  run.elapsed_ns = 1000 * kSecond;
  run.series.width_ns = kSecond;
  run.series.points.resize(1000);
  for (stats::SeriesPoint& one : run.series.points) {
    one.completed = 10;
    one.p50_ns = one.max_ns = kMillisecond;
  }
  run.series.points[501].failed = 1;
  run.series.points[502].p50_ns = 9 * kMillisecond;
  const std::string text = page(run);
  EXPECT_THAT(text, HasSubstr("Messages that completed in each 4 s of the run"));
  EXPECT_THAT(text, HasSubstr("<td>504 s</td><td>40</td><td>10/s</td><td>1</td><td>9.00 ms</td><td>–</td>"));
  EXPECT_EQ(count(text, "<tr><td>"), 250U);
}

TEST(LoadPage, JoinsTheSecondsOfAResultThatHasNoSeries) {
  Quiet run;
  run.elapsed_ns = 999 * kSecond + kSecond / 2;
  for (std::uint64_t i = 1; i <= 1000; ++i) {
    if (i == 500) continue;  // nothing ended in it
    run.seconds.push_back({.t_s = i,
                           .completed = 10,
                           .failed = i == 502 ? 1U : 0U,
                           .p50_ns = (i == 503 ? 9 : 1) * kMillisecond,
                           .p99_ns = std::nullopt});
  }
  const std::string text = page(run);
  EXPECT_THAT(text, HasSubstr("<td>500 s</td><td>30</td><td>7.5/s</td><td>0</td><td>1.00 ms</td><td>–</td>"));
  EXPECT_THAT(text, HasSubstr("<td>504 s</td><td>40</td><td>10/s</td><td>1</td><td>9.00 ms</td><td>–</td>"));
  EXPECT_EQ(count(text, "<tr><td>"), 250U);
  EXPECT_THAT(text, HasSubstr("stands for 4 spans of the result"));
}

TEST(LoadPage, SaysThatPercentilesOfJoinedPointsAreTheLargest) {
  Quiet run;
  run.series.width_ns = kSecond;
  run.series.points.resize(600);
  for (stats::SeriesPoint& one : run.series.points)
    one.completed = one.p50_ns.emplace(kMillisecond) / kMillisecond;
  run.elapsed_ns = 600 * kSecond;
  const std::string joined = page(run);
  EXPECT_THAT(joined, HasSubstr("stands for 2 spans of the result, and shows the largest"));
  EXPECT_THAT(joined, HasSubstr(">largest p50</th>"));
  run.series.points.resize(300);
  run.elapsed_ns = 300 * kSecond;
  const std::string whole = page(run);
  EXPECT_THAT(whole, Not(HasSubstr("largest")));
  EXPECT_THAT(whole, HasSubstr(">p50</th>"));
}

TEST(LoadPage, HasNoQueryOfAUrl) {
  Quiet run;
  run.url = "http://127.0.0.1:80/?api_key=QSECRET";
  run.targets = {{.url = run.url}, {.url = run.url}};
  const std::string text = page(run);
  EXPECT_THAT(text, Not(HasSubstr("QSECRET")));
  EXPECT_THAT(text, HasSubstr("http://127.0.0.1:80/?…"));
}

TEST(LoadPage, ShowsALongCommandWhole) {
  Quiet run;
  run.workload.own = {{.name = "from", .value = std::string(5000, 'x') + "@end"}};
  EXPECT_THAT(page(run), HasSubstr("x@end</pre>"));
}

TEST(LoadPage, AFileWithoutRatesThatCanBeDrawn) {
  Quiet run;
  run.seconds = {{.t_s = 1, .completed = 1000, .failed = 0, .p50_ns = 10, .p99_ns = 20}};
  for (const double rate : {1.7e308, 5e-324}) {
    run.workload.rate = rate;
    EXPECT_THAT(page(run), HasSubstr("class=\"chart rate\""));
  }
}

TEST(LoadPage, AStageOfWhichNothingCompletedHasNoDistribution) {
  Quiet run;
  run.mix = {{.name = "quit", .weight = 1}};
  EXPECT_THAT(page(run), HasSubstr(">distribution</th></tr>"));
}

TEST(LoadPage, SeveralResultsAreBehindATable) {
  const Quiet run;
  const result::Verdict verdict = report::judge(run);
  const std::vector<Loaded> all{{.result = run, .verdict = verdict, .limits = {}, .file = "before.json"},
                                {.result = run, .verdict = verdict, .limits = {}, .file = "after.json"}};
  const std::string text = load_page(all, "backtalk 1.2.3");
  EXPECT_THAT(text, HasSubstr("<a href=\"#result-2\">after.json</a>"));
  EXPECT_EQ(count(text, "<article class=\"result\""), 2U);
  EXPECT_EQ(count(text, "<h2>Valid</h2>"), 2U);
}

}  // namespace
}  // namespace backtalk::html
