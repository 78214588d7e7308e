// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/imap_session.hpp"

#include <algorithm>
#include <bit>

#include "backtalk/detail/expect.hpp"

namespace backtalk::session {
namespace {

// The greeting, IDLE beside its DONE, LOGOUT, and one to spare.
constexpr std::size_t kOfConnection = 4;

// Content is counted and passed over, so that no literal has to be held.
imap::Limits limits() {
  constexpr std::size_t kGatherOctets = 256;
  imap::Limits limits;
  limits.literal_gather_octets_max = std::min(limits.literal_gather_octets_max, kGatherOctets);
  return limits;
}

}  // namespace

ImapSession::ImapSession(const ImapPlan& plan, const SessionContext& context)
    : plan_(plan),
      observer_(context.observer),
      auth_(plan.login, context.index),
      connection_a_pass_(plan.script.connection_a_pass()),
      stream_(imap::ResponseParser(limits(), plan.tolerances)),
      exchange_({.transactions = imap_reach(plan), .commands = imap_reach(plan) + kOfConnection},
                context.observer),
      pending_(std::bit_ceil(imap_reach(plan) + kOfConnection)),
      passes_(exchange_.transaction_slots()),
      watch_(plan.deliveries, context.index),
      captured_(plan.script.capture_slots(), exchange_.transaction_slots()),
      random_(context.seed) {
  if (plan.verifies) verify_.emplace(plan.flags_changing, plan.tolerances);
  BACKTALK_EXPECT(plan.depth >= 1 && plan.login.way != LoginPlan::Way::apop);
  BACKTALK_EXPECT(plan.login.way == LoginPlan::Way::none || !plan.login.users.empty());
}

void ImapSession::restart(Nanoseconds now) {
  stream_.reset();
  exchange_.restart();
  arrivals_.reset();
  mailbox_.forget();
  if (watch_.is_active()) watch_.restart();
  if (verify_) verify_->restart();
  late_violation_ = {};
  captured_.restart();
  at_ = At::handshake;
  to_send_ = ToSend::nothing;
  step_ = Step::none;
  in_clear_ = plan_.starttls;
  wants_tls_ = authenticated_ = finishing_ = begun_ = greeted_ = login_begun_ = false;
  offers_ = {};
  in_flight_ = alone_ = expungers_ = keepers_ = uid_searches_ = next_ = 0;
  auth_failure_ = {};
  password_at_ = 0;
  idle_tag_.reset();
  done_.reset();
  pause_.reset();
  last_wait_ = nullptr;
  next_wake_ = kNever;
  // A pass that has the connection for itself begins with it.
  if (connection_a_pass_) exchange_.become_ready();
  next_tag_ = exchange_.command_sent(static_cast<unsigned>(ImapCommand::greeting), now) + 1;
}

unsigned ImapSession::room() const {
  if (!exchange_.ready() || finishing_ || wants_tls_) return 0;
  if (connection_a_pass_) return begun_ ? 0 : 1;
  if (next_wake_ != kNever && step_ != Step::idling) return 0;  // pauses
  if (!exchange_.has_transaction_room()) return 0;
  if (plan_.script.has_waits()) return exchange_.in_flight() == 0 ? 1 : 0;
  // What would only wait here is not begun: another connection may have room for it.
  const ImapScript::Beginnings& first = plan_.script.beginnings();
  const bool waits_for_go = first.literals && offers_.strings.literals != imap::Literals::plus;
  const bool numbers_wait = first.uses_numbers && plan_.script.permits_expunge();
  if (plan_.script.commands_max() == 1 && !first.alone && !waits_for_go && !numbers_wait) {
    return plan_.depth - std::min<unsigned>(exchange_.in_flight(), plan_.depth);
  }
  if (exchange_.has_unsent() || in_flight_ >= plan_.depth) return 0;
  if (in_flight_ == 0) return 1;
  const bool waits = alone_ > 0 || first.alone || waits_for_go || (first.uses_numbers && expungers_ > 0);
  return waits ? 0 : 1;
}

void ImapSession::begin(const Ticket& ticket) {
  const std::size_t slot = exchange_.slot(exchange_.begin(ticket));
  const ImapScript::Pass& pass = watch_.is_active()        ? pass_of_watch()
                                 : plan_.passes != nullptr ? plan_.passes->pass(ticket.number)
                                                           : plan_.script.pass(ticket.number);
  passes_[slot] = &pass;
  if (plan_.script.has_waits() && !connection_a_pass_) last_wait_ = &pass.wait;
  begun_ = true;
}

// An IDLE of a watch would last for minutes: the driver is asked to end it at once.
void ImapSession::finish() {
  finishing_ = true;
  if (watch_.is_active() && step_ == Step::idling) next_wake_ = 1;
}

// --- What is sent

std::size_t ImapSession::produce(std::span<char> out, Nanoseconds now) {
  CommandWriter writer(out);
  while (!exchange_.over() && !wants_tls_ && send_next(writer, now)) {
  }
  return writer.size();
}

// The command was written, or the first part of it: its answer is due. Returns the number in its
// tag.
std::uint32_t ImapSession::sent(ImapCommand command, const ScriptStep* step, const ImapOrder& order,
                                Nanoseconds now) {
  const auto index = static_cast<unsigned>(command);
  const std::uint32_t tag =
      of_transaction() ? exchange_.transaction_command_sent(index, now) : exchange_.command_sent(index, now);
  BACKTALK_EXPECT(tag == next_tag_);
  next_tag_ = tag + 1;
  pending(tag) = {.step = step, .arrivals = arrivals_.count(), .asks = asked_for(command), .order = order};
  arrivals_.ask(pending(tag).asks);
  ++in_flight_;
  alone_ += order.alone ? 1 : 0;
  expungers_ += order.permits_expunge ? 1 : 0;
  uid_searches_ += command == ImapCommand::uid_search ? 1 : 0;
  keepers_ += step != nullptr && step->kept != 0 ? 1 : 0;
  return tag;
}

// The command has its answer, and the others need no longer heed it.
void ImapSession::settle(std::uint32_t tag) {
  const Pending& settled = pending(tag);
  arrivals_.stop_asking(settled.asks);
  alone_ -= settled.order.alone ? 1 : 0;
  expungers_ -= settled.order.permits_expunge ? 1 : 0;
  uid_searches_ -= settled.step != nullptr && settled.step->command == ImapCommand::uid_search ? 1 : 0;
  keepers_ -= settled.step != nullptr && settled.step->kept != 0 ? 1 : 0;
  if (--in_flight_ == 0) arrivals_.forget();
}

// --- How it ends

void ImapSession::end(Ending ending, std::string_view reason, Nanoseconds now) {
  if (exchange_.over()) return;
  if (reason == kServerClosed && stream_.parser().in_message()) reason = "closed-in-body";
  const ServerWords words = without_secrets(stream_.words_at_end(reason, exchange_.awaited_command()));
  const bool tells_something = words.command != kNoCommand || !words.text.empty();
  if (exchange_.has_unsent()) exchange_.let_pass(pause_.finish(now));
  exchange_.close(ending, reason, tells_something ? &words : nullptr, now);
  wants_tls_ = false;
  next_wake_ = kNever;
}

}  // namespace backtalk::session
