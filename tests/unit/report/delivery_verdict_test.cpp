// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/delivery_verdict.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string_view>
#include <variant>
#include <vector>

#include "report/objectives.hpp"
#include "report/summary.hpp"
#include "report/threshold.hpp"
#include "report/verdict.hpp"
#include "result_of.hpp"

namespace backtalk::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A thousand messages, each of which was in its mailbox after 20 ms.
Quiet delivered() {
  Quiet run;
  run.deliveries.emplace();
  run.deliveries->watch = "imap://127.0.0.1:143";
  run.deliveries->mailboxes = 1;
  run.deliveries->patience_ns = 10 * kSecond;
  run.deliveries->accepted = run.deliveries->seen = 1000;
  run.deliveries->latency.record_n(20 * kMillisecond, 1000);
  run.deliveries->from_dot.record_n(25 * kMillisecond, 1000);
  run.delivery = run.deliveries->latency;
  return run;
}

// So many more were not there when the patience was over.
Quiet losing(std::uint64_t lost) {
  Quiet run = delivered();
  run.deliveries->accepted += lost;
  run.deliveries->lost = lost;
  run.deliveries->ages.record_n(10 * kSecond, lost);
  run.deliveries->examples = {{.fault = stats::DeliveryFault::lost, .number = 17, .age_ns = 10 * kSecond}};
  return run;
}

std::vector<std::string_view> codes_of(const result::RunResult& run) {
  std::vector<std::string_view> out;
  for (const result::Reason& reason : judge(run).reasons) out.push_back(reason.code);
  return out;
}

std::optional<std::string> crosses(std::string_view limit, const result::RunResult& run) {
  return crossed(std::get<Threshold>(read_threshold(limit)), run);
}

result::Objective checked(std::string_view rule, const result::RunResult& run) {
  return check(std::get<std::vector<Rule>>(read_rules(rule)).front(), run);
}

TEST(DeliveryVerdict, NothingIsWrongIfAllArrivedOnce) {
  EXPECT_THAT(codes_of(delivered()), IsEmpty());
  EXPECT_THAT(judge(delivered()).notes, IsEmpty());
}

TEST(DeliveryVerdict, ALostMessageFailsTheRun) {
  const Quiet run = losing(1);
  EXPECT_THAT(codes_of(run), ElementsAre("delivery-lost"));
  const result::Verdict verdict = judge(run);
  EXPECT_TRUE(verdict.reasons.front().fails);
  EXPECT_THAT(verdict.reasons.front().sentence,
              HasSubstr("1 of 1001 messages that the server accepted was not in the mailbox within 10.0 s"));
  EXPECT_THAT(verdict.reasons.front().sentence, HasSubstr("the first was message 17"));
}

TEST(DeliveryVerdict, AMessageThatCameTwiceFailsTheRun) {
  Quiet run = delivered();
  run.deliveries->twice = 2;
  run.deliveries->examples = {{.fault = stats::DeliveryFault::twice, .number = 4, .age_ns = 1}};
  EXPECT_THAT(codes_of(run), ElementsAre("delivery-twice"));
  EXPECT_TRUE(judge(run).reasons.front().fails);
  EXPECT_THAT(judge(run).reasons.front().sentence, HasSubstr("the first was message 4"));
}

TEST(DeliveryVerdict, AMessageInAnotherUsersMailboxFailsTheRun) {
  Quiet run = delivered();
  run.deliveries->elsewhere = 1;
  run.deliveries->examples = {{.fault = stats::DeliveryFault::elsewhere, .number = 5, .age_ns = 1}};
  EXPECT_THAT(codes_of(run), ElementsAre("delivery-elsewhere"));
  EXPECT_TRUE(judge(run).reasons.front().fails);
  EXPECT_THAT(
      judge(run).reasons.front().sentence,
      HasSubstr("1 message came into the mailbox of another user than the one it was sent to; the first "
                "was message 5"));
  EXPECT_THAT(summarize(run), HasSubstr("twice 0; elsewhere 1;"));
}

