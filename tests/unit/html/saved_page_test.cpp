// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/saved_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace backtalk::html {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string page(std::string_view text) {
  auto read = saved_page(text, "backtalk 1.2.3");
  if (const auto* problem = std::get_if<std::string>(&read)) return "refused: " + *problem;
  return std::get<Page>(std::move(read)).html;
}

// Every `%` becomes this.
std::string with(std::string_view text, std::string_view replacement) {
  std::string out;
  for (const char c : text) out.append(c == '%' ? replacement : std::string_view(&c, 1));
  return out;
}

TEST(SavedPage, KnowsTheKindOfAFile) {
  EXPECT_EQ(schema_of(R"({"schema":"backtalk.compare/1","method":"rounds"})"), "backtalk.compare/1");
  EXPECT_EQ(schema_of("{\n  \"schema\" : \"backtalk.load/1\"}"), "backtalk.load/1");
  EXPECT_EQ(schema_of(R"({"other":1})"), "");
  EXPECT_EQ(schema_of(R"({"a":[")" + std::string(1000, 'x') + R"("],"schema":"backtalk.sweep/1"})"),
            "backtalk.sweep/1")
      << "jq -S puts it elsewhere";
  EXPECT_EQ(schema_of(R"({"a":{"schema":"backtalk.sweep/1"}})"), "");
  EXPECT_EQ(schema_of(R"({"schema)"), "");
  EXPECT_EQ(schema_of(""), "");
}

TEST(SavedPage, ShowsAComparisonAsAForestPlot) {
  const std::string text =
      page(R"({"schema":"backtalk.compare/1","rounds":10,"sides":[{"name":"A"},{"name":"B"}],
    "metrics":[{"metric":"p99_ns","a":"A","b":"B","ratio":0.9,"low":0.85,"high":0.95,"verdict":"b-lower"},
               {"metric":"per_s","a":"A","b":"B","ratio":1.01,"low":null,"high":null,"verdict":"no-difference-shown",
                "resolution":0.04}],"verdict":{"valid":true,"reasons":[]}})");
  EXPECT_THAT(text, HasSubstr("<h1>A and B</h1>"));
  EXPECT_THAT(text, HasSubstr("<h2>Different</h2><p>Shown: lower p99 of B.</p>"));
  EXPECT_THAT(text, HasSubstr("<data value=\"0.9\" data-key=\"/metrics/0/ratio\">-10.0 %</data>"));
  EXPECT_THAT(text, HasSubstr("class=\"interval\""));
  EXPECT_THAT(text, HasSubstr("no difference shown (it would take 4.0 % or more)"));
  EXPECT_THAT(text, HasSubstr("<data value=\"null\" data-key=\"/metrics/1/low\">–</data>"));
}

TEST(SavedPage, ShowsTheTrailOfASearch) {
  const std::string text = page(R"({"schema":"backtalk.find-rate/1","goal":"p99<20ms","rate_per_s":400,
    "verdict":{"valid":true,"doubt":null},"steps":[
    {"rate_per_s":100,"completed_per_s":100,"kept":true,"judged":true,"goal":[{"rule":"p99<20ms","shown":"1 ms"}]},
    {"rate_per_s":800,"completed_per_s":500,"kept":false,"judged":true,"reasons":["rate-not-reached"]},
    {"rate_per_s":400,"completed_per_s":400,"kept":true,"judged":true,"confirms":true}]})");
  EXPECT_THAT(text, HasSubstr("<h2>400/s</h2><p>The highest rate that keeps p99&lt;20ms.</p>"));
  EXPECT_THAT(text, HasSubstr("class=\"dots good\""));
  EXPECT_THAT(text, HasSubstr("class=\"dots bad\""));
  EXPECT_THAT(text, HasSubstr("<td>confirmed</td>"));
  EXPECT_THAT(text, HasSubstr("rate-not-reached"));
}

