// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/smtp_session.hpp"

#include "backtalk/detail/expect.hpp"
#include "session/smtp_refusals.hpp"
#include "session/smtp_statuses.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kDoubtfulReplies =
    "a server sent more replies than commands (unsolicited-reply): earlier replies on those connections may "
    "have been matched to the wrong command, so some messages counted as completed may not have been "
    "accepted";
}  // namespace

SmtpSession::SmtpSession(const SmtpPlan& plan, const SessionContext& context)
    : plan_(plan),
      observer_(context.observer),
      exchange_({.transactions = transactions_in_flight_max(plan), .commands = pending_commands_max(plan)},
                context.observer),
      auth_(plan.login, context.index),
      received_(exchange_.transaction_slots()) {
  BACKTALK_EXPECT(plan.login.way == LoginPlan::Way::none || plan.login.way == LoginPlan::Way::sasl);
}

void SmtpSession::restart(Nanoseconds now) {
  stream_.reset();
  exchange_.restart();
  to_send_ = ToSend::nothing;
  in_clear_ = plan_.starttls;
  xclient_wanted_ = !plan_.xclient.empty();
  auth_response_ = {};
  wants_tls_ = false;
  step_ = Step::none;
  finishing_ = needs_reset_ = chunking_ = login_begun_ = false;
  effective_depth_ = 1;
  sent(SmtpCommand::greeting, now);
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
  if (to_send_ != ToSend::nothing && writer.has_room_for_command()) send_connection_command(writer, now);
  while (exchange_.ready() && writer.has_room_for_command() && send_step(writer, now)) {
  }
  return writer.size();
}

SmtpCommand SmtpSession::command_to_send() const {
  if (to_send_ == ToSend::starttls) return SmtpCommand::starttls;
  if (to_send_ == ToSend::xclient) return SmtpCommand::xclient;
  if (to_send_ == ToSend::helo) return SmtpCommand::helo;
  return plan_.lmtp ? SmtpCommand::lhlo : SmtpCommand::ehlo;
}

void SmtpSession::send_connection_command(CommandWriter& out, Nanoseconds now) {
  if (to_send_ == ToSend::auth) return send_auth(out, now);
  if (to_send_ == ToSend::auth_response) return send_auth_response(out, now);
  const SmtpCommand command = command_to_send();
  out.add(kSmtpCommandNames[static_cast<std::size_t>(command)]);
  const bool is_xclient = command == SmtpCommand::xclient;
  if (command != SmtpCommand::starttls) out.add(" ").add(is_xclient ? plan_.xclient : plan_.hello);
  out.end_plain_line();
  sent(command, now);
  to_send_ = ToSend::nothing;
}

void SmtpSession::sent(SmtpCommand command, Nanoseconds now) {
  exchange_.command_sent(static_cast<unsigned>(command), now);
}

// --- What is answered

void SmtpSession::consume(std::string_view bytes, Nanoseconds now) {
  if (exchange_.over() || bytes.empty()) return;
  stream_.feed(bytes);
  smtp::ReplyParser& parser = stream_.parser();
  if (wants_tls_) fail_in_the_clear(now);
  const smtp::Reply* reply = nullptr;
  while (!exchange_.over() && (reply = parser.next()) != nullptr) on_reply(*reply, now);
  if (!exchange_.over() && parser.error()) {
    exchange_.fail(without_secrets(stream_.words_of_error(exchange_.awaited_command())), now);
  }
  stream_.end_piece();
}

ServerWords SmtpSession::words_of(const smtp::Reply& reply, std::string_view name, unsigned command) {
  return without_secrets({.name = name,
                          .command = command,
                          .status = smtp_status(reply.code),
                          .text = stream_.quote(reply.offset, reply.octets),
                          .offset = reply.offset});
}

// Some servers repeat what they were sent.
ServerWords SmtpSession::without_secrets(ServerWords words) const {
  return login_begun_ ? auth_.without_secrets(words) : words;
}

void SmtpSession::on_reply(const smtp::Reply& reply, Nanoseconds now) {
  if (exchange_.all_answered()) {
    on_unasked_reply(reply, now);
    return;
  }
  const Exchange::Command answered = exchange_.oldest();
  const auto command = static_cast<SmtpCommand>(answered.command);
  if (command == SmtpCommand::auth && on_auth_reply(reply, now)) return;
  const unsigned expected = command == SmtpCommand::data ? 3 : 2;
  exchange_.answered(answered, reply.klass() == expected, smtp_status(reply.code), now);
  if (refuses(reply)) {
    const std::string_view name =
        answered.of_transaction ? refusal(reply) : refusal_of_connection(command, reply);
    observer_.server_said(words_of(reply, name, answered.command));
  } else if (reply.klass() != expected) {
    exchange_.fail(words_of(reply, "reply-unexpected", answered.command), now);
    return;
  }
  const bool closing = reply.code == kServiceClosing;
  if (answered.of_transaction) {
    on_transaction_reply(answered, reply, now);
    if (closing && !exchange_.over()) exchange_.abandon(refusal(reply), now);
  } else {
    exchange_.retire(exchange_.oldest_tag(), now);
    on_connection_reply(command, reply, now);
    if (closing && !exchange_.over()) exchange_.close(Ending::failed, refusal(reply), nullptr, now);
  }
}

// No command waits for a reply.
void SmtpSession::on_unasked_reply(const smtp::Reply& reply, Nanoseconds now) {
  if (step_ == Step::message && refuses(reply)) {
    refuse_midway(reply, now);
    return;
  }
  const bool closing = reply.code == kServiceClosing;
  if (!closing && exchange_.completed() > 0) observer_.note(kDoubtfulReplies);
  exchange_.fail(words_of(reply, closing ? "service-closing" : "unsolicited-reply", kNoCommand), now);
}

// The server refuses a message while it is being sent: servers that count its octets do. The rest
// cannot be taken back, and ending the message early might have it delivered in part: the
// connection is given up.
void SmtpSession::refuse_midway(const smtp::Reply& reply, Nanoseconds now) {
  const SmtpCommand command = chunked() ? SmtpCommand::bdat : SmtpCommand::data;
  observer_.server_said(words_of(reply, refusal(reply), static_cast<unsigned>(command)));
  exchange_.fail_transaction(exchange_.sending(), refusal(reply));
  const bool closing = reply.code == kServiceClosing;
  exchange_.close(Ending::failed, closing ? "service-closing" : "session-given-up", nullptr, now);
}

// --- How it ends

void SmtpSession::end(Ending ending, std::string_view reason, Nanoseconds now) {
  if (exchange_.over()) return;
  const ServerWords words = without_secrets(stream_.words_at_end(reason, exchange_.awaited_command()));
  const bool tells_something = words.command != kNoCommand || !words.text.empty();
  exchange_.close(ending, reason, tells_something ? &words : nullptr, now);
  wants_tls_ = false;
}

}  // namespace backtalk::session
