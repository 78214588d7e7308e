// SPDX-License-Identifier: Apache-2.0 OR MIT
// What is saved is read back.
#include "result/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <random>

#include "results.hpp"
#include "session/auth_exchange.hpp"

namespace backtalk::result {
namespace {

const Verdict kNone;

RunResult read(const std::string& text) {
  auto out = from_json(text);
  if (const auto* problem = std::get_if<std::string>(&out)) {
    ADD_FAILURE() << *problem;
    return {};
  }
  return std::get<RunResult>(std::move(out));
}

void expect_round_trip(const RunResult& result) {
  const std::string text = to_json(result, kNone);
  EXPECT_TRUE(read(text) == result) << text;
  EXPECT_EQ(to_json(read(text), kNone), text);
}

// Of three ranks, one of which was lost.
RunResult shared_result() {
  RunResult out = closed_result();
  out.ranks = Ranks{.of = 3,
                    .parts = {{.rank = 0,
                               .host = "a",
                               .begun_after_ns = 250,
                               .clock_error_ns = 0,
                               .started = out.measured.started,
                               .completed = out.measured.completed,
                               .failed = out.measured.failed,
                               .unfinished = out.measured.unfinished},
                              {.rank = 2, .host = "c", .begun_after_ns = 0, .clock_error_ns = 90}},
                    .lost = {{.rank = 1, .host = "b", .why = "it was killed"}}};
  return out;
}

TEST(Json, TheRanksOfARunAreReadBack) {
  expect_round_trip(shared_result());
  RunResult part = closed_result();
  part.ranks = Ranks{.of = 4, .parts = {shared_result().ranks->parts.front()}, .lost = {}};
  expect_round_trip(part);
}

TEST(Json, WhatRanksHaveCountedAddsUp) {
  for (const auto count :
       {&RankPart::started, &RankPart::completed, &RankPart::failed, &RankPart::unfinished}) {
    for (const std::uint64_t more : {std::uint64_t{1}, std::uint64_t{1'000'000'000}, ~std::uint64_t{0}}) {
      RunResult wrong = shared_result();
      wrong.ranks->parts.back().*count = more;
      const auto read = from_json(to_json(wrong, kNone));
      ASSERT_TRUE(std::holds_alternative<std::string>(read));
      EXPECT_THAT(std::get<std::string>(read), testing::HasSubstr("`ranks.parts`"));
    }
  }
  for (const std::uint64_t of : {std::uint64_t{0}, std::uint64_t{65'536}}) {
    RunResult of_none = empty_result();
    of_none.ranks = Ranks{.of = of, .parts = {}, .lost = {}};
    EXPECT_TRUE(std::holds_alternative<std::string>(from_json(to_json(of_none, kNone)))) << of;
  }
}

TEST(Json, ARankThatIsThereTwiceIsRefused) {
  RunResult twice = shared_result();
  twice.ranks->lost.front().rank = 2;
  const auto read = from_json(to_json(twice, kNone));
  ASSERT_TRUE(std::holds_alternative<std::string>(read));
  EXPECT_THAT(std::get<std::string>(read), testing::HasSubstr("`ranks.lost[].rank`"));
}

TEST(Json, ResultsOfEveryKindAreReadBack) {
  expect_round_trip(empty_result());
  expect_round_trip(closed_result());
  expect_round_trip(open_result(333.333333));
  expect_round_trip(partly_open_result());
  expect_round_trip(open_result(1e-6, std::numeric_limits<std::uint64_t>::max()));
  expect_round_trip(huge_result());
  expect_round_trip(staged_result());
}

TEST(Json, WhatTlsHasAgreedOnIsReadBack) {
  RunResult result = closed_result();
  result.tls = Tls{.version = "TLSv1.3", .cipher = "TLS_AES_256_GCM_SHA384", .verified = true};
  expect_round_trip(result);
}

TEST(Json, UnknownPercentilesAreReadBack) {
  RunResult result = closed_result();
  result.seconds[0].p50_ns.reset();
  result.workload.rate = 1;
  expect_round_trip(result);
}

// Decimals of every length, as the shares and times of real runs have them.
TEST(Json, TimesAndSharesAreReadBackExactly) {
  std::mt19937_64 random(1);
  RunResult result = closed_result();
  for (int i = 0; i < 300; ++i) {
    result.elapsed_ns = random() >> (14U + random() % 40U);
    result.client.cpu_ns = random() >> (14U + random() % 40U);
    result.client.busy_max = static_cast<double>(random() % 1'000'000'000) / 1e9;
    result.workload.rate = static_cast<double>(1 + random() % 10'000'000'000'000) / 1e6;
    expect_round_trip(result);
  }
}

TEST(Json, TheVerdictIsWrittenButNotRead) {
  Verdict verdict;
  verdict.reasons.push_back(
      {.code = "generator-bound", .sentence = "it was busy", .fails = false, .evidence = {{"busy", 0.95}}});
  verdict.notes = {"mind the gap"};
  const std::string text = to_json(closed_result(), verdict);
  const auto json = boost::json::parse(text).as_object();
  EXPECT_EQ(json.at("verdict"), boost::json::parse(R"({"valid":false,"reasons":[
      {"code":"generator-bound","sentence":"it was busy","evidence":{"busy":0.95}}]})"));
  EXPECT_EQ(json.at("client").at("saturated"), true);
  EXPECT_EQ(json.at("client").at("saturated_reason"), "it was busy");
  EXPECT_EQ(json.at("notes"), boost::json::parse(R"(["mind the gap"])"));
  EXPECT_TRUE(read(text) == closed_result());
}

TEST(Json, OctetsAreWrittenAsCharacters) {
  RunResult result = closed_result();
  result.examples[0].text = "\xff\x80";
  EXPECT_THAT(to_json(result, kNone), testing::HasSubstr("\"text\":\"\u00ff\u0080\""));
}

TEST(Json, OctetsAreShownAroundTheOffset) {
  RunResult result = closed_result();
  result.examples[0].text = "250 Ok\n";
  result.examples[0].offset = 118;
  result.examples[0].text_offset = 112;
  const auto examples = [](const RunResult& from) {
    return boost::json::parse(to_json(from, kNone)).at("examples").as_array();
  };
  EXPECT_EQ(examples(result)[0].at("text_offset"), 112);
  EXPECT_EQ(
      examples(result)[0].at("hexdump"),
      boost::json::parse(R"(["00000070  32 35 30 20 4f 6b>0a                              |250 Ok.|"])"));
  EXPECT_TRUE(examples(result)[1].at("hexdump").is_null()) << "no octets";
  result.examples[0].text = session::kNotShown;
  EXPECT_TRUE(examples(result)[0].at("hexdump").is_null()) << "they are not the server's";
}

TEST(Json, UnknownKeysAreSkipped) {
  auto json = boost::json::parse(to_json(closed_result(), kNone)).as_object();
  json["of a later version"] = {{"x", 1}};
  json["bytes"].as_object()["of a later version"] = 5;
  EXPECT_TRUE(read(boost::json::serialize(json)) == closed_result());
}

}  // namespace
}  // namespace backtalk::result
