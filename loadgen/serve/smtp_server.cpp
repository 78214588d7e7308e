// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/smtp_server.hpp"

#include <charconv>
#include <limits>
#include <optional>

namespace backtalk::serve {

using session::Closing;
using smtp::Verb;

namespace {

constexpr std::string_view kTooBig = "552 5.3.4 Message too big\r\n";

// size-value = 1*20DIGIT (RFC 1870 section 5). A value that overflows counts as the largest number.
std::optional<std::uint64_t> read_size(std::string_view text) {
  std::uint64_t octets = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), octets);
  if (failure == std::errc::invalid_argument || stop != text.data() + text.size()) return std::nullopt;
  return failure == std::errc::result_out_of_range ? std::numeric_limits<std::uint64_t>::max() : octets;
}

// The message size that MAIL's parameters declare: 0 if they do not, nullopt if the value is not a
// size.
std::optional<std::uint64_t> declared_size(std::string_view parameters) {
  const auto size = smtp::find_parameter(parameters, "SIZE");
  return size ? read_size(*size) : 0;
}

}  // namespace

SmtpServer::SmtpServer(bool lmtp, const Faults& faults, SmtpCounts& counts)
    : lmtp_(lmtp),
      faults_(faults),
      counts_(counts),
      replies_(faults.replies),
      service_times_(faults.smtp.service) {}

void SmtpServer::restart() {
  parser_.reset();
  replies_.reset();
  output_.clear();
  closing_ = Closing::not_yet;
  greeted_ = false;
  messages_here_ = senders_seen_ = recipients_seen_ = messages_seen_ = 0;
  forget();
  in_chunk_ = false;
  work_ns_ = answers_left_ = 0;
  service_times_.restart(counts_.connections++);
  reply(lmtp_ ? "220 backtalk LMTP\r\n" : "220 backtalk ESMTP\r\n");
}

void SmtpServer::forget() {
  has_sender_ = chunk_refused_ = chunks_begun_ = false;
  recipients_ = octets_ = 0;
}

std::size_t SmtpServer::consume(std::string_view bytes) {
  if (over()) return bytes.size();
  answer();
  if (must_pause()) return 0;
  parser_.feed(bytes);
  while (const smtp::Input* input = parser_.next()) {
    switch (input->kind) {
      case smtp::Input::Kind::command: on_command(input->command); break;
      case smtp::Input::Kind::octets: octets_ += input->octets.size(); break;
      case smtp::Input::Kind::end_of_data: on_end(); break;
    }
    if (over()) return bytes.size();
    if (must_pause()) return bytes.size() - parser_.give_back().size();
  }
  if (parser_.error()) {
    ++counts_.protocol_errors;
    reply("500 5.5.2 Lines end with CRLF and are not endless\r\n");
    closing_ = Closing::when_client_ends;
  }
  return bytes.size();
}

Closing SmtpServer::closing() const {
  if (replies_.resets()) return Closing::with_reset;
  return replies_.closes() ? Closing::at_once : closing_;
}

void SmtpServer::work_on(Work work) {
  work_ = work;
  work_ns_ = service_times_.next();
  if (work_ns_ == 0) finish_work();
}

void SmtpServer::finish_work() {
  work_ns_ = 0;
  switch (work_) {
    case Work::command: reply("250 2.0.0 Ok\r\n"); break;
    case Work::message: finish_message(); break;
  }
}

void SmtpServer::on_command(const smtp::Command& command) {
  switch (command.verb) {
    case Verb::ehlo:
    case Verb::helo:
    case Verb::lhlo: on_hello(command); break;
    case Verb::mail: on_mail(command); break;
    case Verb::rcpt: on_recipient(command); break;
    case Verb::data: on_data(); break;
    case Verb::bdat: on_chunk(command); break;
    case Verb::rset:
      forget();
      work_on(Work::command);
      break;
    case Verb::noop: work_on(Work::command); break;
    case Verb::quit:
      reply("221 2.0.0 Bye\r\n");
      closing_ = Closing::at_once;
      break;
    case Verb::vrfy: reply("252 2.5.0 Send some mail and see\r\n"); break;
    case Verb::help: reply("214 2.0.0 This is a sink: it takes mail and keeps none\r\n"); break;
    default: reply("502 5.5.1 Not implemented\r\n"); break;
  }
}

