// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "targets/session_adapter.hpp"

#include <algorithm>

namespace backtalk::fuzz {

using session::Ending;
using session::Session;

void SessionObserver::open(const SessionUnderTest& tested) {
  *this = SessionObserver{};
  command_names_ = tested.command_names;
  waiting_max_ = tested.commands_waiting_max;
}

void SessionObserver::begin(std::uint64_t number) {
  if (number < kTransactions) in_flight_[number] = true;
  ++begun_;
}

std::string_view SessionObserver::name_of(unsigned command) const {
  if (command < command_names_.size()) return command_names_[command];
  report_->broken("a command is reported that has no name");
  return {};
}

void SessionObserver::command_sent(unsigned command, bool) {
  if (++waiting_ > waiting_max_) report_->broken("more commands wait for replies than there is room");
  report_->event("sent", offset_).text(name_of(command));
}

void SessionObserver::command_answered(const session::CommandAnswer& answer) {
  if (waiting_ == 0) {
    report_->broken("a command was answered that was not sent");
  } else {
    --waiting_;
  }
  report_->event(answer.ok ? "accepted" : "refused", offset_).text(name_of(answer.command));
}

void SessionObserver::transaction_ended(const session::TransactionEnd& end) {
  const std::uint64_t number = end.ticket.number;
  if (number >= kTransactions || !in_flight_[number]) {
    report_->broken("a transaction ended that was not under way, or ended twice");
  } else {
    in_flight_[number] = false;
  }
  if (end.ending == Ending::failed && end.reason.empty()) report_->broken("a failure without a reason");
  ++ended_;
  report_->event("ended", offset_).number(number).number(static_cast<std::uint64_t>(end.ending));
  report_->text(end.reason).number(end.in_doubt ? 1 : 0);
}

void SessionObserver::connection_failed(std::string_view name) {
  report_->event("connection failed", offset_).text(name);
}

void SessionObserver::server_said(const session::ServerWords& words) {
  if (words.name.empty()) report_->broken("words without a name");
  if (words.text.size() > session::kServerWordsMax) report_->broken("more is quoted than may be");
  report_->event("said", offset_).text(words.name).number(words.command).number(words.status);
  // How much of a broken line can be quoted depends on how much of it came at once.
  report_->number(words.offset).text(words.status != session::kNoStatus ? words.text : std::string_view{});
}

void SessionObserver::note(std::string_view sentence) {
  // No event: some are made once in a session's life, and not once a connection.
  if (sentence.empty()) report_->broken("a note that says nothing");
}

void SessionAdapter::begin(const Settings& settings) {
  tested_ = make_session(settings.variant, observer_);
  output_max_ = tested_.output_max_once + SessionObserver::kTransactions * tested_.output_max_each;
  open();
}

bool SessionAdapter::reset() {
  if (tested_.learns) return false;
  open();
  return true;
}

void SessionAdapter::open() {
  observer_.open(tested_);
  connected_ = finishing_ = false;
  now_ = 1;
  consumed_ = said_ = supplied_ = 0;
}

// Some clients speak first.
void SessionAdapter::connect(Report& report) {
  if (connected_) return;
  connected_ = true;
  tested_.session->restart(now_);
  take_turn(report);
}

void SessionAdapter::feed(std::string_view bytes, Report& report) {
  observer_.write_to(&report);
  connect(report);
  while (!bytes.empty()) {
    const std::size_t count = until_client_speaks(bytes);
    tested_.session->consume(bytes.substr(0, count), now_);
    consumed_ += count;
    const bool speaks = tested_.bursts ? consumed_ % kBurst == 0 : bytes[count - 1] == '\n';
    bytes.remove_prefix(count);
    if (speaks) take_turn(report);
  }
  // In lock step nothing is said while a reply is only half there, however it is cut.
  if (!tested_.bursts) speak(report);
}

void SessionAdapter::finish(Report& report) {
  observer_.write_to(&report);
  connect(report);
  take_turn(report);
  tested_.session->end(Ending::unfinished, "", now_);
  if (!observer_.all_ended()) report.broken("a transaction was begun and never ended");
  if (!tested_.session->over()) report.broken("the session goes on after its end");
  if (tested_.session->waiting_since() != 0) report.broken("a command waits for a reply after the end");
  std::array<char, Session::kOutputMin> out;
  if (tested_.session->produce(out, now_) != 0) report.broken("something is said after the end");
}

// How many bytes the session gets before the client speaks: to the end of a line, or of a burst.
std::size_t SessionAdapter::until_client_speaks(std::string_view bytes) const {
  if (tested_.bursts) {
    const std::uint64_t left = kBurst - consumed_ % kBurst;
    return static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size()));
  }
  return std::min(bytes.find('\n'), bytes.size() - 1) + 1;
}

// Time passes only here: a session that pauses is woken. A TLS handshake takes no time at all.
void SessionAdapter::take_turn(Report& report) {
  Session& session = *tested_.session;
  if (session.wants_tls()) session.tls_established(now_);
  if (session.next_wake() != session::kNever) {
    now_ = std::max(now_, session.next_wake());
    session.wake(now_);
  }
  speak(report);
}

// What was said may make room for another transaction: until there is nothing left to say.
void SessionAdapter::speak(Report& report) {
  do {
    begin_transactions();
  } while (say(report));
}

void SessionAdapter::begin_transactions() {
  Session& session = *tested_.session;
  while (session.room() > 0 && supplied_ < SessionObserver::kTransactions) {
    observer_.begin(supplied_);
    session.begin({.number = supplied_++, .scheduled = now_, .measured = supplied_ % 2 == 0});
  }
  if (supplied_ == SessionObserver::kTransactions && !finishing_) {
    finishing_ = true;
    session.finish();
  }
}

// False if there was nothing to say, or far too much.
bool SessionAdapter::say(Report& report) {
  std::array<char, Session::kOutputMin> out;
  const std::size_t count = tested_.session->produce(out, now_);
  report.octets({out.data(), count});
  said_ += count;
  observer_.at(said_);
  const bool too_much = said_ > output_max_;
  if (too_much) report.broken("the client says more than its transactions need");
  return count > 0 && !too_much;
}

}  // namespace backtalk::fuzz