TEST(SavedPage, ShowsSweepsAndRepeats) {
  EXPECT_THAT(page(R"({"schema":"backtalk.sweep/1","sentence":"-p 2 is enough","verdict":{"valid":true},
    "rows":[{"pipeline":1,"per_s":100,"p50_ns":2000000000,"holds":true}],
    "chart":{"x":{"name":"-p","values":[1,2]},"series":[{"name":"throughput","unit":"1/s","y":[100,180],
    "low":[90,null],"high":[110,null]},{"name":"p50","unit":"ns","y":[2000000000,null],"low":[],"high":[]}]}})"),
              testing::AllOf(HasSubstr("-p 2 is enough"), HasSubstr("class=\"chart sweep-rate\""),
                             HasSubstr("data-key=\"/rows/0/p50_ns\">2.00 s</data>")));
  EXPECT_THAT(
      page(R"({"schema":"backtalk.repeat/1","summary":{"per_s":{"runs":3,"median":5,"min":4,"max":null}},
    "slo":[{"rule":"p99<1s","met":false,"missed_runs":2}],"results":[{"verdict":{"valid":true}}]})"),
      testing::AllOf(HasSubstr("data-key=\"/summary/per_s/median\">5/s</data>"),
                     HasSubstr("✗ missed by 2 runs")));
}

// The sentence, the row and the charts name the same step.
TEST(SavedPage, ASweepMarksTheStepAtWhichItsGainEnds) {
  const std::string_view rows =
      R"("rows":[{"pipeline":1,"rate_per_s":null,"per_s":100,"p50_ns":1000000,"p99_ns":null,
    "intervals":{"p50_ns":[900000,1100000]}},{"pipeline":2,"rate_per_s":null,"per_s":180,"p50_ns":2000000,
    "intervals":{"p50_ns":[1000000,9000000]}},{"pipeline":4,"rate_per_s":null,"per_s":181}],
    "chart":{"x":{"name":"-p","values":[1,2,4]},"series":[{"name":"per second","unit":"1/s","y":[100,180,181]}]}})";
  const std::string ended =
      page(R"({"schema":"backtalk.sweep/1","gain_ends_at":2,"gain_ends_at_rate_per_s":null,
        "gain_has_ended":true,)" +
           std::string(rows));
  EXPECT_THAT(ended, HasSubstr("<tr class=\"chosen\"><th scope=\"row\" class=\"n\">2</th>"));
  EXPECT_THAT(ended, HasSubstr("<td>◀\u00a0gain\u00a0ends</td>"));
  EXPECT_THAT(ended, HasSubstr("The gain ends at the first step beyond which none has 5 % more"));
  EXPECT_THAT(ended, HasSubstr("<path class=\"mark\" d=\"M500.0 0v240\"/>"));
  EXPECT_THAT(ended, HasSubstr("<li class=\"mark\">the gain ends at -p 2</li>"));
  EXPECT_THAT(ended, HasSubstr("(900 us to 1.10 ms)"));
  EXPECT_THAT(ended, HasSubstr("2.00 ms</data><span class=\"small\"> (unsteady)</span>"));
  EXPECT_THAT(ended, HasSubstr("data-key=\"/rows/0/p99_ns\">needs 662 samples</data>"));
  const std::string open =
      page(R"({"schema":"backtalk.sweep/1","gain_ends_at":4,"gain_ends_at_rate_per_s":null,
        "gain_has_ended":false,)" +
           std::string(rows));
  EXPECT_THAT(open, Not(HasSubstr("class=\"chosen\""))) << "that is no event";
  EXPECT_THAT(open, Not(HasSubstr("class=\"mark\"")));
  const std::string unknown =
      page(R"({"schema":"backtalk.sweep/1","gain_ends_at":null,"gain_ends_at_rate_per_s":null,)" +
           std::string(rows));
  EXPECT_THAT(unknown, Not(HasSubstr("class=\"chosen\"")));
  EXPECT_THAT(unknown, Not(HasSubstr("class=\"mark\"")));
}

