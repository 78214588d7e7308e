// SPDX-License-Identifier: Apache-2.0 OR MIT
// Whole runs against the built-in server, in one process.
#include "load/load_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "loopback/loopback.hpp"
#include "net/clock.hpp"
#include "report/verdict.hpp"
#include "result/json.hpp"
#include "result/merge.hpp"
#include "serve/faults.hpp"
#include "serve/smtp_server.hpp"
#include "workload/smtp_options.hpp"
#include "workload/stages.hpp"

namespace backtalk::load {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSubsetOf;

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;

class Mail {
 public:
  explicit Mail(serve::Faults faults = {}) : faults_(std::move(faults)) {}

  [[nodiscard]] Job job() const {
    auto own = std::make_shared<workload::SmtpOptions>();
    own->to = {"user{n}@here.test"};
    Job out{.url = "smtp://127.0.0.1:" + std::to_string(server_.at().port()), .options = {}, .own = own};
    out.options.connections = 4;
    return out;
  }
  void stop() { server_.stop(); }
  /// How many it accepted. Ends it.
  [[nodiscard]] std::uint64_t messages() {
    stop();
    return counts_.messages;
  }

 private:
  serve::Faults faults_;
  serve::SmtpCounts counts_;
  engine::Loopback server_{
      [this] { return std::make_unique<serve::SmtpServer>(serve::SmtpOffer{}, faults_, counts_); }};
};

LoadRun prepared(const Job& job, const Terms& terms = {}) {
  auto out = prepare(job, terms);
  if (const auto* problem = std::get_if<std::string>(&out)) throw std::runtime_error(*problem);
  return std::get<LoadRun>(std::move(out));
}

std::string refusal(const Job& job, const Terms& terms = {}) {
  const auto out = prepare(job, terms);
  const auto* const problem = std::get_if<std::string>(&out);
  return problem == nullptr ? "" : *problem;
}

result::RunResult finished(LoadRun& run) {
  auto out = run.finish();
  if (const auto* problem = std::get_if<std::string>(&out)) throw std::runtime_error(*problem);
  return std::get<result::RunResult>(std::move(out));
}

TEST(LoadRun, ReturnsTheResultOfItsOptions) {
  Mail server;
  Job job = server.job();
  job.options.transactions = 100;
  LoadRun run = prepared(job);
  ASSERT_FALSE(run.open());
  run.begin();
  const result::RunResult result = finished(run);
  EXPECT_TRUE(run.done());
  EXPECT_TRUE(run.had_session());
  EXPECT_EQ(result.url, job.url);
  EXPECT_EQ(result.protocol, "smtp");
  EXPECT_EQ(result.transaction, "message");
  EXPECT_EQ(result.workload.transactions, 100U);
  EXPECT_FALSE(result.workload.rate);
  EXPECT_EQ(result.measured.completed, 100U);
  EXPECT_EQ(result.command("DOT")->ok, 100U);
  EXPECT_FALSE(result.interrupted);
  EXPECT_EQ(server.messages(), 100U);
}

TEST(LoadRun, SaysHowItStandsWhileItGoesOn) {
  serve::Faults faults;
  faults.smtp.refuse_message_every = 2;
  const Mail server(std::move(faults));
  Job job = server.job();
  job.options.threads = 2;
  job.options.rate = 200;
  job.options.duration_ns = 600 * kSecond;
  Terms terms;
  terms.sums_up = true;
  LoadRun run = prepared(job, terms);
  ASSERT_FALSE(run.open());
  EXPECT_FALSE(run.gauges().measure_from) << "the clock has not started";
  run.begin();
  while (run.so_far().failed == 0 || run.so_far().completed == 0 || run.gauges().connections < 4) {
    ASSERT_FALSE(run.done());
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    (void)run.poll();
  }
  const engine::Gauges gauges = run.gauges();
  EXPECT_TRUE(gauges.measure_from);
  EXPECT_EQ(gauges.connections, 4U);
  EXPECT_THAT(gauges.cpu_ns, testing::SizeIs(2));
  const result::RunResult so_far = run.result_so_far(0.25, 600 * kSecond);
  EXPECT_EQ(so_far.transaction, "message");
  EXPECT_EQ(so_far.workload.rate, 200);
  EXPECT_EQ(so_far.client.busy_max, 0.25);
  EXPECT_EQ(so_far.elapsed_ns, run.so_far_ns());
  EXPECT_GE(so_far.elapsed_ns, kSecond);
  EXPECT_EQ(so_far.load.load_ns, run.so_far_ns());
  EXPECT_EQ(so_far.load.silent_ns, run.so_far_ns() - run.heard_ns());
  const result::RunResult over = run.result_so_far(0.25, kSecond / 2);
  EXPECT_EQ(over.load.load_ns, kSecond / 2);
  EXPECT_EQ(over.load.silent_ns, 0U) << "what comes after the load is no silence of the server";
  EXPECT_EQ(over.elapsed_ns, run.heard_ns()) << "the last answers are counted";
  EXPECT_EQ(so_far.latency.count(), so_far.measured.completed);
  ASSERT_THAT(so_far.errors, testing::SizeIs(1));
  EXPECT_EQ(so_far.errors.front().name, "reply-5xx");
  EXPECT_EQ(so_far.errors.front().count, so_far.measured.failed);
  run.stop();
  const result::RunResult result = finished(run);
  EXPECT_EQ(run.so_far().errors.all().front().count, result.measured.failed)
      << "in the end all of them are there";
}

// What is saved of a run is read back, and judged as the run was. Returns the codes of the verdict,
// but for those of any short run.
std::vector<std::string> codes_of_saved(const Job& job) {
  LoadRun run = prepared(job);
  if (auto problem = run.open()) throw std::runtime_error(*problem);
  run.begin();
  const result::RunResult result = finished(run);
  const result::Verdict verdict = report::judge(result);
  const std::string text = result::to_json(result, verdict);
  const auto read = result::from_json(text);
  if (const auto* problem = std::get_if<std::string>(&read)) throw std::runtime_error(*problem + text);
  const auto& again = std::get<result::RunResult>(read);
  EXPECT_TRUE(again == result) << text;
  EXPECT_EQ(result::to_json(again, report::judge(again)), text);
  std::vector<std::string> codes;
  codes.reserve(verdict.reasons.size());
  for (const result::Reason& one : verdict.reasons) {
    if (!one.of_one_run) codes.emplace_back(one.code);
  }
  return codes;
}

TEST(LoadRun, ASavedResultIsJudgedAsTheRunWas) {
  const Mail server;
  Job job = server.job();
  job.options.transactions = 200;
  job.options.warmup_ns = 20 * kMillisecond;
  EXPECT_THAT(codes_of_saved(job), IsEmpty());
  job.options.transactions.reset();
  job.options.duration_ns = 200 * kMillisecond;
  job.options.rate = 333.333333;
  job.options.arrival = stats::Arrival::poisson;
  // What a busy machine may earn.
  EXPECT_THAT(codes_of_saved(job), IsSubsetOf({"rate-not-reached", "arrivals-off", "generator-bound"}));
}

TEST(LoadRun, ASavedResultWithRefusalsIsJudgedAsTheRunWas) {
  serve::Faults faults;
  faults.smtp.refuse_sender_every = 3;
  const Mail server(faults);
  Job job = server.job();
  job.options.transactions = 200;
  EXPECT_THAT(codes_of_saved(job), ElementsAre("errors"));
}

TEST(LoadRun, ASavedResultWithoutAServerIsJudgedAsTheRunWas) {
  Mail server;
  Job job = server.job();
  server.stop();
  job.options.transactions = 5;
  job.options.timeout_ns = 100 * kMillisecond;
  EXPECT_THAT(codes_of_saved(job), ElementsAre("nothing-completed"));
}

TEST(LoadRun, ThePartsOfARunAddUpToIt) {
  Mail server;
  Job job = server.job();
  job.options.connections = 7;
  job.options.transactions = 100;
  job.options.rate = 1000;
  constexpr unsigned kParts = 3;
  std::vector<LoadRun> runs;
  runs.reserve(kParts);
  for (unsigned part = 0; part < kParts; ++part)
    runs.push_back(prepared(job, {.far_targets = false, .share = {.part = part, .parts = kParts}}));
  for (LoadRun& run : runs) ASSERT_FALSE(run.open());
  for (const LoadRun& run : runs) {
    while (!run.opened()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const std::uint64_t at = net::now_ns() + 20 * kMillisecond;
  for (LoadRun& run : runs) run.begin(at);
  std::vector<result::RunResult> parts;
  parts.reserve(kParts);
  for (LoadRun& run : runs) parts.push_back(finished(run));
  const auto whole = std::get<result::RunResult>(result::merge(parts));
  EXPECT_EQ(whole.workload.connections, 7U);
  EXPECT_EQ(whole.workload.transactions, 100U);
  EXPECT_EQ(whole.workload.rate, 1000);
  EXPECT_EQ(whole.measured.started, 100U);
  EXPECT_EQ(whole.measured.completed, 100U);
  EXPECT_EQ(whole.connections.ready_at_start, 7U);
  EXPECT_GE(whole.elapsed_ns, 90 * kMillisecond) << "the parts keep the schedule of the whole";
  EXPECT_EQ(server.messages(), 100U);
}

Job in_stages(Job job) {
  job.options.connections = 6;
  job.options.threads = 2;
  job.options.stages = "200ms:500-500,200ms:1000";
  EXPECT_EQ(workload::settle_stages(job.options), std::nullopt);
  return job;
}

TEST(LoadRun, ASavedResultOfStagesIsJudgedAsTheRunWas) {
  const Mail server;
  // Whether the rates were kept is the machine's.
  static_cast<void>(codes_of_saved(in_stages(server.job())));
}

TEST(LoadRun, TheStagesOfPartsAddUpToThoseOfTheRun) {
  Mail server;
  const Job job = in_stages(server.job());
  std::vector<LoadRun> runs;
  runs.reserve(2);
  for (unsigned part = 0; part < 2; ++part)
    runs.push_back(prepared(job, {.far_targets = false, .share = {.part = part, .parts = 2}}));
  for (LoadRun& run : runs) ASSERT_FALSE(run.open());
  for (const LoadRun& run : runs) {
    while (!run.opened()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  const std::uint64_t at = net::now_ns() + 20 * kMillisecond;
  for (LoadRun& run : runs) run.begin(at);
  std::vector<result::RunResult> parts;
  parts.reserve(2);
  for (LoadRun& run : runs) parts.push_back(finished(run));
  EXPECT_EQ(parts[0].stages.at(1).to_per_s, 500) << "its share";
  const auto whole = std::get<result::RunResult>(result::merge(parts));
  ASSERT_EQ(whole.stages.size(), 2U);
  EXPECT_EQ(whole.stages[1].from_per_s, 500);
  EXPECT_EQ(whole.stages[1].to_per_s, 1000);
  EXPECT_NEAR(static_cast<double>(whole.stages[0].counted.started), 100, 1);
  EXPECT_NEAR(static_cast<double>(whole.stages[1].counted.started), 150, 1);
  EXPECT_EQ(whole.stages[0].counted.completed + whole.stages[1].counted.completed, server.messages());
}

TEST(LoadRun, AStoppedRunIsInterrupted) {
  const Mail server;
  Job job = server.job();
  job.options.duration_ns = 60 * kSecond;
  LoadRun run = prepared(job);
  ASSERT_FALSE(run.open());
  run.begin();
  while (!run.had_session()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  run.stop();
  EXPECT_TRUE(finished(run).interrupted);
}

TEST(LoadRun, ImpossibleRunsAreRefusedBeforeAnythingIsSent) {
  Job job;
  job.url = "smtp";
  EXPECT_NE(refusal(job), "");
  job.url = "gopher://127.0.0.1";
  EXPECT_THAT(
      refusal(job),
      HasSubstr("unknown scheme `gopher`: the schemes are smtp smtps lmtp pop3 pop3s imap imaps http https"));
  job.url = "smtp://192.0.2.1";
  EXPECT_THAT(refusal(job), HasSubstr("--i-may-load-this-target"));
  EXPECT_EQ(refusal(job, {.far_targets = true, .share = {}}), "");
  job.url = "smtp://127.0.0.1:0";
  EXPECT_THAT(refusal(job), HasSubstr("port 0"));
  job.url = "smtp://127.0.0.1";
  const auto own = std::make_shared<workload::SmtpOptions>();
  own->from = "two words";
  job.own = own;
  EXPECT_THAT(refusal(job), HasSubstr("--from"));
}

TEST(LoadRun, EachPartNeedsASessionAndATransaction) {
  Job job;
  job.url = "smtp://127.0.0.1";
  job.options.connections = 3;
  const Terms fourth{.far_targets = false, .share = {.part = 3, .parts = 4}};
  EXPECT_THAT(refusal(job, fourth), HasSubstr("--connections 3: each of the 4 processes"));
  job.options.connections = 4;
  EXPECT_EQ(refusal(job, fourth), "");
  job.options.transactions = 3;
  EXPECT_THAT(refusal(job, fourth), HasSubstr("--transactions 3: each of the 4 processes"));
}

}  // namespace
}  // namespace backtalk::load
