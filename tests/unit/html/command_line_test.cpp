// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/command_line.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "../report/result_of.hpp"

namespace backtalk::html {
namespace {

TEST(CommandLine, HasWhatIsNotTheDefault) {
  report::Quiet run;
  EXPECT_EQ(command_line_of(run), "backtalk load smtp://127.0.0.1:2525 --duration 1s");
  run.workload.rate = 500;
  run.workload.connections = 20;
  run.workload.slo = "p99<20ms, DATA p95<1s";
  run.workload.quick_ack = true;
  run.workload.server_pid = 17;
  const std::string line = command_line_of(run);
  EXPECT_EQ(line,
            "backtalk load smtp://127.0.0.1:2525 --connections 20 --quick-ack --duration 1s --rate 500 --slo "
            "'p99<20ms, DATA p95<1s'")
      << "the server's process is gone";
}

TEST(CommandLine, HasTheOptionsOfTheProtocol) {
  report::Quiet run;
  run.workload.own = {{.name = "size", .value = std::uint64_t{4096}},
                      {.name = "from", .value = std::string("it's me@example.org")},
                      {.name = "of a later version", .value = true}};
  EXPECT_EQ(command_line_of(run),
            "backtalk load smtp://127.0.0.1:2525 --duration 1s --from 'it'\\''s me@example.org' --size 4096");
}

TEST(CommandLine, StagesHaveTheRateAndTheTime) {
  report::Quiet run;
  run.workload.rate = 150;
  run.workload.stages = "1s:100,1s:200";
  EXPECT_EQ(command_line_of(run), "backtalk load smtp://127.0.0.1:2525 --stages 1s:100,1s:200");
}

TEST(CommandLine, NamesAllTargetsWithTheirWeights) {
  report::Quiet run;
  run.targets = {{.url = "smtp://a:25", .weight = 3}, {.url = "smtp://b:25", .weight = 1}};
  EXPECT_EQ(command_line_of(run), "backtalk load smtp://a:25 smtp://b:25 --weight 3,1 --duration 1s");
}

TEST(CommandLine, LeavesOutWhatMayBeASecret) {
  report::Quiet run;
  run.url = "http://127.0.0.1:80/?api_key=QSECRET";
  run.protocol = "http";
  run.workload.own = {
      {.name = "header", .value = std::vector<std::string>{"X-Auth-Token: HSECRET", "Accept: text/html"}}};
  EXPECT_EQ(
      command_line_of(run),
      "backtalk load 'http://127.0.0.1:80/?…' --duration 1s --header 'X-Auth-Token: …' --header 'Accept: "
      "text/html'");
}

TEST(CommandLine, ATargetThatIsNoUrlIsNotRepeated) {
  report::Quiet run;
  run.url = "--html=/tmp/x";
  EXPECT_EQ(command_line_of(run), "backtalk load URL --duration 1s");
  run.targets = {{.url = "smtp://a:25", .weight = 3}, {.url = "--exec", .weight = 1}};
  EXPECT_EQ(command_line_of(run), "backtalk load smtp://a:25 URL --weight 3,1 --duration 1s");
}

TEST(CommandLine, LeavesOutWholeArgumentsWhereItIsTooLong) {
  report::Quiet run;
  run.workload.own = {{.name = "from", .value = std::string(3000, ' ')}};
  EXPECT_GT(command_line_of(run).size(), 3000U) << "what a person can write is shown";
  run.workload.own = {{.name = "from", .value = std::string(kCommandMax, ' ')},
                      {.name = "size", .value = std::uint64_t{4096}}};
  EXPECT_EQ(command_line_of(run),
            "backtalk load smtp://127.0.0.1:2525 --duration 1s --size 4096  # too long for a page: 1 more "
            "argument");
}

}  // namespace
}  // namespace backtalk::html