TEST(SavedPage, ASweepOverRatesEndsAtTheHighestThatHolds) {
  const std::string text =
      page(R"({"schema":"backtalk.sweep/1","gain_ends_at":1,"gain_ends_at_rate_per_s":3000,
    "gain_has_ended":true,"sentence":"the gain ends at -r 3000: 3000/s","rows":[
    {"pipeline":1,"rate_per_s":3000,"holds":true},{"pipeline":1,"rate_per_s":5000,"holds":true}],
    "verdict":{"valid":false,"reasons":[{"code":"unstable","pipeline":1,"rate_per_s":5000,"sentence":"it drifts"}]},
    "chart":{"x":{"name":"-r","values":[3000,5000]},"series":[{"name":"per second","unit":"1/s","y":[3000,4000]}]}})");
  EXPECT_THAT(text, HasSubstr("The gain ends at the highest rate that holds."));
  EXPECT_THAT(text, HasSubstr("<p>The gain ends at -r 3000: 3000/s.</p>"));
  EXPECT_THAT(text, HasSubstr("<li class=\"mark\">the gain ends at -p 1 -r 3000</li>"));
  EXPECT_THAT(text, HasSubstr("<li>-r 5000: <code>unstable</code> it drifts</li>"));
  EXPECT_THAT(text, HasSubstr("<td>✓</td><td>◀\u00a0gain\u00a0ends</td>"));
  EXPECT_THAT(text, HasSubstr("<td>✗ unstable</td>"));
}

TEST(SavedPage, ASearchWithoutARateNamesTheHighestThatWasKept) {
  const std::string text = page(R"({"schema":"backtalk.find-rate/1","goal":"p99<20ms","rate_per_s":null,
    "kept_per_s":8000,"verdict":{"valid":false,"doubt":null},"steps":[
    {"rate_per_s":8000,"kept":true,"judged":true,"confirms":false},
    {"rate_per_s":16000,"kept":false,"judged":false,"confirms":false},
    {"rate_per_s":8000,"kept":false,"judged":true,"confirms":true}]})");
  EXPECT_THAT(text, HasSubstr("<h2>No rate confirmed</h2><p>No rate was confirmed that keeps p99&lt;20ms. "
                              "The highest that kept it in one step is 8,000/s.</p>"));
  EXPECT_THAT(text, HasSubstr("<td>not judged</td>"));
  EXPECT_THAT(text, HasSubstr("<td>unconfirmed</td>"));
}

TEST(SavedPage, AnInvalidComparisonHasNoEmptyTable) {
  const std::string text =
      page(R"({"schema":"backtalk.compare/1","rounds":2,"sides":[{"name":"A","url":"smtp://a:25"},
    {"name":"B","url":"smtp://b:25"}],"metrics":[],"verdict":{"valid":false,"reasons":[]}})");
  EXPECT_THAT(text, HasSubstr("<p class=\"load\">2 rounds; A: smtp://a:25, B: smtp://b:25</p>"));
  EXPECT_THAT(text, HasSubstr("This comparison gives no verdict."));
  EXPECT_THAT(text, Not(HasSubstr("class=\"forest\"")));
}

TEST(SavedPage, LoadsThatAreNotValidNameTheFirstReason) {
  const std::string text = page(R"({"schema":"backtalk.joint/1","met":false,"valid":false,"steps":[
    {"at":0.5,"required":true,"verdict":{"valid":false,"reasons":[{"code":"errors","sentence":"mail: too many"}]},
     "sides":[{"name":"mail","result":{"target":{"url":"smtp://a:25"}}}]}]})");
  EXPECT_THAT(text, HasSubstr("Do not rely on these figures. At 50 %: mail: too many."));
  EXPECT_THAT(text, HasSubstr("mail<br><span class=\"small\">smtp://a:25</span>"));
}

