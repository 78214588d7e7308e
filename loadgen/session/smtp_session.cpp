// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/smtp_session.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

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

constexpr bool refuses(const smtp::Reply& reply) {
  return reply.klass() == 4 || reply.klass() == 5;
}

constexpr std::uint16_t kServiceClosing = 421;

constexpr std::string_view refusal(const smtp::Reply& reply) {
  if (reply.code == kServiceClosing) return "service-closing";
  return reply.klass() == 4 ? "reply-4xx" : "reply-5xx";
}

// What a refusal of one of the connection's own commands is called. After 5xx to EHLO, HELO is tried.
constexpr std::string_view refusal_of_connection(SmtpCommand command, const smtp::Reply& reply) {
  switch (command) {
    case SmtpCommand::greeting: return "greeting-refused";
    case SmtpCommand::ehlo: return reply.klass() == 5 ? refusal(reply) : "hello-refused";
    case SmtpCommand::helo:
    case SmtpCommand::lhlo: return "hello-refused";
    default: return refusal(reply);
  }
}

// A power of two, so that a transaction's number, which may wrap, is its place.
std::size_t slots(const SmtpPlan& plan) {
  return std::bit_ceil(transactions_in_flight_max(plan));
}

}  // namespace

// Appends to the span that `produce` was given.
class SmtpSession::Writer {
 public:
  explicit Writer(std::span<char> out) : out_(out) {}

  [[nodiscard]] std::size_t size() const { return used_; }
  [[nodiscard]] std::size_t room() const { return out_.size() - used_; }
  [[nodiscard]] bool has_room_for_command() const { return room() >= kOutputMin / 2; }

  Writer& add(std::string_view text) {
    const std::size_t count = std::min(text.size(), room());
    std::memcpy(out_.data() + used_, text.data(), count);
    used_ += count;
    return *this;
  }
  Writer& add_number(std::uint64_t number) {
    const auto [end, failure] = std::to_chars(out_.data() + used_, out_.data() + out_.size(), number);
    if (failure == std::errc{}) used_ = static_cast<std::size_t>(end - out_.data());
    return *this;
  }
  // A path, in which "{n}" stands for the transaction's number.
  Writer& add_path(std::string_view path, std::uint64_t number) {
    constexpr std::string_view kNumber = "{n}";
    for (std::size_t at = path.find(kNumber); at != std::string_view::npos; at = path.find(kNumber)) {
      add(path.substr(0, at)).add_number(number);
      path.remove_prefix(at + kNumber.size());
    }
    return add(path);
  }
  // A stretch of the message, as much as fits; how much that was.
  std::size_t add_message(const WireMessage& message, WireMessage::Form form, std::uint64_t offset) {
    const std::size_t count = message.copy(form, offset, out_.subspan(used_));
    used_ += count;
    return count;
  }

 private:
  std::span<char> out_;
  std::size_t used_ = 0;
};

SmtpSession::SmtpSession(const SmtpPlan& plan, const SessionContext& context)
    : plan_(plan),
      observer_(context.observer),
      pending_(pending_commands_max(plan)),
      transactions_(slots(plan)) {}

void SmtpSession::restart(Nanoseconds now) {
  parser_.reset();
  heard_.reset();
  pending_.clear();
  stage_ = Stage::greeting;
  step_ = Step::none;
  finishing_ = quit_sent_ = needs_reset_ = chunking_ = false;
  effective_depth_ = 1;
  completed_here_ = 0;
  first_ = sending_ = end_ = 0;
  message_sent_ = 0;
  sent(SmtpCommand::greeting, now, false);
}

unsigned SmtpSession::room() const {
  if (stage_ != Stage::ready || finishing_) return 0;
  const std::uint32_t in_flight = end_ - first_;
  if (chunked() || plan_.exercise != SmtpPlan::Exercise::message) {
    return effective_depth_ > in_flight ? effective_depth_ - in_flight : 0;
  }
  if (in_flight == 0) return 1;
  // The next message's group may ride behind the dot of the one that is being sent.
  const bool dot_comes = step_ == Step::message || (step_ == Step::none && sending_ == end_);
  return in_flight == 1 && !lock_step() && plan_.next == SmtpPlan::Next::with_dot && dot_comes ? 1 : 0;
}

void SmtpSession::begin(const Ticket& ticket) {
  at(end_) = Transaction{};
  at(end_).ticket = ticket;
  ++end_;
}

// --- What is sent

std::size_t SmtpSession::produce(std::span<char> out, Nanoseconds now) {
  Writer writer(out);
  while (writer.has_room_for_command() && produce_step(writer, now)) {
  }
  return writer.size();
}

