// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "targets/session_adapter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace backtalk::fuzz {
namespace {

using session::Ending;
using session::Nanoseconds;
using session::Observer;
using session::Ticket;

constexpr std::array<std::string_view, 1> kNames{"ASK"};
constexpr std::string_view kAsk = "ask\r\n";

// What a session of this test gets wrong, or does besides.
enum class Habit : std::uint8_t {
  none,
  never_ends,
  ends_twice,
  fails_without_reason,
  answers_unasked,
  asks_too_often,
  command_without_name,
  talks_too_much,
  goes_on_after_end,
  waits_after_end,
  speaks_after_end,
  pauses,
  wants_tls
};

// A protocol of one command: each line is the answer to the oldest one.
class Asking final : public session::Session {
 public:
  Asking(Habit habit, Observer& observer) : habit_(habit), observer_(observer) {}

  void restart(Nanoseconds) override {
    ticket_.reset();
    asked_ = over_ = secure_ = false;
    wants_tls_ = false;
    next_wake_ = session::kNever;
  }
  void consume(std::string_view bytes, Nanoseconds now) override {
    for (const char octet : bytes) {
      if (octet == '\n') take_line(now);
    }
  }
  std::size_t produce(std::span<char> out, Nanoseconds) override {
    if (over_ && habit_ == Habit::speaks_after_end) return write(out);
    if (habit_ == Habit::talks_too_much) return write(out);
    if (!ticket_ || asked_ || wants_tls_ || next_wake_ != session::kNever) return 0;
    asked_ = true;
    observer_.command_sent(habit_ == Habit::command_without_name ? 1 : 0, true);
    if (habit_ == Habit::asks_too_often) observer_.command_sent(0, true);
    return write(out);
  }
  [[nodiscard]] unsigned room() const override { return ticket_ || over_ || wants_tls_ ? 0 : 1; }
  void begin(const Ticket& ticket) override { ticket_ = ticket; }
  void finish() override {}
  void end(Ending ending, std::string_view reason, Nanoseconds) override {
    if (ticket_ && habit_ != Habit::never_ends) end_transaction(ending, reason);
    over_ = true;
  }
  [[nodiscard]] bool ready() const override { return !over_; }
  [[nodiscard]] bool over() const override { return over_ && habit_ != Habit::goes_on_after_end; }
  [[nodiscard]] Nanoseconds waiting_since() const override {
    return habit_ == Habit::waits_after_end ? 1 : 0;
  }
  void wake(Nanoseconds now) override {
    if (now >= next_wake_) next_wake_ = session::kNever;
  }
  void tls_established(Nanoseconds) override {
    wants_tls_ = false;
    secure_ = true;
    observer_.server_said({.name = "secure", .command = 0, .text = {}});
  }

 private:
  static std::size_t write(std::span<char> out) {
    std::ranges::copy(kAsk, out.begin());
    return kAsk.size();
  }
  void take_line(Nanoseconds now) {
    if (habit_ == Habit::answers_unasked) observer_.command_answered({.ok = true});
    if (!asked_) return;
    asked_ = false;
    observer_.command_answered({.ok = true});
    end_transaction(habit_ == Habit::fails_without_reason ? Ending::failed : Ending::completed, "");
    if (habit_ == Habit::pauses) next_wake_ = now + 1000;
    if (habit_ == Habit::wants_tls && !secure_) wants_tls_ = true;
  }
  void end_transaction(Ending ending, std::string_view reason) {
    const session::TransactionEnd end{.ticket = *ticket_, .ending = ending, .reason = reason};
    ticket_.reset();
    asked_ = false;
    observer_.transaction_ended(end);
    if (habit_ == Habit::ends_twice) observer_.transaction_ended(end);
  }

  Habit habit_;
  Observer& observer_;
  std::optional<Ticket> ticket_;
  bool asked_ = false;
  bool over_ = false;
  bool secure_ = false;
};

class AskingAdapter final : public SessionAdapter {
 public:
  AskingAdapter(Habit habit, bool bursts) : habit_(habit), bursts_(bursts) {}