void SmtpServer::on_hello(const smtp::Command& command) {
  if ((command.verb == Verb::lhlo) != lmtp_) {
    reply("500 5.5.1 LMTP is greeted with LHLO, SMTP with EHLO or HELO\r\n");
    return;
  }
  if (command.arguments.empty()) {
    reply("501 5.5.4 Who are you?\r\n");
    return;
  }
  forget();
  greeted_ = true;
  if (command.verb == Verb::helo) {
    reply("250 backtalk\r\n");
  } else {
    reply(
        "250-backtalk\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n"
        "250-CHUNKING\r\n250 SMTPUTF8\r\n");
  }
}

void SmtpServer::on_mail(const smtp::Command& command) {
  const auto sender = smtp::read_path(command);
  const auto octets = sender ? declared_size(sender->parameters) : std::nullopt;
  if (!greeted_) {
    reply(lmtp_ ? "503 5.5.1 Say LHLO first\r\n" : "503 5.5.1 Say EHLO first\r\n");
  } else if (has_sender_) {
    reply("503 5.5.1 One MAIL at a time\r\n");
  } else if (!sender) {
    reply("501 5.5.4 MAIL FROM:<path>\r\n");
  } else if (!octets) {
    reply("501 5.5.4 SIZE=octets\r\n");
  } else if (faults_.smtp.messages_max > 0 && messages_here_ >= faults_.smtp.messages_max) {
    reply("421 4.7.0 Enough for one connection\r\n");
    closing_ = Closing::when_client_ends;
  } else if (is_nth(senders_seen_, faults_.smtp.refuse_sender_every)) {
    ++counts_.senders_refused;
    reply("550 5.7.1 Sender refused, as asked\r\n");
  } else if (*octets > kSizeMax) {
    reply(kTooBig);
  } else {
    has_sender_ = true;
    reply("250 2.1.0 Ok\r\n");
  }
}

void SmtpServer::on_recipient(const smtp::Command& command) {
  if (!has_sender_) {
    reply("503 5.5.1 MAIL first\r\n");
  } else if (!smtp::read_path(command)) {
    reply("501 5.5.4 RCPT TO:<path>\r\n");
  } else if (is_nth(recipients_seen_, faults_.smtp.refuse_recipient_every)) {
    ++counts_.recipients_refused;
    reply("550 5.1.1 Recipient refused, as asked\r\n");
  } else {
    ++recipients_;
    ++counts_.recipients;
    reply("250 2.1.5 Ok\r\n");
  }
}

void SmtpServer::on_data() {
  if (!has_sender_) {
    reply("503 5.5.1 MAIL first\r\n");
  } else if (recipients_ == 0) {
    reply("554 5.5.1 No valid recipients\r\n");
  } else if (chunks_begun_) {
    reply("503 5.5.1 BDAT was begun\r\n");
  } else {
    reply("354 End data with <CR><LF>.<CR><LF>\r\n");
    in_chunk_ = false;
    parser_.expect_data();
  }
}

// The octets of a chunk follow even if it is refused (RFC 3030 section 2).
void SmtpServer::on_chunk(const smtp::Command& command) {
  const auto chunk = smtp::read_chunk(command);
  if (!chunk) {
    reply("501 5.5.4 BDAT size [LAST]\r\n");
    closing_ = Closing::when_client_ends;  // we cannot know where the next command begins
    return;
  }
  in_chunk_ = true;
  chunks_begun_ = true;
  chunk_is_last_ = chunk->last;
  chunk_refused_ |= !has_sender_ || recipients_ == 0;
  parser_.expect_chunk(chunk->octets);
}

void SmtpServer::on_end() {
  if (!in_chunk_) {
    work_on(Work::message);
    return;
  }
  in_chunk_ = false;
  if (chunk_refused_) {
    reply(has_sender_ ? "554 5.5.1 No valid recipients\r\n" : "503 5.5.1 MAIL first\r\n");
    forget();
  } else if (chunk_is_last_) {
    work_on(Work::message);
  } else {
    reply("250 2.0.0 Chunk taken\r\n");
  }
}

// LMTP replies once for each accepted recipient (RFC 2033 section 4.2).
void SmtpServer::finish_message() {
  answers_left_ = lmtp_ ? recipients_ : 1;
  const bool too_big = octets_ > kSizeMax;
  const bool refused = is_nth(messages_seen_, faults_.smtp.refuse_message_every) || too_big;
  counts_.octets += octets_;
  ++(refused ? counts_.messages_refused : counts_.messages);
  ++messages_here_;
  answer_ = too_big ? kTooBig : refused ? "554 5.3.0 Message refused, as asked\r\n" : "250 2.0.0 Ok\r\n";
  forget();
  answer();
}

void SmtpServer::answer() {
  for (; answers_left_ > 0 && output_.size() < kOutputEnough; --answers_left_) reply(answer_);
}

}  // namespace backtalk::serve