void SmtpSession::sent(SmtpCommand command, Nanoseconds now, bool of_transaction) {
  const auto index = static_cast<std::uint8_t>(command);
  pending_.push({.sent = now, .transaction = sending_, .command = index, .of_transaction = of_transaction});
  bool measured = true;
  if (of_transaction) {
    Transaction& transaction = at(sending_);
    ++transaction.unanswered;
    measured = transaction.ticket.measured;
    if (transaction.begun == 0) transaction.begun = now;
  }
  observer_.command_sent(index, measured);
}

// Hands out one command, or a stretch of message. False where nothing can be sent now.
bool SmtpSession::produce_step(Writer& out, Nanoseconds now) {
  switch (stage_) {
    case Stage::say_ehlo:
      out.add(plan_.lmtp ? "LHLO " : "EHLO ").add(plan_.hello).add("\r\n");
      sent(plan_.lmtp ? SmtpCommand::lhlo : SmtpCommand::ehlo, now, false);
      stage_ = Stage::await_ehlo;
      return true;
    case Stage::say_helo:
      out.add("HELO ").add(plan_.hello).add("\r\n");
      sent(SmtpCommand::helo, now, false);
      stage_ = Stage::await_helo;
      return true;
    case Stage::ready: break;
    default: return false;
  }
  if (step_ == Step::none) {
    if (sending_ != end_) {
      step_ = needs_reset_ ? Step::reset : Step::mail;
      if (plan_.exercise != SmtpPlan::Exercise::message) step_ = Step::content;
      recipient_ = 0;
      message_at_ = 0;
    } else if (finishing_ && first_ == end_ && pending_.empty()) {
      out.add("QUIT\r\n");
      sent(SmtpCommand::quit, now, false);
      stage_ = Stage::await_quit;
      return true;
    } else {
      return false;
    }
  }
  Transaction& transaction = at(sending_);
  switch (step_) {
    case Step::reset:
      if (!may_send()) return false;
      out.add("RSET\r\n");
      sent(SmtpCommand::rset, now, false);
      needs_reset_ = false;
      step_ = Step::mail;
      return true;
    case Step::mail:
      if (!may_send()) return false;
      out.add("MAIL FROM:<").add_path(plan_.from, transaction.ticket.number).add(">");
      out.add(mail_parameters_).add("\r\n");
      sent(SmtpCommand::mail, now, true);
      step_ = Step::recipients;
      return true;
    case Step::recipients:
      if (!may_send()) return false;
      write_recipient(out, recipient_, transaction.ticket.number);
      sent(SmtpCommand::rcpt, now, true);
      if (++recipient_ == plan_.recipients.size()) step_ = Step::content;
      return true;
    case Step::content:
      if (!may_send()) return false;
      if (plan_.exercise != SmtpPlan::Exercise::message) {
        const bool noop = plan_.exercise == SmtpPlan::Exercise::noop;
        out.add(noop ? "NOOP\r\n" : "RSET\r\n");
        sent(noop ? SmtpCommand::noop : SmtpCommand::rset, now, true);
        advance_to_next();
      } else if (chunked()) {
        out.add("BDAT ").add_number(plan_.message.octets(WireMessage::Form::chunk)).add(" LAST\r\n");
        sent(SmtpCommand::bdat, now, true);
        step_ = Step::message;
      } else {
        out.add("DATA\r\n");
        sent(SmtpCommand::data, now, true);
        step_ = Step::await_go;
      }
      return true;
    case Step::message:
      message_sent_ = now;
      if (!write_message(out)) return true;
      if (!chunked()) sent(SmtpCommand::dot, now, true);
      transaction.content_sent = true;
      advance_to_next();
      settle(sending_ - 1, now);  // a server may answer a chunk before it has all of it
      return true;
    case Step::lone_dot:
      out.add(".\r\n");
      sent(SmtpCommand::dot, now, true);
      advance_to_next();
      return true;
    case Step::await_go:
    case Step::none: break;
  }
  return false;
}

void SmtpSession::advance_to_next() {
  step_ = Step::none;
  ++sending_;
}

void SmtpSession::write_recipient(Writer& out, std::uint32_t which, std::uint64_t number) {
  out.add("RCPT TO:<").add_path(plan_.recipients[which], number).add(">\r\n");
}

// As much of the message as fits. True once all of it was handed out.
bool SmtpSession::write_message(Writer& out) {
  const auto form = chunked() ? WireMessage::Form::chunk : WireMessage::Form::stuffed;
  message_at_ += out.add_message(plan_.message, form, message_at_);
  return message_at_ == plan_.message.octets(form);
}

