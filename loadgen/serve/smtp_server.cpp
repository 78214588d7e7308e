// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/smtp_server.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "backtalk/pop3/command.hpp"

namespace backtalk::serve {

using session::Closing;
using smtp::Verb;

namespace {

// What EHLO always says, behind what it says at times.
constexpr std::string_view kExtensions =
    "250-PIPELINING\r\n250-SIZE 52428800\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n"
    "250-CHUNKING\r\n250 SMTPUTF8\r\n";
constexpr std::string_view kTaken = "250 2.0.0 Ok\r\n";
constexpr std::string_view kNoRoom = "452 4.3.1 No room for more mail\r\n";
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

SmtpServer::SmtpServer(SmtpOffer offer, const Faults& faults, SmtpCounts& counts, mailbox::Store* store,
                       std::unique_ptr<session::Authenticator> authenticator)
    : offer_(offer),
      faults_(faults),
      counts_(counts),
      store_(store),
      replies_(faults.replies),
      service_times_(faults.service),
      keeping_(faults.mailboxes),
      login_(nullptr, std::move(authenticator), counts) {
  if (store_ != nullptr) reserved_ = mailbox::Reservation(store_->budget());
}

void SmtpServer::restart() {
  parser_.reset();
  replies_.reset();
  keeping_.restart();
  output_.clear();
  closing_ = Closing::not_yet;
  greeted_ = secured_ = wants_tls_ = authenticating_ = authenticated_ = false;
  messages_here_ = senders_seen_ = recipients_seen_ = messages_seen_ = 0;
  forget();
  login_.restart();
  in_chunk_ = false;
  work_ns_ = answers_left_ = 0;
  service_times_.restart(counts_.connections++);
  reply(offer_.lmtp ? "220 backtalk LMTP\r\n" : "220 backtalk ESMTP\r\n");
}

void SmtpServer::forget() {
  has_sender_ = chunk_refused_ = chunks_begun_ = false;
  recipients_ = octets_ = 0;
  if (store_ == nullptr) return;
  accounts_.clear();
  message_ = {};
  reserved_.release();
  no_room_ = false;
}

std::size_t SmtpServer::consume(std::string_view bytes) {
  if (over()) return bytes.size();
  answer();
  if (must_pause()) return 0;
  parser_.feed(bytes);
  while (const smtp::Input* input = parser_.next()) {
    switch (input->kind) {
      case smtp::Input::Kind::command:
        if (std::exchange(authenticating_, false)) {
          on_response(input->command);
        } else {
          on_command(input->command);
        }
        break;
      case smtp::Input::Kind::octets:
        octets_ += input->octets.size();
        if (store_ != nullptr) keep(input->octets);
        break;
      case smtp::Input::Kind::end_of_data: on_end(); break;
    }
    if (over()) return bytes.size();
    if (must_pause() || wants_tls_) return bytes.size() - parser_.give_back().size();
  }
  if (parser_.error()) {
    ++counts_.protocol_errors;
    reply(authenticating_ ? "500 5.5.6 A response is a line of base64, and not an endless one\r\n"
                          : "500 5.5.2 Lines end with CRLF and are not endless\r\n");
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
    case Verb::starttls: on_starttls(command); break;
    case Verb::auth: on_auth(command); break;
    case Verb::vrfy: reply("252 2.5.0 Send some mail and see\r\n"); break;
    case Verb::help: reply("214 2.0.0 This is a sink: it takes mail and keeps none\r\n"); break;
    default: reply("502 5.5.1 Not implemented\r\n"); break;
  }
}

void SmtpServer::on_hello(const smtp::Command& command) {
  if ((command.verb == Verb::lhlo) != offer_.lmtp) {
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
    return;
  }
  scratch_ = "250-backtalk\r\n";
  if (offer_.starttls && !secured_) scratch_.append("250-STARTTLS\r\n");
  if (login_.has_mechanisms()) {
    scratch_.append("250-AUTH");
    login_.append_mechanisms(scratch_, " ");
    scratch_.append("\r\n");
  }
  scratch_.append(kExtensions);
  reply(scratch_);
}

// RFC 3207 section 4. The client speaks TLS next; what it has sent already is not read.
void SmtpServer::on_starttls(const smtp::Command& command) {
  if (!offer_.starttls) {
    reply("502 5.5.1 Not implemented\r\n");
  } else if (secured_) {
    reply("503 5.5.1 TLS is active already\r\n");
  } else if (!command.arguments.empty()) {
    reply("501 5.5.4 STARTTLS has no parameters\r\n");
  } else {
    reply("220 2.0.0 Ready to start TLS\r\n");
    wants_tls_ = true;
  }
}

void SmtpServer::tls_established() {
  wants_tls_ = greeted_ = authenticated_ = false;
  secured_ = true;
  parser_.reset();
  forget();
}

// RFC 4954 section 4. Its grammar is that of POP3 (RFC 5034).
void SmtpServer::on_auth(const smtp::Command& command) {
  const auto auth = pop3::read_auth({.offset = command.offset,
                                     .verb = pop3::Verb::auth,
                                     .keyword = command.name,
                                     .arguments = command.arguments});
  if (!login_.has_mechanisms()) {
    reply("502 5.5.1 Not implemented\r\n");
  } else if (!greeted_) {
    reply("503 5.5.1 Say EHLO first\r\n");
  } else if (authenticated_) {
    reply("503 5.5.1 You are logged in\r\n");
  } else if (has_sender_) {
    reply("503 5.5.1 Not while a message is being sent\r\n");
  } else if (!auth) {
    reply("501 5.5.2 AUTH mechanism [initial-response]\r\n");
  } else {
    on_login_step(login_.begin(auth->mechanism, auth->initial_response));
  }
}

// The parser takes it for a command; there is no space in base64.
void SmtpServer::on_response(const smtp::Command& line) {
  on_login_step(login_.respond(line.arguments.empty() ? line.name : " "));
}

void SmtpServer::on_login_step(const Login::Step& step) {
  using Outcome = Login::Outcome;
  switch (step.outcome) {
    case Outcome::challenge:
      scratch_.assign("334 ").append(step.challenge).append("\r\n");
      reply(scratch_);
      authenticating_ = true;
      break;
    case Outcome::accepted:
      reply("235 2.7.0 Logged in\r\n");
      authenticated_ = true;
      break;
    case Outcome::refused: reply("535 5.7.8 Wrong user or password\r\n"); break;
    case Outcome::full: reply("454 4.7.0 No room for another account\r\n"); break;
    case Outcome::cancelled: reply("501 5.7.0 Cancelled\r\n"); break;
    case Outcome::malformed: reply("501 5.5.2 Not a response in base64\r\n"); break;
    case Outcome::unknown_mechanism: reply("504 5.5.4 No such mechanism\r\n"); break;
    case Outcome::too_many:
      reply("421 4.7.0 Too many refused logins\r\n");
      closing_ = Closing::when_client_ends;
      break;
  }
}

void SmtpServer::on_mail(const smtp::Command& command) {
  const auto sender = smtp::read_path(command);
  const auto octets = sender ? declared_size(sender->parameters) : std::nullopt;
  if (!greeted_) {
    reply(offer_.lmtp ? "503 5.5.1 Say LHLO first\r\n" : "503 5.5.1 Say EHLO first\r\n");
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

// Empty if mail to this path can be kept; the account is then one of the message's.
std::string_view SmtpServer::refusal_to_keep(std::string_view path) {
  using Entry = mailbox::Store::Entry;
  // A source route comes before the address.
  if (path.starts_with('@')) path.remove_prefix(std::min(path.find(':'), path.size() - 1) + 1);
  if (accounts_.size() >= kRecipientsMax) return "452 4.5.3 Too many recipients\r\n";
  const auto opened = store_->open(path);
  if (opened.entry == Entry::refused) return "550 5.1.1 No such mailbox\r\n";
  if (opened.entry == Entry::full) return kNoRoom;
  accounts_.push_back(opened.account);
  return {};
}

void SmtpServer::on_recipient(const smtp::Command& command) {
  const auto recipient = smtp::read_path(command);
  if (!has_sender_) {
    reply("503 5.5.1 MAIL first\r\n");
  } else if (!recipient) {
    reply("501 5.5.4 RCPT TO:<path>\r\n");
  } else if (is_nth(recipients_seen_, faults_.smtp.refuse_recipient_every)) {
    ++counts_.recipients_refused;
    reply("550 5.1.1 Recipient refused, as asked\r\n");
  } else if (const std::string_view refusal =
                 store_ != nullptr ? refusal_to_keep(recipient->path) : std::string_view{};
             !refusal.empty()) {
    ++counts_.recipients_refused;
    reply(refusal);
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
  answers_left_ = offer_.lmtp ? recipients_ : 1;
  const bool too_big = octets_ > kSizeMax;
  const bool refused = is_nth(messages_seen_, faults_.smtp.refuse_message_every) || too_big;
  counts_.octets += octets_;
  ++messages_here_;
  undelivered_.clear();
  answer_ = too_big             ? kTooBig
            : refused           ? "554 5.3.0 Message refused, as asked\r\n"
            : store_ != nullptr ? deliver()
                                : kTaken;
  ++(answer_ == kTaken ? counts_.messages : counts_.messages_refused);
  forget();
  answer();
}

// More than is allowed is not kept: the message is refused at its end.
void SmtpServer::keep(std::string_view octets) {
  if (no_room_ || octets_ > kSizeMax) return;
  if (reserved_.extend(octets.size())) {
    message_.append(octets);
  } else {
    no_room_ = true;
    message_ = {};
    reserved_.release();
  }
}

// Returns the reply.
std::string_view SmtpServer::deliver() {
  if (no_room_) return kNoRoom;
  if (!mailbox::normalize_lines(message_)) return "554 5.6.0 A message has no NUL\r\n";
  message_.shrink_to_fit();
  const auto message = std::make_shared<const mailbox::Message>(std::move(message_), std::move(reserved_));
  const mailbox::NewItem item{.message = message, .date = store_->now()};
  std::size_t failed = 0;
  for (std::size_t i = 0; i < accounts_.size(); ++i) {
    if (keeping_.deliver(*store_, accounts_[i]->inbox(), item)) continue;
    ++failed;
    undelivered_.resize(accounts_.size());
    undelivered_[i] = true;
  }
  return failed == 0 || (offer_.lmtp && failed < accounts_.size()) ? kTaken : kNoRoom;
}

void SmtpServer::answer() {
  for (; answers_left_ > 0 && output_.size() < kOutputEnough; --answers_left_) {
    const bool failed =
        offer_.lmtp && !undelivered_.empty() && undelivered_[undelivered_.size() - answers_left_];
    reply(failed ? kNoRoom : answer_);
  }
}

}  // namespace backtalk::serve
