// SPDX-License-Identifier: Apache-2.0 OR MIT
// In steady state a session allocates nothing: every allocation of this program is counted.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>

#include "session/smtp_session.hpp"

namespace {
std::atomic<std::size_t> allocations{0};
std::atomic<std::size_t> allocated_octets{0};
}  // namespace

// Not inlined: GCC takes the free of an inlined delete for a mismatch with the new that it
// replaces.
[[gnu::noinline]] void* operator new(std::size_t octets) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  allocated_octets.fetch_add(octets, std::memory_order_relaxed);
  if (void* memory = std::malloc(octets)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace backtalk::session {
namespace {

class Counter final : public Observer {
 public:
  void command_sent(unsigned, bool) override {}
  void command_answered(const CommandAnswer&) override {}
  void transaction_ended(const TransactionEnd& end) override {
    completed += end.ending == Ending::completed ? 1 : 0;
  }
  void connection_failed(std::string_view) override {}
  void server_said(const ServerWords& words) override { said += words.text.empty() ? 0 : 1; }
  void note(std::string_view) override {}
  std::size_t completed = 0;
  std::size_t said = 0;
};

// A server that answers every message of a pipeline, its replies cut in the middle of a line.
std::size_t allocations_of(SmtpSession& session, std::uint64_t messages) {
  char out[Session::kOutputMin];
  const std::size_t before = allocations.load();
  for (std::uint64_t i = 0; i < messages; ++i) {
    while (session.room() > 0) session.begin({.number = i, .scheduled = 1, .measured = true});
    while (session.produce(out, 1) > 0) {
    }
    session.consume("250 2.1.0 Ok\r\n250 2.1.5 O", 2);
    session.consume("k\r\n250 2.0.0 queued\r\n", 3);
  }
  return allocations.load() - before;
}

TEST(SmtpSessionAllocation, NothingIsAllocatedForAMessageOnceTheFirstHaveGoneThrough) {
  SmtpPlan plan;
  plan.from = "a{n}@example.org";
  plan.recipients = {"b{n}@example.net"};
  plan.message = make_wire_message("Subject: x\r\n\r\nHello\r\n");
  plan.submission = SmtpPlan::Submission::bdat;
  plan.depth = 4;
  Counter counter;
  SmtpSession session(plan, {.observer = counter});
  session.restart(1);
  char out[Session::kOutputMin];
  session.consume("220 s\r\n", 1);
  ASSERT_GT(session.produce(out, 1), 0U);
  session.consume("250-s\r\n250-PIPELINING\r\n250 CHUNKING\r\n", 1);
  EXPECT_GT(allocations.load(), 0U);  // the counter counts
  allocations_of(session, 10);
  EXPECT_EQ(allocations_of(session, 10'000), 0U);
  EXPECT_EQ(counter.completed, 10'010U);
}

TEST(SmtpSessionAllocation, NothingIsAllocatedForARefusal) {
  SmtpPlan plan;
  plan.from = "a@example.org";
  plan.recipients = {"b@example.net"};
  Counter counter;
  SmtpSession session(plan, {.observer = counter});
  session.restart(1);
  char out[Session::kOutputMin];
  session.consume("220 s\r\n", 1);
  ASSERT_GT(session.produce(out, 1), 0U);
  session.consume("250 s\r\n", 1);
  const auto refused = [&](std::uint64_t messages) {
    const std::size_t before = allocations.load();
    for (std::uint64_t i = 0; i < messages; ++i) {
      session.begin({.number = i, .scheduled = 1});
      EXPECT_GT(session.produce(out, 1), 0U);
      session.consume("451-4.7.1 Greyli", 2);
      session.consume("sted\r\n451 4.7.1 Try again\r\n", 3);
    }
    return allocations.load() - before;
  };
  refused(10);
  EXPECT_EQ(refused(10'000), 0U);
  EXPECT_EQ(counter.said, 10'010U);
}

// With DATA a session never has more than two transactions in flight.
TEST(SmtpSessionAllocation, WithDataTheDepthCostsNothing) {
  const auto octets_of_session = [](unsigned depth, SmtpPlan::Submission submission) {
    SmtpPlan plan;
    plan.recipients.assign(1000, "b@example.net");
    plan.depth = depth;
    plan.submission = submission;
    Counter counter;
    const std::size_t before = allocated_octets.load();
    const SmtpSession session(plan, {.observer = counter});
    return allocated_octets.load() - before;
  };
  EXPECT_EQ(octets_of_session(1024, SmtpPlan::Submission::data),
            octets_of_session(1, SmtpPlan::Submission::data));
  EXPECT_GT(octets_of_session(1024, SmtpPlan::Submission::bdat),
            100 * octets_of_session(1, SmtpPlan::Submission::bdat));
}

// --- Messages

TEST(WireMessageAllocation, AGeneratedMessageIsNotHeldWhole) {
  const std::size_t before = allocated_octets.load();
  const WireMessage message = generate_message(1'000'000'000, "a@b", "c@d");
  EXPECT_LT(allocated_octets.load() - before, 512U * 1024);
  EXPECT_EQ(message.octets(WireMessage::Form::chunk), 1'000'000'000U);
}

// Counted are all octets that were ever allocated: that they add up to little more than the text
// means that it was neither held twice nor moved to where there was more room.
TEST(WireMessageAllocation, ATextIsHeldOnce) {
  std::string text;
  while (text.size() < 20'000'000)
    text.append("a line of seventy octets, which is as long as lines of mail tend to be");
  for (std::size_t at = 70; at < text.size(); at += 72) text.replace(at - 2, 2, "\r\n");
  const std::size_t before = allocated_octets.load();
  WireMessageMaker maker;
  for (std::size_t at = 0; at < text.size(); at += 65536) maker.add(std::string_view(text).substr(at, 65536));
  const WireMessage message = maker.finish();
  EXPECT_GT(message.octets(WireMessage::Form::chunk), 20'000'000U);
  EXPECT_LT(allocated_octets.load() - before, text.size() + text.size() / 5);
}

}  // namespace
}  // namespace backtalk::session