// --- What is answered

void SmtpSession::consume(std::string_view bytes, Nanoseconds now) {
  if (stage_ == Stage::over) return;
  heard_.feed(bytes);
  parser_.feed(bytes);
  const smtp::Reply* reply = nullptr;
  while (stage_ != Stage::over && (reply = parser_.next()) != nullptr) on_reply(*reply, now);
  if (stage_ != Stage::over && parser_.error()) on_protocol_error(parser_.error(), now);
  if (parser_.in_message()) {
    heard_.keep_from(parser_.message_offset());
  } else {
    heard_.let_go();
  }
}

void SmtpSession::on_protocol_error(const Error& error, Nanoseconds now) {
  constexpr std::size_t kLineOctetsMax = 128;
  const bool too_long = error.code == ErrorCode::line_too_long || error.code == ErrorCode::reply_too_long ||
                        error.code == ErrorCode::too_many_lines;
  // What runs beyond a limit is best told by its beginning.
  const std::string_view text = too_long ? heard_.quote(parser_.message_offset(), kLineOctetsMax)
                                         : heard_.quote_line(error.offset, kLineOctetsMax);
  const std::string_view name = protocol_word(error.code);
  fail({.name = name, .command = awaited_command(), .text = text, .offset = error.offset}, now);
}

ServerWords SmtpSession::words_of(const smtp::Reply& reply, std::string_view name, unsigned command) {
  std::string_view text =
      heard_.quote(reply.offset, std::min<std::uint64_t>(reply.octets, RecentOctets::kMax));
  if (text.size() == reply.octets && text.ends_with("\r\n")) text.remove_suffix(2);
  return {.name = name,
          .command = command,
          .status = smtp_status(reply.code),
          .text = text,
          .offset = reply.offset};
}

void SmtpSession::on_reply(const smtp::Reply& reply, Nanoseconds now) {
  if (pending_.empty()) {
    on_unasked_reply(reply, now);
    return;
  }
  const PendingCommand answered = pending_.oldest();
  const auto command = static_cast<SmtpCommand>(answered.command);
  const unsigned expected = command == SmtpCommand::data ? 3 : 2;
  const bool measured = !answered.of_transaction || at(answered.transaction).ticket.measured;
  observer_.command_answered({.command = answered.command,
                              .ok = reply.klass() == expected,
                              .status = smtp_status(reply.code),
                              .latency = now - answered.sent,
                              .measured = measured});
  if (refuses(reply)) {
    const std::string_view name =
        answered.of_transaction ? refusal(reply) : refusal_of_connection(command, reply);
    observer_.server_said(words_of(reply, name, answered.command));
  } else if (reply.klass() != expected) {
    fail(words_of(reply, "reply-unexpected", answered.command), now);
    return;
  }
  if (answered.of_transaction) {
    on_transaction_reply(command, answered.transaction, reply, now);
    if (reply.code == kServiceClosing) close_with_service(now);
  } else {
    pending_.pop();
    on_connection_reply(command, reply);
    if (reply.code == kServiceClosing && stage_ != Stage::over)
      close(Ending::failed, refusal(reply), nullptr, now);
  }
}

// No command waits for a reply.
void SmtpSession::on_unasked_reply(const smtp::Reply& reply, Nanoseconds now) {
  if (step_ == Step::message && refuses(reply)) {
    refuse_midway(reply, now);
    return;
  }
  const bool closing = reply.code == kServiceClosing;
  if (!closing && completed_here_ > 0) observer_.note(kDoubtfulReplies);
  fail(words_of(reply, closing ? "service-closing" : "unsolicited-reply", kNoCommand), now);
}

// The server refuses a message while it is being sent: servers that count its octets do. The rest cannot be
// taken back, and ending the message early might have it delivered in part: the connection is given up.
void SmtpSession::refuse_midway(const smtp::Reply& reply, Nanoseconds now) {
  const SmtpCommand command = chunked() ? SmtpCommand::bdat : SmtpCommand::data;
  observer_.server_said(words_of(reply, refusal(reply), static_cast<unsigned>(command)));
  Transaction& transaction = at(sending_);
  if (transaction.failure.empty()) transaction.failure = refusal(reply);
  const bool closing = reply.code == kServiceClosing;
  close(Ending::failed, closing ? "service-closing" : "session-given-up", nullptr, now);
}

