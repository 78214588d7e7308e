// SPDX-License-Identifier: Apache-2.0 OR MIT
// Every golden file, one test each: its cases whole, cut in two everywhere, byte by byte and in
// pieces around the width of a vector, under every SIMD target, must give the very lines that the
// file says.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/detail/limit_defaults.hpp"
#include "backtalk/simd.hpp"
#include "golden_file.hpp"
#include "golden_run.hpp"

namespace backtalk::conformance {
namespace {

const std::vector<GoldenFile>& golden_files() {
  static const std::vector<GoldenFile> files = read_all_golden_files(BACKTALK_CORPORA);
  return files;
}

class Golden : public testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override { target_before_ = simd::active(); }
  void TearDown() override { simd::use(target_before_); }

 private:
  std::string_view target_before_;
};

// With tiny limits a case that names none may end early: with the events up to some place, then an
// error.
bool ends_early(const Outcome& got, const GoldenCase& golden) {
  if (!backtalk::detail::kTinyLimits || golden.names_limits() || got.exit_code != 1) return false;
  const std::size_t last = got.events.rfind("{\"type\":\"error\"");
  return last != std::string::npos && golden.events.starts_with(got.events.substr(0, last));
}

constexpr std::array<std::size_t, 8> kPieces{1, 2, 3, 7, 16, 63, 64, 65};

void check_every_cut(const GoldenCase& golden, const parse::Protocol& protocol, const parse::Options& options,
                     const Outcome& expected) {
  for (const std::size_t piece : kPieces) {
    const Outcome got = run_in_pieces(golden, protocol, options, piece);
    ASSERT_EQ(got.events, expected.events) << "in pieces of " << piece;
    ASSERT_EQ(got.exit_code, expected.exit_code) << "in pieces of " << piece;
  }
  for (const std::size_t at : cuts_of(golden.input)) {
    const Outcome got = run_split(golden, protocol, options, at);
    ASSERT_EQ(got.events, expected.events) << "cut in two at " << at;
    ASSERT_EQ(got.exit_code, expected.exit_code) << "cut in two at " << at;
  }
}

void check_case(const GoldenCase& golden, const parse::Protocol& protocol) {
  std::string problem;
  const parse::Options options = options_of(golden, protocol, problem);
  ASSERT_EQ(problem, "");
  Outcome expected{golden.events, golden.exit_code};
  const Outcome whole = run_split(golden, protocol, options, golden.input.size());
  if (ends_early(whole, golden)) expected = whole;
  for (const std::string_view target : simd::targets()) {
    SCOPED_TRACE("target " + std::string(target));
    ASSERT_TRUE(simd::use(target));
    const Outcome got = run_split(golden, protocol, options, golden.input.size());
    ASSERT_EQ(got.events, expected.events) << "whole";
    ASSERT_EQ(got.exit_code, expected.exit_code) << "whole";
    check_every_cut(golden, protocol, options, expected);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST_P(Golden, GivesTheEventsHoweverItIsCut) {
  const GoldenFile& file = golden_files()[GetParam()];
  ASSERT_EQ(file.problem, "") << file.path;
  const parse::Protocol* protocol = parse::find_protocol(file.protocol);
  ASSERT_NE(protocol, nullptr);
  for (const GoldenCase& golden : file.cases) {
    SCOPED_TRACE(file.path.string() + ":" + std::to_string(golden.line) + ": " + golden.title);
    check_case(golden, *protocol);
  }
}

std::vector<std::size_t> indices() {
  std::vector<std::size_t> all(golden_files().size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  return all;
}

INSTANTIATE_TEST_SUITE_P(Corpora, Golden, testing::ValuesIn(indices()),
                         [](const auto& instance) { return golden_files()[instance.param].name(); });

// A protocol without a golden file would pass unseen.
TEST(GoldenFiles, ThereIsOneForEveryProtocol) {
  for (const auto& protocol : parse::protocols()) {
    bool found = false;
    for (const GoldenFile& file : golden_files()) found |= file.protocol == protocol.name;
    EXPECT_TRUE(found) << protocol.name;
  }
}

}  // namespace
}  // namespace backtalk::conformance
