// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/smtp_session.hpp"

#include <string>

#include "backtalk/detail/expect.hpp"
#include "backtalk/smtp/ehlo.hpp"
#include "session/smtp_refusals.hpp"
#include "session/smtp_statuses.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kNoPipelining =
    "the server does not offer PIPELINING (RFC 2920): its commands were sent in lock step";
constexpr std::string_view kNoChunking =
    "the server does not offer CHUNKING (RFC 3030): messages were sent with DATA instead of BDAT";
constexpr std::string_view kDoubtfulReplies =
    "a server sent more replies than commands (unsolicited-reply): earlier replies on those connections may "
    "have been matched to the wrong command, so some messages counted as completed may not have been "
    "accepted";
constexpr std::string_view kTwoWithData =
    "with DATA at most two messages are in flight on a connection: -p above 2 does the same as -p 2, unless "
    "messages are sent with --data bdat";
constexpr std::string_view kNoEhlo =
    "the server refused EHLO and was greeted with HELO: no extension was used";

}  // namespace

SmtpSession::SmtpSession(const SmtpPlan& plan, const SessionContext& context)
    : plan_(plan),
      observer_(context.observer),
      exchange_({.transactions = transactions_in_flight_max(plan), .commands = pending_commands_max(plan)},
                context.observer),
      received_(exchange_.transaction_slots()) {}

void SmtpSession::restart(Nanoseconds now) {
  stream_.reset();
  exchange_.restart();
  say_ = Say::nothing;
  in_clear_ = plan_.starttls;
  wants_tls_ = false;
  step_ = Step::none;
  finishing_ = needs_reset_ = chunking_ = false;
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
  if (say_ != Say::nothing && writer.has_room_for_command()) say(writer, now);
  while (exchange_.ready() && writer.has_room_for_command() && send_step(writer, now)) {
  }
  return writer.size();
}

SmtpCommand SmtpSession::command_to_say() const {
  if (say_ == Say::starttls) return SmtpCommand::starttls;
  if (say_ == Say::helo) return SmtpCommand::helo;
  return plan_.lmtp ? SmtpCommand::lhlo : SmtpCommand::ehlo;
}

void SmtpSession::say(CommandWriter& out, Nanoseconds now) {
  const SmtpCommand command = command_to_say();
  out.add(kSmtpCommandNames[static_cast<std::size_t>(command)]);
  if (command != SmtpCommand::starttls) out.add(" ").add(plan_.hello);
  out.end_plain_line();
  sent(command, now);
  say_ = Say::nothing;
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
    exchange_.fail(stream_.words_of_error(exchange_.awaited_command()), now);
  }
  stream_.end_piece();
}

ServerWords SmtpSession::words_of(const smtp::Reply& reply, std::string_view name, unsigned command) {
  return {.name = name,
          .command = command,
          .status = smtp_status(reply.code),
          .text = stream_.quote(reply.offset, reply.octets),
          .offset = reply.offset};
}

void SmtpSession::on_reply(const smtp::Reply& reply, Nanoseconds now) {
  if (exchange_.all_answered()) {
    on_unasked_reply(reply, now);
    return;
  }
  const Exchange::Command answered = exchange_.oldest();
  const auto command = static_cast<SmtpCommand>(answered.command);
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

void SmtpSession::on_connection_reply(SmtpCommand command, const smtp::Reply& reply, Nanoseconds now) {
  switch (command) {
    case SmtpCommand::greeting:
      if (refuses(reply)) {
        refuse_connection(command, reply, now);
      } else {
        say_ = Say::hello;
      }
      break;
    case SmtpCommand::ehlo:
    case SmtpCommand::helo:
    case SmtpCommand::lhlo: on_hello_reply(command, reply, now); break;
    case SmtpCommand::starttls:
      if (refuses(reply)) {
        refuse_connection(command, reply, now);
      } else {
        await_tls(now);
      }
      break;
    case SmtpCommand::quit: exchange_.finish(); break;
    default: break;  // RSET: if it was refused, the next MAIL will tell
  }
}

void SmtpSession::on_hello_reply(SmtpCommand command, const smtp::Reply& reply, Nanoseconds now) {
  const bool knows_no_ehlo = command == SmtpCommand::ehlo && reply.klass() == 5;
  if (refuses(reply) && !knows_no_ehlo) {
    refuse_connection(command, reply, now);
  } else if (in_clear_) {
    start_tls(knows_no_ehlo ? nullptr : &reply, now);
  } else if (knows_no_ehlo) {
    say_ = Say::helo;
  } else {
    negotiate(command == SmtpCommand::helo ? nullptr : &reply);
  }
}

void SmtpSession::refuse_connection(SmtpCommand command, const smtp::Reply& reply, Nanoseconds now) {
  exchange_.close(Ending::failed, refusal_of_connection(command, reply), nullptr, now);
}

void SmtpSession::start_tls(const smtp::Reply* ehlo, Nanoseconds now) {
  if (ehlo != nullptr && smtp::read_capabilities(*ehlo).starttls) {
    say_ = Say::starttls;
  } else {
    exchange_.close(Ending::failed, "starttls-missing", nullptr, now);
  }
}

// Until the handshake is done nothing is said. Whatever came with the acceptance came in the clear.
void SmtpSession::await_tls(Nanoseconds now) {
  if (!stream_.parser().begin_tls()) {
    exchange_.fail(stream_.words_of_error(kNoCommand), now);
    return;
  }
  wants_tls_ = true;
  tls_wanted_ = now;
}

// Octets that nobody could decrypt arrived while the handshake was waited for.
void SmtpSession::fail_in_the_clear(Nanoseconds now) {
  wants_tls_ = false;
  static_cast<void>(stream_.parser().begin_tls());
  BACKTALK_EXPECT(stream_.parser().error());
  exchange_.fail(stream_.words_of_error(kNoCommand), now);
}

void SmtpSession::tls_established(Nanoseconds) {
  BACKTALK_EXPECT(wants_tls_);
  wants_tls_ = in_clear_ = false;
  say_ = Say::hello;
}

// What the server offers decides how its commands are sent.
void SmtpSession::negotiate(const smtp::Reply* ehlo) {
  exchange_.become_ready();
  const smtp::Capabilities offered = ehlo != nullptr ? smtp::read_capabilities(*ehlo) : smtp::Capabilities{};
  if (ehlo == nullptr) observer_.note(kNoEhlo);
  chunking_ = plan_.submission == SmtpPlan::Submission::bdat && offered.chunking;
  if (plan_.submission == SmtpPlan::Submission::bdat && !offered.chunking) observer_.note(kNoChunking);
  effective_depth_ = offered.pipelining ? plan_.depth : 1;
  if (plan_.depth > 1 && !offered.pipelining) observer_.note(kNoPipelining);
  const bool with_data = sends_messages() && !chunking_;
  if (effective_depth_ > 2 && with_data) observer_.note(kTwoWithData);
  mail_parameters_.clear();
  if (offered.size)
    mail_parameters_.append(" SIZE=").append(std::to_string(plan_.message.octets(WireMessage::Form::chunk)));
  if (offered.eightbitmime && plan_.message.eight_bit()) mail_parameters_.append(" BODY=8BITMIME");
}

// --- How it ends

void SmtpSession::end(Ending ending, std::string_view reason, Nanoseconds now) {
  if (exchange_.over()) return;
  const ServerWords words = stream_.words_at_end(reason, exchange_.awaited_command());
  const bool tells_something = words.command != kNoCommand || !words.text.empty();
  exchange_.close(ending, reason, tells_something ? &words : nullptr, now);
  wants_tls_ = false;
}

}  // namespace backtalk::session