// 421 to a command of a transaction: that one carries the blame, and whatever was behind it goes with the
// connection.
void SmtpSession::close_with_service(Nanoseconds now) {
  if (stage_ == Stage::over) return;
  end_transactions(Ending::failed, "service-closing", now);
  pending_.clear();
  stage_ = Stage::over;
}

void SmtpSession::on_connection_reply(SmtpCommand command, const smtp::Reply& reply) {
  const bool ok = !refuses(reply);
  switch (command) {
    case SmtpCommand::greeting:
      if (ok) {
        stage_ = Stage::say_ehlo;
        return;
      }
      break;
    case SmtpCommand::ehlo:
    case SmtpCommand::lhlo:
      if (ok) {
        negotiate(&reply);
        return;
      }
      if (command == SmtpCommand::ehlo && reply.klass() == 5) {
        stage_ = Stage::say_helo;
        return;
      }
      break;
    case SmtpCommand::helo:
      if (ok) {
        negotiate(nullptr);
        return;
      }
      break;
    case SmtpCommand::quit: stage_ = Stage::over; return;
    default: return;  // RSET: if it was refused, the next MAIL will tell
  }
  stage_ = Stage::over;
  observer_.connection_failed(refusal_of_connection(command, reply));
}

// What the server offers decides how its commands are sent.
void SmtpSession::negotiate(const smtp::Reply* ehlo) {
  stage_ = Stage::ready;
  const smtp::Capabilities offered = ehlo != nullptr ? smtp::read_capabilities(*ehlo) : smtp::Capabilities{};
  if (ehlo == nullptr) observer_.note(kNoEhlo);
  chunking_ = plan_.submission == SmtpPlan::Submission::bdat && offered.chunking;
  if (plan_.submission == SmtpPlan::Submission::bdat && !offered.chunking) observer_.note(kNoChunking);
  effective_depth_ = offered.pipelining ? plan_.depth : 1;
  if (plan_.depth > 1 && !offered.pipelining) observer_.note(kNoPipelining);
  const bool with_data = plan_.exercise == SmtpPlan::Exercise::message && !chunking_;
  if (effective_depth_ > 2 && with_data) observer_.note(kTwoWithData);
  mail_parameters_.clear();
  if (offered.size)
    mail_parameters_.append(" SIZE=").append(std::to_string(plan_.message.octets(WireMessage::Form::chunk)));
  if (offered.eightbitmime && plan_.message.eight_bit()) mail_parameters_.append(" BODY=8BITMIME");
}

void SmtpSession::on_transaction_reply(SmtpCommand command, std::uint32_t index, const smtp::Reply& reply,
                                       Nanoseconds now) {
  Transaction& transaction = at(index);
  const bool ok = !refuses(reply);
  bool answered = true;
  switch (command) {
    case SmtpCommand::mail:
      transaction.mail_accepted = ok;
      if (!ok) {
        transaction.failure = refusal(reply);
        // A server that takes only so many messages a connection says so here (OpenSMTPD: 452 after 100).
        if (reply.klass() == 4 && completed_here_ > 0) finishing_ = true;
      }
      break;
    case SmtpCommand::rcpt:
      ++transaction.recipients_answered;
      if (ok) ++transaction.recipients_accepted;
      if (transaction.failure.empty() && transaction.recipients_answered == plan_.recipients.size() &&
          transaction.recipients_accepted == 0) {
        transaction.failure = refusal(reply);
      }
      break;
    case SmtpCommand::data:
      if (ok) {
        step_ = transaction.failure.empty() ? Step::message : Step::lone_dot;
      } else {
        if (transaction.failure.empty()) transaction.failure = refusal(reply);
        needs_reset_ |= transaction.mail_accepted;
        advance_to_next();
      }
      break;
    case SmtpCommand::dot:
    case SmtpCommand::bdat: answered = take_final_reply(transaction, reply); break;
    default:  // NOOP or RSET, exercised by themselves
      transaction.final_answered = true;
      if (!ok) transaction.failure = refusal(reply);
      break;
  }
  if (answered) {
    pending_.pop();
    --transaction.unanswered;
  }
  settle(index, now);
}

