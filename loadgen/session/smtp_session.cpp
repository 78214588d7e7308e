// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/smtp_session.hpp"

#include <string>

#include "session/smtp_refusals.hpp"
#include "session/smtp_statuses.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kNoChunking =
    "the server does not offer CHUNKING (RFC 3030): messages were sent with DATA instead of BDAT";
constexpr std::string_view kTwoWithData =
    "with DATA at most two messages are in flight on a connection: -p above 2 does the same as -p 2, unless "
    "messages are sent with --data bdat";
constexpr std::string_view kNoEightBit =
    "the message has octets beyond ASCII, and the server does not offer 8BITMIME (RFC 6152): it was sent as "
    "it is";
constexpr std::string_view kNoUtf8Header =
    "the header of the message has octets beyond ASCII, and the server does not offer SMTPUTF8 (RFC 6531): "
    "it "
    "was sent as it is";

}  // namespace

SmtpSession::SmtpSession(const SmtpPlan& plan, const SessionContext& context)
    : SmtpConnection(
          plan, context,
          {.transactions = transactions_in_flight_max(plan), .commands = pending_commands_max(plan)}),
      plan_(plan),
      received_(exchange_.transaction_slots()) {}

void SmtpSession::restart(Nanoseconds now) {
  begin_connection(now);
  step_ = Step::none;
  needs_reset_ = chunking_ = false;
}

unsigned SmtpSession::room() const {
  if (!exchange_.ready() || finishing_) return 0;
  const std::uint32_t in_flight = exchange_.in_flight();
  if (chunked() || !sends_messages()) return effective_depth_ > in_flight ? effective_depth_ - in_flight : 0;
  if (in_flight == 0) return 1;
  // The next message's group may ride behind the dot of the one that is being sent.
  const bool dot_comes = step_ == Step::message || (step_ == Step::none && !exchange_.has_unsent());
  return in_flight == 1 && !lock_step() && plan_.next == SmtpPlan::Next::with_dot && dot_comes ? 1 : 0;
}

void SmtpSession::begin(const Ticket& ticket) {
  received(exchange_.begin(ticket)) = Received{};
}

// --- What is sent

std::size_t SmtpSession::produce(std::span<char> out, Nanoseconds now) {
  if (exchange_.over()) return 0;
  CommandWriter writer(out);
  if (has_connection_command() && writer.has_room_for_command()) send_connection_command(writer, now);
  while (exchange_.ready() && writer.has_room_for_command() && send_step(writer, now)) {
  }
  return writer.size();
}

// --- What is answered

void SmtpSession::consume(std::string_view bytes, Nanoseconds now) {
  read_replies(bytes, now, [this, now](const smtp::Reply& reply) { on_reply(reply, now); });
}

void SmtpSession::on_reply(const smtp::Reply& reply, Nanoseconds now) {
  if (exchange_.all_answered()) {
    const SmtpCommand content = chunked() ? SmtpCommand::bdat : SmtpCommand::data;
    on_unasked_reply(reply, step_ == Step::message ? content : SmtpCommand::greeting, now);
    return;
  }
  const Exchange::Command answered = exchange_.oldest();
  if (!answered.of_transaction) {
    on_reply_to_connection(answered, reply, now);
    return;
  }
  const unsigned expected = static_cast<SmtpCommand>(answered.command) == SmtpCommand::data ? 3 : 2;
  exchange_.answered(answered, reply.klass() == expected, smtp_status(reply.code), now);
  if (refuses(reply)) {
    observer_.server_said(words_of(reply, refusal(reply), answered.command));
  } else if (reply.klass() != expected) {
    exchange_.fail(words_of(reply, "reply-unexpected", answered.command), now);
    return;
  }
  const bool closing = reply.code == kServiceClosing;
  on_transaction_reply(answered, reply, now);
  if (closing && !exchange_.over()) exchange_.abandon(refusal(reply), now);
}

// --- What the server offers decides how its commands are sent

void SmtpSession::on_offer(Nanoseconds now) {
  if (sends_messages() && plan_.utf8_addresses && !offered_.smtputf8) return give_up("smtputf8-missing", now);
  exchange_.become_ready();
  chunking_ = plan_.submission == SmtpPlan::Submission::bdat && offered_.chunking;
  note_what_is_not_offered();
  choose_mail_parameters();
}

void SmtpSession::note_what_is_not_offered() {
  if (plan_.submission == SmtpPlan::Submission::bdat && !offered_.chunking) observer_.note(kNoChunking);
  if (!sends_messages()) return;
  if (effective_depth_ > 2 && !chunking_) observer_.note(kTwoWithData);
  if (plan_.message.eight_bit() && !offered_.eightbitmime) observer_.note(kNoEightBit);
  if (plan_.message.eight_bit_header() && !offered_.smtputf8) observer_.note(kNoUtf8Header);
}

void SmtpSession::choose_mail_parameters() {
  mail_parameters_.clear();
  if (offered_.size && messages_are_alike())
    mail_parameters_.append(" SIZE=").append(std::to_string(chunk_octets()));
  if (offered_.eightbitmime && plan_.message.eight_bit()) mail_parameters_.append(" BODY=8BITMIME");
  const bool needs_utf8 = plan_.utf8_addresses || plan_.message.eight_bit_header();
  if (offered_.smtputf8 && needs_utf8) mail_parameters_.append(" SMTPUTF8");
}

}  // namespace backtalk::session
