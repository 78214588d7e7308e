// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/failures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "report/verdict.hpp"
#include "result_of.hpp"

namespace backtalk::report {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Failures, OfAQuietRunAreNone) {
  Failures failures;
  failures.add(judge(Quiet()));
  EXPECT_THAT(failures.all(), IsEmpty());
}

TEST(Failures, AreTheReasonsThatFailARunAndTheRulesThatItMissed) {
  Quiet run;
  run.fail(500, "timeout");
  run.client.busy_max = 0.95;  // a reason that does not fail it
  run.workload.slo = "p50<1ms,p95<1s,MAIL p95<1s";
  Failures failures;
  failures.add(judge(run), "run 3: ");
  EXPECT_THAT(failures.all(),
              ElementsAre(Field(&Failure::sentence, StartsWith("run 3: 33 % of the messages failed")),
                          Field(&Failure::sentence, "run 3: objective p50<1ms: 10.0 ms"),
                          Field(&Failure::sentence, StartsWith("run 3: objective p95<1s: 33.3 % did not")),
                          Field(&Failure::sentence,
                                "run 3: objective MAIL p95<1s was not judged: nothing was measured")));
  EXPECT_THAT(failures.all(), testing::Each(Field(&Failure::in_summary, true)));
}

// The summary says nothing about limits.
TEST(Failures, AreTheLimitsThatWereCrossed) {
  const std::vector limits{std::get<Threshold>(read_threshold("p50>1ms")),
                           std::get<Threshold>(read_threshold("p50>1s"))};
  Failures failures;
  failures.add_crossed(limits, Quiet());
  ASSERT_EQ(failures.all().size(), 1U);
  EXPECT_EQ(failures.all()[0].sentence, "p50>1ms: measured 10.0 ms");
  EXPECT_FALSE(failures.all()[0].in_summary);
}

}  // namespace
}  // namespace backtalk::report