 private:
  SessionUnderTest make_session(unsigned, Observer& observer) override {
    return {.session = std::make_unique<Asking>(habit_, observer),
            .command_names = kNames,
            .commands_waiting_max = 1,
            .output_max_once = 0,
            .output_max_each = kAsk.size(),
            .bursts = bursts_};
  }

  Habit habit_;
  bool bursts_;
};

const std::string kStream = "one\r\ntwo\r\nthree\r\n" + std::string(100, 'x') + "\r\nfour\r\nfi";

void read(SessionAdapter& adapter, Report& report, std::size_t piece) {
  for (std::size_t at = 0; at < kStream.size(); at += piece) {
    adapter.feed(std::string_view(kStream).substr(at, piece), report);
  }
  adapter.finish(report);
}

std::string_view broken_promise(Habit habit) {
  AskingAdapter adapter(habit, false);
  adapter.begin({});
  Report report;
  read(adapter, report, kStream.size());
  return report.broken_promise();
}

TEST(SessionAdapter, FindsNothingWrongWithASessionThatKeepsItsPromises) {
  EXPECT_EQ(broken_promise(Habit::none), "");
  EXPECT_EQ(broken_promise(Habit::pauses), "");
  EXPECT_EQ(broken_promise(Habit::wants_tls), "");
}

TEST(SessionAdapter, ReportsEachBrokenPromise) {
  EXPECT_EQ(broken_promise(Habit::never_ends), "a transaction was begun and never ended");
  EXPECT_EQ(broken_promise(Habit::ends_twice), "a transaction ended that was not under way, or ended twice");
  EXPECT_EQ(broken_promise(Habit::fails_without_reason), "a failure without a reason");
  EXPECT_EQ(broken_promise(Habit::answers_unasked), "a command was answered that was not sent");
  EXPECT_EQ(broken_promise(Habit::asks_too_often), "more commands wait for replies than there is room");
  EXPECT_EQ(broken_promise(Habit::command_without_name), "a command is reported that has no name");
  EXPECT_EQ(broken_promise(Habit::talks_too_much), "the client says more than its transactions need");
  EXPECT_EQ(broken_promise(Habit::goes_on_after_end), "the session goes on after its end");
  EXPECT_EQ(broken_promise(Habit::waits_after_end), "a command waits for a reply after the end");
  EXPECT_EQ(broken_promise(Habit::speaks_after_end), "something is said after the end");
}

TEST(SessionAdapter, ReportsTheSameForEveryCut) {
  for (const bool bursts : {false, true}) {
    for (const Habit habit : {Habit::none, Habit::pauses, Habit::wants_tls}) {
      if (bursts && habit == Habit::wants_tls) continue;
      AskingAdapter adapter(habit, bursts);
      adapter.begin({});
      Report whole;
      read(adapter, whole, kStream.size());
      for (std::size_t piece = 1; piece < kStream.size(); ++piece) {
        ASSERT_TRUE(adapter.reset());
        Report pieces;
        read(adapter, pieces, piece);
        ASSERT_EQ(pieces.events(), whole.events()) << "pieces of " << piece;
      }
    }
  }
}

TEST(SessionAdapter, WakesASessionAndEstablishesTls) {
  // Four lines are answers. Without a wake-up or the handshake only the first would be taken.
  for (const Habit habit : {Habit::none, Habit::pauses, Habit::wants_tls}) {
    AskingAdapter adapter(habit, false);
    adapter.begin({});
    Report report;
    read(adapter, report, kStream.size());
    const std::string_view events = report.events();
    std::size_t answers = 0;
    for (std::size_t at = events.find("accepted"); at != std::string_view::npos;
         at = events.find("accepted", at + 1))
      ++answers;
    EXPECT_GE(answers, 4U) << static_cast<int>(habit);
    EXPECT_EQ(events.find("secure") != std::string_view::npos, habit == Habit::wants_tls);
  }
}

}  // namespace
}  // namespace backtalk::fuzz
