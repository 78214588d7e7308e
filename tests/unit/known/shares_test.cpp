// SPDX-License-Identifier: Apache-2.0 OR MIT
// A planted share of refusals is found exactly.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "simulated_run.hpp"

namespace backtalk::known {
namespace {

std::uint64_t errors(const result::RunResult& of, std::string_view name) {
  const auto found = std::ranges::find(of.errors, name, &result::NamedCount::name);
  return found == of.errors.end() ? 0 : found->count;
}

TEST(ErrorShare, OfMessagesIsFoundExactly) {
  for (const std::uint64_t every : {2U, 10U, 97U}) {
    for (const char* const fault : {"refuse-mail=", "refuse-rcpt=", "refuse-message="}) {
      const auto run = simulate({.url = "smtp://127.0.0.1",
                                 .rate = 1000,
                                 .duration_ns = 10 * kSecond,
                                 .faults = {fault + std::to_string(every)}})
                           .result;
      EXPECT_EQ(run.measured.started, 10'000U);
      EXPECT_EQ(run.measured.failed, 10'000 / every) << fault << every;
      EXPECT_EQ(run.measured.completed, 10'000 - 10'000 / every) << fault << every;
      EXPECT_EQ(errors(run, "reply-4xx") + errors(run, "reply-5xx"), 10'000 / every) << fault << every;
    }
  }
}

// Each connection has its own count: of seven with 1428 or 1429 messages each, 142 are refused.
TEST(ErrorShare, OfSeveralConnectionsIsFoundExactly) {
  const auto run = simulate({.url = "smtp://127.0.0.1",
                             .connections = 7,
                             .rate = 1000,
                             .duration_ns = 10 * kSecond,
                             .faults = {"refuse-message=10"}})
                       .result;
  EXPECT_EQ(run.measured.failed, 7U * 142);
}

TEST(ErrorShare, OfAServerThatRefusesNothingIsNone) {
  const auto run = simulate({.url = "smtp://127.0.0.1", .rate = 1000}).result;
  EXPECT_EQ(run.measured.failed, 0U);
  EXPECT_EQ(run.measured.completed, 10'000U);
}

}  // namespace
}  // namespace backtalk::known