TEST(SavedPage, ShowsEveryFigureOfARepeatWhoseUnitItKnows) {
  EXPECT_THAT(page(R"({"schema":"backtalk.repeat/1","summary":{"delivery_p99_ns":{"runs":3,"median":1000000},
    "later_ns":{"runs":3,"median":2000000},"other":{"runs":3,"median":5}},"results":[]})"),
              testing::AllOf(HasSubstr("delivery p99"),
                             HasSubstr("data-key=\"/summary/delivery_p99_ns/median\">1.00 ms</data>"),
                             HasSubstr("data-key=\"/summary/later_ns/median\">2.00 ms</data>"),
                             Not(HasSubstr("/summary/other"))));
}

TEST(SavedPage, ShowsLoadsBesideEachOtherAtEachShare) {
  const std::string text = page(R"({"schema":"backtalk.joint/1","met":false,"valid":true,"steps":[
    {"at":0.5,"required":true,"slo":[{"side":"mail","rule":"p99<1s","met":true,"measured":5,"shown":"5 ns"}],
     "verdict":{"valid":true,"reasons":[]},"sides":[{"name":"mail","result":{"target":{"url":"smtp://a:25"},
     "workload":{"rate_per_s":50},"transactions":{"completed":500,"per_s":49.5,"failed":1},
     "latency_ns":{"p50":1000000,"p99":2000000},"verdict":{"valid":true,"reasons":[]}}}]},
    {"at":1.2,"required":false,"slo":[{"side":"mail","rule":"p99<1s","met":false,"judged":true,"measured":2000000000,
     "shown":"2 s"},{"side":"mail","rule":"p50<1s","met":false,"judged":false,"measured":null,"shown":"3 messages"}],
     "verdict":{"valid":false,"reasons":[{"code":"errors","sentence":"mail: too many"}]},
     "sides":[{"name":"mail","result":{"latency_ns":{"p50":3000000,"p99":null},"verdict":{"valid":false,
     "reasons":[{"code":"errors"}]}}}]}]})");
  EXPECT_THAT(text, HasSubstr("<h1>mail</h1><p class=\"load\">at 50 % and (120 %) of its rate</p>"));
  EXPECT_THAT(text, HasSubstr("<h2>MISSED</h2>"));
  EXPECT_THAT(text, Not(HasSubstr("At (120 %)"))) << "that share is not required";
  EXPECT_THAT(text, HasSubstr("✗ MISSED"));
  EXPECT_THAT(text, HasSubstr("✗ NOT JUDGED"));
  EXPECT_THAT(text, HasSubstr("data-key=\"/steps/0/sides/0/result/transactions/per_s\">49.5/s</data>"));
  EXPECT_THAT(text,
              HasSubstr("data-key=\"/steps/1/sides/0/result/latency_ns/p99\">needs 662 samples</data>"));
  EXPECT_THAT(text, HasSubstr("class=\"chart joint-p50\""));
  EXPECT_THAT(text, HasSubstr("<li>at (120 %): <code>errors</code> mail: too many</li>"));
}

TEST(SavedPage, ARuleOfAnOlderFileWasJudged) {
  const std::string text = page(R"({"schema":"backtalk.joint/1","met":false,"valid":true,"steps":[
    {"at":1,"required":true,"slo":[{"side":"mail","rule":"p99<1s","met":false,"measured":2000000000,
     "shown":"2 s"}],"verdict":{"valid":true,"reasons":[]},"sides":[]}]})");
  EXPECT_THAT(text, HasSubstr("✗ MISSED"));
  EXPECT_THAT(text, Not(HasSubstr("NOT JUDGED")));
}

