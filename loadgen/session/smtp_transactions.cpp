// SPDX-License-Identifier: Apache-2.0 OR MIT
// The transactions of SmtpSession: the commands of a message and their replies.
#include "session/delivery_field.hpp"
#include "session/smtp_refusals.hpp"
#include "session/smtp_session.hpp"

namespace backtalk::session {

// --- What is sent

// Hands out one command, or a stretch of message. False if nothing can be sent now.
bool SmtpSession::send_step(CommandWriter& out, Nanoseconds now) {
  if (step_ == Step::none && !begin_sending()) {
    if (!finishing_ || exchange_.in_flight() > 0 || !exchange_.all_answered()) return false;
    send_quit(out, now);
    return true;
  }
  if (step_ == Step::message) {
    send_message(out, now);
    return true;
  }
  if (step_ == Step::lone_dot) {
    send_lone_dot(out, now);
    return true;
  }
  if (step_ == Step::await_go || !may_send()) return false;
  switch (step_) {
    case Step::reset: send_reset(out, now); break;
    case Step::mail: send_mail(out, now); break;
    case Step::recipients: send_recipient(out, now); break;
    default: send_content_command(out, now); break;
  }
  return true;
}

// False if there is no transaction to send.
bool SmtpSession::begin_sending() {
  if (!exchange_.has_unsent()) return false;
  step_ = !sends_messages() ? Step::content : needs_reset_ ? Step::reset : Step::mail;
  recipient_ = 0;
  message_at_ = 0;
  identified_ = plan_.deliveries == nullptr;
  return true;
}

void SmtpSession::transaction_sent(SmtpCommand command, Nanoseconds now) {
  exchange_.transaction_command_sent(static_cast<unsigned>(command), now);
}

void SmtpSession::finish_sending(Nanoseconds now) {
  step_ = Step::none;
  exchange_.finish_sending(now);
}

CommandValues SmtpSession::values() const {
  CommandValues values{.number = exchange_.ticket(exchange_.sending()).number};
  if (!plan_.login.users.empty()) values.user = auth_.credentials().user;
  return values;
}

void SmtpSession::send_reset(CommandWriter& out, Nanoseconds now) {
  out.add("RSET").end_plain_line();
  sent(SmtpCommand::rset, now);
  needs_reset_ = false;
  step_ = Step::mail;
}

void SmtpSession::send_mail(CommandWriter& out, Nanoseconds now) {
  out.add("MAIL FROM:<").add(plan_.from, values()).add(">");
  if (offered_.size && !messages_are_alike()) out.add(" SIZE=").add_number(chunk_octets());
  out.add(mail_parameters_).end_plain_line();
  transaction_sent(SmtpCommand::mail, now);
  step_ = Step::recipients;
}

void SmtpSession::send_recipient(CommandWriter& out, Nanoseconds now) {
  const std::uint64_t number = exchange_.ticket(exchange_.sending()).number;
  const std::uint64_t in_turn = plan_.recipients_in_turn ? number % plan_.recipients.size() : recipient_;
  out.add("RCPT TO:<").add(plan_.recipients[in_turn], values()).add(">").end_plain_line();
  transaction_sent(SmtpCommand::rcpt, now);
  if (++recipient_ == recipients_of_each(plan_)) step_ = Step::content;
}

void SmtpSession::send_content_command(CommandWriter& out, Nanoseconds now) {
  if (!sends_messages()) {
    send_exercise(out, now);
  } else if (chunked()) {
    out.add("BDAT ").add_number(chunk_octets()).add(" LAST").end_plain_line();
    transaction_sent(SmtpCommand::bdat, now);
    step_ = Step::message;
  } else {
    out.add("DATA").end_plain_line();
    transaction_sent(SmtpCommand::data, now);
    step_ = Step::await_go;
  }
}

void SmtpSession::send_exercise(CommandWriter& out, Nanoseconds now) {
  const bool noop = plan_.exercise == SmtpPlan::Exercise::noop;
  out.add(noop ? "NOOP" : "RSET").end_plain_line();
  transaction_sent(noop ? SmtpCommand::noop : SmtpCommand::rset, now);
  finish_sending(now);
}

// The message, with the field that identifies it.
std::uint64_t SmtpSession::chunk_octets() const {
  const std::uint64_t field = plan_.deliveries != nullptr ? DeliveryField::kLineOctets : 0;
  return message().octets(WireMessage::Form::chunk) + field;
}

void SmtpSession::send_identity(CommandWriter& out) {
  const std::uint64_t number = exchange_.ticket(exchange_.sending()).number;
  out.add(DeliveryField({.run = plan_.deliveries->run(), .number = number}).text()).end_plain_line();
  identified_ = true;
}

// As much of the message as fits.
void SmtpSession::send_message(CommandWriter& out, Nanoseconds now) {
  const auto form = chunked() ? WireMessage::Form::chunk : WireMessage::Form::stuffed;
  exchange_.content_sent(now);
  if (!identified_) send_identity(out);
  message_at_ += out.add_content(message(), form, message_at_);
  if (message_at_ != message().octets(form)) return;
  if (plan_.deliveries != nullptr) {
    const Ticket& ticket = exchange_.ticket(exchange_.sending());
    plan_.deliveries->sent(ticket.number, ticket.measured, now);
  }
  if (!chunked()) transaction_sent(SmtpCommand::dot, now);
  exchange_.request_sent();
  finish_sending(now);  // a server may have answered a chunk before it had all of it
}

void SmtpSession::send_lone_dot(CommandWriter& out, Nanoseconds now) {
  out.add(".").end_plain_line();
  transaction_sent(SmtpCommand::dot, now);
  finish_sending(now);
}

// --- What is answered

void SmtpSession::on_transaction_reply(const Exchange::Command& command, const smtp::Reply& reply,
                                       Nanoseconds now) {
  const std::uint32_t transaction = command.transaction;
  switch (static_cast<SmtpCommand>(command.command)) {
    case SmtpCommand::mail: on_mail_reply(transaction, reply); break;
    case SmtpCommand::rcpt: on_recipient_reply(transaction, reply); break;
    case SmtpCommand::data: on_data_reply(transaction, reply, now); break;
    case SmtpCommand::dot:
    case SmtpCommand::bdat:
      if (!on_final_reply(command, reply)) return;
      if (plan_.deliveries != nullptr) tell_fate(transaction, now);
      break;
    default:  // NOOP or RSET, exercised by themselves
      if (refuses(reply)) exchange_.fail_transaction(transaction, refusal(reply));
      break;
  }
  exchange_.retire(exchange_.oldest_tag(), now);
  if (lock_step()) stop_sending_what_failed(transaction, now);
}

void SmtpSession::on_mail_reply(std::uint32_t transaction, const smtp::Reply& reply) {
  received(transaction).mail_accepted = !refuses(reply);
  if (!refuses(reply)) return;
  exchange_.fail_transaction(transaction, refusal(reply));
  // A server that takes only so many messages a connection says so here (OpenSMTPD: 452 after 100).
  if (reply.klass() == 4 && exchange_.completed() > 0) finishing_ = true;
}

void SmtpSession::on_recipient_reply(std::uint32_t transaction, const smtp::Reply& reply) {
  Received& so_far = received(transaction);
  ++so_far.recipients_answered;
  if (!refuses(reply)) ++so_far.recipients_accepted;
  if (so_far.recipients_answered == recipients_of_each(plan_) && so_far.recipients_accepted == 0) {
    exchange_.fail_transaction(transaction, refusal(reply));
  }
}

void SmtpSession::on_data_reply(std::uint32_t transaction, const smtp::Reply& reply, Nanoseconds now) {
  if (!refuses(reply)) {
    step_ = exchange_.has_failed(transaction) ? Step::lone_dot : Step::message;
    return;
  }
  exchange_.fail_transaction(transaction, refusal(reply));
  needs_reset_ |= received(transaction).mail_accepted;
  finish_sending(now);
}

// The server's word on the message. LMTP gives one for each recipient that it accepted (RFC 2033
// 4.2). True once the last has come.
bool SmtpSession::on_final_reply(const Exchange::Command& command, const smtp::Reply& reply) {
  const std::uint32_t transaction = command.transaction;
  Received& so_far = received(transaction);
  ++so_far.final_replies;
  if (!refuses(reply)) {
    ++so_far.final_accepted;
  } else if (so_far.final_accepted == 0) {
    exchange_.fail_transaction(transaction, refusal(reply));
  }
  if (plan_.lmtp && so_far.final_replies < so_far.recipients_accepted) {
    exchange_.expect_another(command);
    return false;
  }
  if (so_far.final_accepted > 0 && so_far.recipients_accepted > 0 && so_far.mail_accepted) {
    exchange_.forgive_transaction(transaction);  // LMTP: some recipients have it
  }
  if (exchange_.has_failed(transaction)) needs_reset_ |= chunked() && so_far.mail_accepted;
  return true;
}

// Of a message whose dot has been answered.
void SmtpSession::tell_fate(std::uint32_t transaction, Nanoseconds now) {
  const std::uint64_t number = exchange_.ticket(transaction).number;
  if (exchange_.has_failed(transaction)) {
    plan_.deliveries->refused(number);
  } else {
    plan_.deliveries->accepted(number, now);
  }
}

// In lock step nothing of a transaction that failed early goes out any more.
void SmtpSession::stop_sending_what_failed(std::uint32_t transaction, Nanoseconds now) {
  const bool is_being_sent = transaction == exchange_.sending() && exchange_.has_unsent();
  if (!is_being_sent || step_ == Step::message || step_ == Step::lone_dot) return;
  if (!exchange_.has_failed(transaction) || exchange_.unanswered(transaction) > 0) return;
  needs_reset_ |= received(transaction).mail_accepted;
  finish_sending(now);
}

}  // namespace backtalk::session
