// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "calibrate/calibration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>

namespace backtalk::calibrate {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kNow = 1'800'000'000;
constexpr std::int64_t kDay = 86'400;

Machine machine() {
  return {.host = "bench", .processor = "A Processor", .cores = 4, .kernel = "6.1.0"};
}

result::RunResult run_of(std::uint64_t latency_ns) {
  result::RunResult out;
  out.protocol = "smtp";
  out.workload.pipeline = 1;
  out.workload.own = {
      {.name = "from", .value = "a@x"},  {.name = "to", .value = std::vector<std::string>{"b@y"}},
      {.name = "data", .value = "data"}, {.name = "size", .value = std::uint64_t{1024}},
      {.name = "message", .value = {}},  {.name = "insecure", .value = false}};
  out.elapsed_ns = 1'000'000'000;
  out.measured = {.started = 1000, .completed = 1000};
  out.latency.record_n(latency_ns, 1000);
  out.client.cpu_ns = 5'000'000;
  return out;
}

Calibration calibrated() {
  return {
      .machine = machine(), .at_s = kNow - 3 * kDay, .version = "0.1.0", .rows = {row_of(run_of(50'000))}};
}

std::optional<result::Floor> floor_in(const result::RunResult& result, const Calibration& calibration) {
  return floor_of(result, calibration, machine(), kNow, "/kept/here.json");
}

TEST(Calibration, IsQuotedBySuchARun) {
  const auto floor = floor_in(run_of(310'000), calibrated());
  ASSERT_TRUE(floor);
  EXPECT_NEAR(static_cast<double>(floor->p50_ns), 50'000, 50);
  EXPECT_EQ(floor->age_s, 3U * kDay);
  EXPECT_EQ(floor->file, "/kept/here.json");
}

TEST(Calibration, NamesAndAddressesDoNotMatter) {
  result::RunResult run = run_of(310'000);
  run.workload.own[0].value = "somebody@else.example";
  run.workload.own[1].value = std::vector<std::string>{"c@z"};
  EXPECT_TRUE(floor_in(run, calibrated()));
}

// What a transaction costs over TLS does not depend on how TLS began.
TEST(Calibration, OverTlsIsQuotedByRunsWithThatCipher) {
  const auto over_tls = [](std::string_view scheme, bool starttls, std::string_view cipher) {
    result::RunResult out = run_of(310'000);
    out.protocol = scheme;
    out.workload.own.push_back({.name = "starttls", .value = starttls});
    out.tls = result::Tls{.version = "TLSv1.3", .cipher = std::string(cipher), .verified = true};
    return out;
  };
  Calibration both = calibrated();
  both.rows.push_back(row_of(over_tls("smtps", false, "A")));
  both.rows.back().p50_ns = 70'000;
  EXPECT_EQ(both.rows.back().protocol, "smtp");
  for (const auto& run : {over_tls("smtps", false, "A"), over_tls("smtp", true, "A")})
    EXPECT_EQ(floor_in(run, both).value().p50_ns, 70'000U);
  EXPECT_NE(floor_in(run_of(310'000), both).value().p50_ns, 70'000U) << "in clear text";
  EXPECT_FALSE(floor_in(over_tls("smtps", false, "B"), both));
  EXPECT_FALSE(floor_in(over_tls("smtps", false, ""), both)) << "no handshake succeeded";
  EXPECT_FALSE(floor_in(over_tls("imaps", false, "A"), both));
  EXPECT_EQ(std::get<Calibration>(from_json(to_json(both))), both);
}

// --- Each of these is another floor.

TEST(Calibration, OfAnotherMachineIsNotQuoted) {
  for (const auto change :
       {+[](Machine& of) { of.host = "other"; }, +[](Machine& of) { of.processor = "Another"; },
        +[](Machine& of) { of.cores = 2; }, +[](Machine& of) { of.kernel = "6.5.0"; }}) {
    Calibration other = calibrated();
    change(other.machine);
    EXPECT_FALSE(floor_in(run_of(310'000), other));
  }
}

TEST(Calibration, OfAnotherKindOfRunIsNotQuoted) {
  for (const auto change :
       {+[](result::RunResult& of) { of.protocol = "lmtp"; },
        +[](result::RunResult& of) { of.workload.pipeline = 2; },
        +[](result::RunResult& of) { of.tls = result::Tls{}; },
        +[](result::RunResult& of) { of.workload.own[2].value = "bdat"; },
        +[](result::RunResult& of) { of.workload.own[3].value = std::uint64_t{9}; },
        +[](result::RunResult& of) { of.workload.own[1].value = std::vector<std::string>{"b@y", "c@y"}; }}) {
    result::RunResult run = run_of(310'000);
    change(run);
    EXPECT_FALSE(floor_in(run, calibrated()));
  }
}

TEST(Calibration, FromTheFutureHasNoAge) {
  Calibration later = calibrated();
  later.at_s = kNow + 5;
  const auto floor = floor_in(run_of(310'000), later);
  ASSERT_TRUE(floor);
  EXPECT_EQ(floor->age_s, 0U);
}

TEST(Calibration, IsReadAsItWasWritten) {
  const Calibration one = calibrated();
  const auto read = from_json(to_json(one));
  ASSERT_TRUE(std::holds_alternative<Calibration>(read)) << std::get<std::string>(read);
  EXPECT_EQ(std::get<Calibration>(read), one);
}

TEST(Calibration, ThatIsDamagedIsRefused) {
  const std::string whole = to_json(calibrated());
  EXPECT_TRUE(std::holds_alternative<std::string>(from_json("")));
  EXPECT_TRUE(std::holds_alternative<std::string>(from_json("[]")));
  EXPECT_TRUE(std::holds_alternative<std::string>(from_json("{}")));
  for (std::size_t cut = 0; cut < whole.size(); ++cut)
    EXPECT_TRUE(std::holds_alternative<std::string>(from_json(whole.substr(0, cut)))) << cut;
  for (const auto& [from, to] :
       {std::pair{"\"host\":\"bench\"", "\"host\":7"}, std::pair{"\"pipeline\":1", "\"pipeline\":-1"},
        std::pair{"\"floors\":[", "\"floors\":[3,"}, std::pair{"calibrate/1", "calibrate/2"},
        std::pair{"\"p50_ns\"", "\"p51_ns\""}}) {
    std::string wrong = whole;
    wrong.replace(wrong.find(from), std::string(from).size(), to);
    EXPECT_TRUE(std::holds_alternative<std::string>(from_json(wrong))) << wrong;
  }
}

TEST(Calibration, ThatIsNotThereIsNone) {
  EXPECT_EQ(read_file(""), std::nullopt);
  EXPECT_EQ(read_file("/nonexistent/calibration.json"), std::nullopt);
}

TEST(Calibration, NamesTheMachine) {
  EXPECT_THAT(tabulate(calibrated()), HasSubstr("bench, A Processor, 4 cores, Linux 6.1.0"));
}

TEST(Machine, HasTheProcessorThatTheKernelNames) {
  EXPECT_EQ(processor_in("processor\t: 0\nmodel name\t: A Processor @ 2 GHz\nflags\t: fpu\n"),
            "A Processor @ 2 GHz");
  EXPECT_EQ(processor_in("processor\t: 0\n"), "");
  EXPECT_EQ(processor_in("model name"), "");
}

}  // namespace
}  // namespace backtalk::calibrate