TEST(SavedPage, SaysWhenTheFirstAndTheLastRunWereMeasured) {
  const std::string spans = R"({"spans":[{"begin_unix_us":1796121787093693,"length_s":2}]})";
  const std::string later = R"({"spans":[{"begin_unix_us":1796121887093693,"length_s":2.5}]})";
  for (const std::string& file :
       {R"({"schema":"backtalk.repeat/1","results":[)" + later + "," + spans + "]}",
        R"({"schema":"backtalk.sweep/1","rows":[],"results":[)" + spans + "," + later + "]}",
        R"({"schema":"backtalk.find-rate/1","steps":[{"result":)" + spans + R"(},{"result":)" + later + "}]}",
        R"({"schema":"backtalk.compare/1","metrics":[],"sides":[{"results":[)" + spans +
            R"(]},{"results":[)" + later + "]}]}",
        R"({"schema":"backtalk.joint/1","steps":[{"sides":[{"result":)" + spans + R"(},{"result":)" + later +
            "}]}]}"})
    EXPECT_THAT(page(file), testing::AllOf(HasSubstr(", 2026-12-01 10:43 UTC</title>"),
                                           HasSubstr("2026-12-01 10:43:07</time> to <time "
                                                     "datetime=\"2026-12-01T10:44:49Z\">")));
  EXPECT_THAT(page(R"({"schema":"backtalk.repeat/1","results":[{"spans":[{"begin_unix_us":-1,"length_s":1},
    {"begin_unix_us":1e300},{"begin_unix_us":5.5},{"begin_unix_us":1796121787093693,"length_s":-1}]}]})"),
              HasSubstr("<p class=\"when\"></p>"));
}

TEST(SavedPage, HasNoQueryOfAUrl) {
  const std::string target = R"("target":{"url":"http://a/?key=QSECRET"})";
  for (
      const std::string& file :
      {R"({"schema":"backtalk.repeat/1","results":[],)" + target + "}",
       R"({"schema":"backtalk.sweep/1","rows":[],)" + target + "}",
       R"({"schema":"backtalk.find-rate/1","steps":[],)" + target + "}",
       R"({"schema":"backtalk.joint/1","steps":[{"sides":[{"result":{)" + target + "}}]}]}",
       std::string(
           R"({"schema":"backtalk.compare/1","metrics":[],"sides":[{"name":"A","url":"http://a/?QSECRET"}]})")})
    EXPECT_THAT(page(file), testing::AllOf(HasSubstr("http://a/?…"), Not(HasSubstr("QSECRET"))));
}

// Whatever the file has at whichever place is text in the page, or nothing.
TEST(SavedPage, TrustsNoFile) {
  constexpr std::string_view kText = R"("</script><script>alert(1)</script>")";
  for (const std::string_view value :
       {kText, std::string_view("1e999"), std::string_view("1.7e308"), std::string_view("5e-324"),
        std::string_view("-1"), std::string_view("null"), std::string_view("[[]]"), std::string_view("{}"),
        std::string_view("true")}) {
    for (
        const std::string_view file :
        {R"({"schema":"backtalk.compare/1","rounds":%,"sides":[{"name":%,"url":%,"results":%},%],"notes":[%],
             "not_compared":[{"sentence":%}],"metrics":[%,{"metric":%,"a":%,"b":%,"ratio":%,"low":%,"high":%,
             "verdict":%,"resolution":%}],"verdict":{"valid":%,"reasons":[{"code":%,"sentence":%}]}})",
         R"({"schema":"backtalk.find-rate/1","goal":%,"rate_per_s":%,"target":{"url":%},"problem":{"sentence":%},
             "verdict":{"valid":%,"doubt":%},"steps":[%,{"rate_per_s":%,"completed_per_s":%,"kept":%,"judged":%,
             "confirms":%,"reasons":[%],"goal":[{"rule":%,"shown":%}]}]})",
         R"({"schema":"backtalk.sweep/1","sentence":%,"target":{"url":%},"verdict":%,"rows":[%,{"pipeline":%,
             "per_s":%,"p50_ns":%,"holds":%}],"chart":{"x":{"name":%,"values":[%,1]},"series":[%,{"name":%,
             "unit":"ns","pipeline":%,"y":[%,2],"low":%,"high":[%]},{"unit":"1/s","y":[%,%,%]}]}})",
         R"({"schema":"backtalk.repeat/1","counted":%,"target":{"url":%},"summary":{"per_s":{"runs":%,"median":%}},
             "slo":[{"rule":%,"met":%,"missed_runs":%}],"results":[%,{"transactions":%,"verdict":{"valid":%}}]})",
         R"({"schema":"backtalk.joint/1","met":%,"valid":%,"interrupted":%,"problem":{"at":%,"sentence":%},"steps":[%,
             {"at":%,"required":%,"slo":[%,{"side":%,"rule":%,"met":%,"judged":%,"measured":%,"shown":%}],
             "verdict":{"valid":%,"reasons":[%,{"code":%,"sentence":%}]},"sides":[%,{"name":%,"result":%},
             {"name":%,"result":{"target":{"url":%},"workload":{"rate_per_s":%},"transactions":{"per_s":%,"failed":%},
             "latency_ns":{"p50":%,"p99":%},"verdict":{"valid":%,"reasons":[{"code":%}]}}}]}]})"}) {
      const std::string text = page(with(file, value));
      EXPECT_THAT(text, Not(HasSubstr("<script>alert")));
      EXPECT_THAT(text, Not(HasSubstr("nan")));
      EXPECT_TRUE(text.starts_with("<!DOCTYPE html>") || value == "1e999") << text;
    }
  }
}

