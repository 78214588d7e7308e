// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/smtp_connection.hpp"

#include "backtalk/detail/expect.hpp"
#include "session/smtp_refusals.hpp"
#include "session/smtp_statuses.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kDoubtfulSmtpReplies =
    "a server sent more replies than commands (unsolicited-reply): earlier replies on those connections may "
    "have been matched to the wrong command, so some messages counted as completed may not have been "
    "accepted";

}  // namespace

SmtpConnection::SmtpConnection(const SmtpConnectionPlan& plan, const SessionContext& context,
                               const Exchange::Bounds& bounds)
    : observer_(context.observer),
      exchange_(bounds, context.observer),
      auth_(plan.login, context.index),
      connection_plan_(plan) {
  BACKTALK_EXPECT(plan.login.way == LoginPlan::Way::none || plan.login.way == LoginPlan::Way::sasl);
}

void SmtpConnection::begin_connection(Nanoseconds now) {
  stream_.reset();
  exchange_.restart();
  to_send_ = ToSend::nothing;
  in_clear_ = connection_plan_.starttls;
  xclient_wanted_ = !connection_plan_.xclient.empty();
  auth_response_ = {};
  wants_tls_ = false;
  finishing_ = login_begun_ = false;
  effective_depth_ = 1;
  sent(SmtpCommand::greeting, now);
}

// --- What is sent

SmtpCommand SmtpConnection::command_to_send() const {
  if (to_send_ == ToSend::starttls) return SmtpCommand::starttls;
  if (to_send_ == ToSend::xclient) return SmtpCommand::xclient;
  if (to_send_ == ToSend::helo) return SmtpCommand::helo;
  return connection_plan_.lmtp ? SmtpCommand::lhlo : SmtpCommand::ehlo;
}

void SmtpConnection::send_connection_command(CommandWriter& out, Nanoseconds now) {
  if (to_send_ == ToSend::auth) return send_auth(out, now);
  if (to_send_ == ToSend::auth_response) return send_auth_response(out, now);
  const SmtpCommand command = command_to_send();
  out.add(kSmtpCommandNames[static_cast<std::size_t>(command)]);
  const bool is_xclient = command == SmtpCommand::xclient;
  if (command != SmtpCommand::starttls)
    out.add(" ").add(is_xclient ? connection_plan_.xclient : connection_plan_.hello);
  out.end_plain_line();
  sent(command, now);
  to_send_ = ToSend::nothing;
}

void SmtpConnection::send_quit(CommandWriter& out, Nanoseconds now) {
  out.add("QUIT").end_plain_line();
  sent(SmtpCommand::quit, now);
  exchange_.begin_leaving();
}

// --- What is answered

void SmtpConnection::fail_by_parser(Nanoseconds now) {
  exchange_.fail(without_secrets(stream_.words_of_error(exchange_.awaited_command())), now);
}

ServerWords SmtpConnection::words_of(const smtp::Reply& reply, std::string_view name, unsigned command) {
  return without_secrets({.name = name,
                          .command = command,
                          .status = smtp_status(reply.code),
                          .text = stream_.quote(reply.offset, reply.octets),
                          .offset = reply.offset});
}

ServerWords SmtpConnection::without_secrets(ServerWords words) const {
  return login_begun_ ? auth_.without_secrets(words) : words;
}

void SmtpConnection::on_reply_to_connection(const Exchange::Command& answered, const smtp::Reply& reply,
                                            Nanoseconds now) {
  constexpr unsigned kPositive = 2;
  const auto command = static_cast<SmtpCommand>(answered.command);
  if (command == SmtpCommand::auth && on_auth_reply(reply, now)) return;
  exchange_.answered(answered, reply.klass() == kPositive, smtp_status(reply.code), now);
  if (refuses(reply)) {
    observer_.server_said(words_of(reply, refusal_of_connection(command, reply), answered.command));
  } else if (reply.klass() != kPositive) {
    exchange_.fail(words_of(reply, "reply-unexpected", answered.command), now);
    return;
  }
  exchange_.retire(exchange_.oldest_tag(), now);
  on_connection_reply(command, reply, now);
  const bool closing = reply.code == kServiceClosing;
  if (closing && !exchange_.over()) exchange_.close(Ending::failed, refusal(reply), nullptr, now);
}

void SmtpConnection::on_unasked_reply(const smtp::Reply& reply, SmtpCommand content, Nanoseconds now) {
  if (content != SmtpCommand::greeting && refuses(reply)) {
    refuse_midway(reply, content, now);
    return;
  }
  const bool closing = reply.code == kServiceClosing;
  if (!closing && exchange_.completed() > 0) observer_.note(kDoubtfulSmtpReplies);
  exchange_.fail(words_of(reply, closing ? "service-closing" : "unsolicited-reply", kNoCommand), now);
}

// The server refuses a message while it is being sent: servers that count its octets do. The rest
// cannot be taken back, and ending the message early might have it delivered in part: the
// connection is given up.
void SmtpConnection::refuse_midway(const smtp::Reply& reply, SmtpCommand content, Nanoseconds now) {
  observer_.server_said(words_of(reply, refusal(reply), static_cast<unsigned>(content)));
  if (exchange_.has_unsent()) exchange_.fail_transaction(exchange_.sending(), refusal(reply));
  give_up(reply.code == kServiceClosing ? "service-closing" : "session-given-up", now);
}

// --- How it ends

void SmtpConnection::give_up(std::string_view name, Nanoseconds now) {
  exchange_.close(Ending::failed, name, nullptr, now);
}

void SmtpConnection::end(Ending ending, std::string_view reason, Nanoseconds now) {
  if (exchange_.over()) return;
  const ServerWords words = without_secrets(stream_.words_at_end(reason, exchange_.awaited_command()));
  const bool tells_something = words.command != kNoCommand || !words.text.empty();
  exchange_.close(ending, reason, tells_something ? &words : nullptr, now);
  wants_tls_ = false;
}

}  // namespace backtalk::session