// The server's word on the message. LMTP gives one for each recipient that it accepted (RFC 2033 4.2).
// True once the last has come.
bool SmtpSession::take_final_reply(Transaction& transaction, const smtp::Reply& reply) {
  ++transaction.final_replies;
  if (!refuses(reply)) {
    ++transaction.final_accepted;
  } else if (transaction.failure.empty() && transaction.final_accepted == 0) {
    transaction.failure = refusal(reply);
  }
  if (plan_.lmtp && transaction.final_replies < transaction.recipients_accepted) {
    observer_.command_sent(pending_.oldest().command,
                           transaction.ticket.measured);  // one more answer is awaited
    return false;
  }
  if (transaction.final_accepted > 0 && transaction.recipients_accepted > 0 && transaction.mail_accepted) {
    transaction.failure = {};  // LMTP: some recipients have it
  }
  if (!transaction.failure.empty()) needs_reset_ |= chunked() && transaction.mail_accepted;
  transaction.final_answered = true;
  return true;
}

// Ends the transaction once nothing more is owed on either side; those behind it stay in order.
void SmtpSession::settle(std::uint32_t index, Nanoseconds now) {
  Transaction& transaction = at(index);
  // In lock step nothing of a transaction that failed early goes out any more.
  if (!transaction.failure.empty() && lock_step() && index == sending_ && step_ != Step::message &&
      step_ != Step::lone_dot && transaction.unanswered == 0) {
    needs_reset_ |= transaction.mail_accepted && !transaction.final_answered;
    transaction.final_answered = true;
    advance_to_next();
  }
  while (first_ != end_ && first_ != sending_) {
    Transaction& oldest = at(first_);
    if (oldest.unanswered != 0 || (oldest.failure.empty() && !oldest.final_answered)) break;
    const bool failed = !oldest.failure.empty();
    if (!failed) ++completed_here_;
    ++first_;
    observer_.transaction_ended({.ticket = oldest.ticket,
                                 .begun = oldest.begun,
                                 .ended = now,
                                 .ending = failed ? Ending::failed : Ending::completed,
                                 .reason = oldest.failure,
                                 .in_doubt = false});
  }
}

// --- How it ends

void SmtpSession::fail(const ServerWords& words, Nanoseconds now) {
  close(Ending::failed, words.name, &words, now);
}

void SmtpSession::end(Ending ending, std::string_view reason, Nanoseconds now) {
  ServerWords words{.name = reason, .command = awaited_command(), .text = {}, .offset = heard_.end()};
  if (stage_ != Stage::over && parser_.in_message()) {
    words.offset = parser_.message_offset();
    words.text = heard_.quote(words.offset);
  }
  const bool tells_something = words.command != kNoCommand || !words.text.empty();
  close(ending, reason, tells_something ? &words : nullptr, now);
}

// The name under which the end of the connection itself is counted; empty if it is not: transactions carry
// the blame, or the end was in order. Many servers just close when they are told QUIT.
std::string_view SmtpSession::connection_failure(Ending ending, std::string_view reason) const {
  switch (stage_) {
    case Stage::over: return {};
    case Stage::await_quit: {
      const bool unanswered = ending == Ending::unfinished || reason == kTimeout;
      return unanswered ? "quit-unanswered" : std::string_view{};
    }
    case Stage::ready: return ending == Ending::failed && first_ == end_ ? reason : std::string_view{};
    default: return ending == Ending::failed ? reason : "handshake-unfinished";
  }
}

// `words` are told only if the end is counted: for the connection, or for a transaction that it ends.
void SmtpSession::close(Ending ending, std::string_view reason, const ServerWords* words, Nanoseconds now) {
  const std::string_view failure = connection_failure(ending, reason);
  const bool counted = !failure.empty() || (ending == Ending::failed && has_undecided_transaction());
  if (counted && words != nullptr) {
    ServerWords said = *words;
    if (!failure.empty()) said.name = failure;
    observer_.server_said(said);
  }
  if (!failure.empty()) observer_.connection_failed(failure);
  end_transactions(ending, reason, now);
  pending_.clear();
  stage_ = Stage::over;
}

// True if a transaction is in flight that has not failed yet: one that ends as the connection does.
bool SmtpSession::has_undecided_transaction() {
  for (std::uint32_t index = first_; index != end_; ++index) {
    if (at(index).failure.empty()) return true;
  }
  return false;
}

void SmtpSession::end_transactions(Ending ending, std::string_view reason, Nanoseconds now) {
  for (; first_ != end_; ++first_) {
    const Transaction& transaction = at(first_);
    const bool refused = !transaction.failure.empty();  // that was decided before the connection ended
    observer_.transaction_ended(
        {.ticket = transaction.ticket,
         .begun = transaction.begun,
         .ended = now,
         .ending = refused ? Ending::failed : ending,
         .reason = refused ? transaction.failure : reason,
         .in_doubt = transaction.content_sent && !transaction.final_answered && !refused});
  }
  sending_ = end_;
  step_ = Step::none;
}

}  // namespace backtalk::session