TEST(SavedPage, SaysWhatIsWrong) {
  EXPECT_EQ(page("{"), "refused: not JSON: incomplete JSON");
  EXPECT_THAT(page(R"({"schema":"backtalk.fill/1"})"), HasSubstr("refused: its `schema` is none of"));
  EXPECT_THAT(page("[]"), HasSubstr("refused: its `schema` is none of"));
  EXPECT_EQ(page(R"({"schema":"backtalk.compare/1"})"), "refused: `metrics`: an array is expected");
  EXPECT_EQ(page(R"({"schema":"backtalk.joint/1"})"), "refused: `steps`: an array is expected");
  EXPECT_THAT(page(std::string(100, '[')), HasSubstr("refused: not JSON")) << "too deep";
}

TEST(SavedPage, IsBoundedWhateverTheFileHas) {
  std::string metrics;
  for (int i = 0; i < 20'000; ++i) metrics += R"({"metric":"p50_ns","ratio":1.5,"low":1,"high":2},)";
  const std::string text = page(R"({"schema":"backtalk.compare/1","metrics":[)" + metrics + "1]}");
  EXPECT_TRUE(text.starts_with("<!DOCTYPE html>"));
  EXPECT_LT(text.size(), 400'000U);
}

TEST(SavedPage, IsBoundedWhateverASweepHas) {
  std::string values;
  for (int i = 0; i < 1000; ++i) values += "123,";
  std::string series;
  for (int i = 0; i < 200; ++i)
    series += R"({"name":")" + std::string(5000, 'n') + R"(","unit":"ns","y":[)" + values + "1]},";
  const std::string text =
      page(R"({"schema":"backtalk.sweep/1","rows":[],"chart":{"x":{"name":")" + std::string(5000, 'n') +
           R"(","values":[)" + values + R"(1]},"series":[)" + series + "1]}}");
  EXPECT_THAT(text, HasSubstr("class=\"chart sweep-latency\""));
  EXPECT_LT(text.size(), 400'000U);
}

TEST(SavedPage, ALargeFileIsRefused) {
  EXPECT_THAT(page(std::string(kSavedOctetsMax + 1, ' ')), HasSubstr("and 32 MiB are the limit"));
}

}  // namespace
}  // namespace backtalk::html