TEST(DeliveryVerdict, AWatchThatKnowsNothingFailsTheRun) {
  Quiet run = delivered();
  run.deliveries->accepted += 2;
  run.deliveries->waiting = 2;
  run.deliveries->ages.record_n(10 * kSecond, 2);
  EXPECT_THAT(codes_of(run), ElementsAre("watch-broken"));
  EXPECT_TRUE(judge(run).reasons.front().fails);
  EXPECT_THAT(judge(run).reasons.front().sentence, HasSubstr("nobody knows whether 2 messages arrived"));
}

TEST(DeliveryVerdict, SaysWhatWasLate) {
  Quiet run = delivered();
  run.deliveries->late = 3;
  EXPECT_THAT(judge(run).notes, ElementsAre(HasSubstr("3 messages took longer than 10.0 s (--patience)")));
}

TEST(DeliveryVerdict, AWatchThatBrokeIsNoFailureOfTheServersMail) {
  Quiet run = delivered();
  run.deliveries->errors = {{.name = "closed-bye", .count = 3}};
  EXPECT_THAT(codes_of(run), ElementsAre("watch-broken"));
  EXPECT_FALSE(judge(run).reasons.front().fails);
  EXPECT_THAT(judge(run).reasons.front().sentence, HasSubstr("3 x closed-bye"));
}

TEST(DeliveryVerdict, NotesSayWhatIsInNoCount) {
  Quiet run = delivered();
  run.deliveries->not_accepted = 1;
  run.deliveries->not_tracked = 5;
  EXPECT_THAT(judge(run).notes,
              ElementsAre(HasSubstr("1 message arrived, although"), HasSubstr("the last 5 messages")));
}

TEST(DeliveryRules, CountWhatWasLostAsSlowerThanAllElse) {
  EXPECT_TRUE(checked("delivery p95<30ms", delivered()).met);
  EXPECT_FALSE(checked("delivery p95<10ms", delivered()).met);
  EXPECT_TRUE(checked("delivery p95<30ms", losing(40)).met);
  EXPECT_FALSE(checked("delivery p95<30ms", losing(60)).met);
  EXPECT_TRUE(checked("delivery p95<30ms", losing(60)).judged);
}

TEST(DeliveryLimits, CountWhatWasLostAsSlowerThanAllElse) {
  EXPECT_FALSE(crosses("delivery p90>30ms", delivered()));
  EXPECT_THAT(crosses("delivery p90>10ms", delivered()).value_or(""), HasSubstr("measured 20.0 ms"));
  EXPECT_THAT(crosses("delivery p90>1h", losing(200)).value_or(""), HasSubstr("200 did not arrive"));
  EXPECT_THAT(crosses("delivery max>1h", losing(1)).value_or(""), HasSubstr("at least 10.0 s"));
  EXPECT_THAT(crosses("delivery p90>1h", Quiet()).value_or(""), HasSubstr("no message was seen"));
  EXPECT_FALSE(crosses("p90>15ms", delivered())) << "that is of the transactions";
  for (const char* const wrong : {"delivery failed>1", "delivery>1s", "delivery p90>10", "delivered p90>1s"})
    EXPECT_TRUE(std::holds_alternative<std::string>(read_threshold(wrong))) << wrong;
}

TEST(DeliverySummary, SaysWhatBecameOfThem) {
  EXPECT_THAT(summarize(delivered()), HasSubstr("delivery, from the reply to the dot   p50 20.0 ms"));
  EXPECT_THAT(summarize(delivered()), HasSubstr("delivery, from the dot itself   p50 25.0 ms"));
  EXPECT_THAT(summarize(delivered()),
              HasSubstr("accepted 1000 = seen 1000 + lost 0; twice 0; 1 mailbox watched at "
                        "imap://127.0.0.1:143 by IDLE\n"));
  Quiet polled = losing(200);
  polled.deliveries->looks.record_n(50 * kMillisecond, 1000);
  EXPECT_THAT(summarize(polled), HasSubstr("p90 ≥ 10.0 s"));
  EXPECT_THAT(summarize(polled), HasSubstr("a look every 50.0 ms"));
  Quiet once = delivered();
  once.deliveries->polls = true;
  EXPECT_THAT(summarize(once), Not(HasSubstr("by IDLE"))) << "no mailbox was looked into twice";
  EXPECT_THAT(summarize(Quiet()), Not(HasSubstr("delivery")));
}

}  // namespace
}  // namespace backtalk::report
