// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/pop3_server.hpp"

#include <algorithm>
#include <utility>

#include "serve/decimal.hpp"

namespace backtalk::serve {

using pop3::Verb;
using session::Closing;

namespace {

constexpr std::string_view kGreeting = "+OK backtalk POP3\r\n";
constexpr std::string_view kDone = "+OK\r\n";
constexpr std::string_view kAll = "+OK Here they are\r\n";
constexpr std::string_view kEnd = ".\r\n";
constexpr std::string_view kNoMessage = "-ERR No such message\r\n";
constexpr std::string_view kCapabilities =
    "TOP\r\nUIDL\r\nUSER\r\nPIPELINING\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nEXPIRE NEVER\r\nIMPLEMENTATION "
    "backtalk\r\n";

// Messages that are looked at in one turn.
constexpr std::size_t kListedAtOnce = 16384;

// The header, the empty line, and this many lines of the body.
std::string_view top_of(const mailbox::Message& message, std::uint64_t lines) {
  const std::string_view all = message.octets();
  std::size_t end = message.header().size();
  for (; lines > 0 && end < all.size(); --lines) end = std::min(all.find('\n', end), all.size() - 1) + 1;
  return all.substr(0, end);
}

}  // namespace

Pop3Server::Pop3Server(bool stls, mailbox::Store& store, const Faults& faults, Pop3Counts& counts,
                       std::unique_ptr<session::Authenticator> authenticator)
    : stls_(stls),
      store_(store),
      counts_(counts),
      replies_(faults.replies),
      bodies_(faults.bodies),
      service_times_(faults.service),
      login_(&store, std::move(authenticator), counts) {}

void Pop3Server::restart() {
  parser_.reset();
  replies_.reset();
  bodies_.reset();
  output_.clear();
  closing_ = Closing::not_yet;
  secured_ = wants_tls_ = false;
  bad_commands_ = 0;
  work_ns_ = 0;
  forget();
  login_.restart();
  service_times_.restart(counts_.connections++);
  if (!login_.has_mechanisms()) {
    reply(kGreeting);
    return;
  }
  // RFC 1939 section 7: another one in each greeting.
  timestamp_ = "<";
  append_number(timestamp_, store_.next_session());
  timestamp_ += '.';
  append_number(timestamp_, static_cast<std::uint64_t>(store_.now()));
  timestamp_ += "@backtalk>";
  scratch_.assign("+OK backtalk POP3 ").append(timestamp_).append("\r\n");
  reply(scratch_);
}

void Pop3Server::forget() {
  account_ = nullptr;
  messages_ = {};
  user_.clear();
  deleted_.clear();
  held_.clear();
  deleted_count_ = 0;
  octets_.reset();
  octets_deleted_ = 0;
  sending_ = Sending::nothing;
  stuffer_ = {};
}

std::size_t Pop3Server::consume(std::string_view bytes) {
  if (over()) return bytes.size();
  send_rest();
  if (must_pause()) return 0;
  parser_.feed(bytes);
  while (const pop3::Input* input = parser_.next()) {
    if (input->kind == pop3::Input::Kind::sasl_response) {
      on_login_step(login_.respond(input->response));
    } else {
      on_command(input->command);
    }
    send_rest();
    if (over()) return bytes.size();
    if (must_pause() || wants_tls_) return bytes.size() - parser_.give_back().size();
  }
  if (parser_.error()) {
    ++counts_.protocol_errors;
    reply("-ERR Lines end with CRLF and are not endless\r\n");
    closing_ = Closing::when_client_ends;
  }
  return bytes.size();
}

Closing Pop3Server::closing() const {
  if (replies_.resets()) return Closing::with_reset;
  return replies_.closes() ? Closing::at_once : closing_;
}

void Pop3Server::finish_work() {
  work_ns_ = 0;
  output_.append(held_);
  held_.clear();
}

void Pop3Server::on_command(const pop3::Command& command) {
  ++counts_.commands;
  const unsigned bad_before = bad_commands_;
  if (command.verb == Verb::capa) {
    on_capa();
  } else if (command.verb == Verb::quit) {
    on_quit();
  } else if (account_ != nullptr) {
    const std::size_t before = output_.size();
    on_transaction(command);
    work_ns_ = service_times_.next();
    if (work_ns_ > 0) {
      held_.assign(output_, before);
      output_.resize(before);
    }
  } else {
    on_authorization(command);
  }
  if (bad_commands_ == bad_before) bad_commands_ = 0;
}

void Pop3Server::bad_command(std::string_view text) {
  ++counts_.protocol_errors;
  if (++bad_commands_ < kBadMax) {
    reply(text);
    return;
  }
  reply("-ERR Too many bad commands\r\n");
  closing_ = Closing::when_client_ends;
}

// --- The AUTHORIZATION state

void Pop3Server::on_authorization(const pop3::Command& command) {
  switch (command.verb) {
    case Verb::user:
      user_ = command.arguments;
      reply(user_.empty() ? "-ERR Who are you?\r\n" : "+OK And the password?\r\n");
      break;
    case Verb::pass: on_pass(command); break;
    case Verb::apop: on_apop(command); break;
    case Verb::auth: on_auth(command); break;
    case Verb::stls: on_stls(command); break;
    case Verb::unknown: bad_command("-ERR Unknown command\r\n"); break;
    default: bad_command("-ERR Log in first\r\n"); break;
  }
}

void Pop3Server::on_pass(const pop3::Command& command) {
  if (user_.empty()) {
    bad_command("-ERR Say USER first\r\n");
    return;
  }
  on_login_step(login_.by_password(user_, command.arguments));
  user_.clear();
}

void Pop3Server::on_apop(const pop3::Command& command) {
  const auto apop = pop3::read_apop(command);
  if (!apop) {
    bad_command("-ERR APOP name digest\r\n");
  } else {
    on_login_step(login_.by_digest(apop->name, timestamp_, apop->digest));
  }
}

// RFC 5034.
void Pop3Server::on_auth(const pop3::Command& command) {
  const auto auth = pop3::read_auth(command);
  if (!auth || !login_.has_mechanisms()) {
    bad_command("-ERR AUTH mechanism [initial-response]\r\n");
  } else {
    on_login_step(login_.begin(auth->mechanism, auth->initial_response));
  }
}

void Pop3Server::on_login_step(const Login::Step& step) {
  using Outcome = Login::Outcome;
  switch (step.outcome) {
    case Outcome::challenge:
      scratch_.assign("+ ").append(step.challenge).append("\r\n");
      reply(scratch_);
      parser_.expect_sasl_response();
      break;
    case Outcome::accepted: enter(*step.account); break;
    case Outcome::refused: reply("-ERR [AUTH] Wrong user or password\r\n"); break;
    case Outcome::full: reply("-ERR [SYS/TEMP] No room for another account\r\n"); break;
    case Outcome::cancelled: reply("-ERR Cancelled\r\n"); break;
    case Outcome::malformed: reply("-ERR Not a response in base64\r\n"); break;
    case Outcome::unknown_mechanism: reply("-ERR No such mechanism\r\n"); break;
    case Outcome::too_many:
      reply("-ERR [AUTH] Too many refused logins\r\n");
      closing_ = Closing::when_client_ends;
      break;
  }
}

void Pop3Server::enter(mailbox::Account& account) {
  account_ = &account;
  messages_ = account.inbox()->view();
  reply("+OK Logged in\r\n");
}

void Pop3Server::on_capa() {
  scratch_.assign("+OK Capabilities\r\n").append(kCapabilities);
  if (stls_ && !secured_ && account_ == nullptr) scratch_.append("STLS\r\n");
  if (login_.has_mechanisms()) {
    scratch_.append("SASL");
    login_.append_mechanisms(scratch_, " ");
    scratch_.append("\r\n");
  }
  scratch_.append(kEnd);
  reply(scratch_);
}

// RFC 2595 section 4. What the client has sent behind it is not read.
void Pop3Server::on_stls(const pop3::Command& command) {
  if (!stls_) {
    reply("-ERR TLS is not offered\r\n");
  } else if (secured_) {
    reply("-ERR TLS is active already\r\n");
  } else if (!command.arguments.empty()) {
    bad_command("-ERR STLS has no arguments\r\n");
  } else {
    reply("+OK Begin TLS\r\n");
    wants_tls_ = true;
  }
}

void Pop3Server::tls_established() {
  wants_tls_ = false;
  secured_ = true;
  parser_.reset();
  forget();
}

// --- The TRANSACTION state

void Pop3Server::on_transaction(const pop3::Command& command) {
  switch (command.verb) {
    case Verb::stat: on_stat(); break;
    case Verb::list:
    case Verb::uidl: on_list(command); break;
    case Verb::retr:
    case Verb::top: on_text(command); break;
    case Verb::dele: on_dele(command); break;
    case Verb::rset: on_rset(); break;
    case Verb::noop: reply(kDone); break;
    case Verb::unknown: bad_command("-ERR Unknown command\r\n"); break;
    default: bad_command("-ERR Not now: you are logged in\r\n"); break;
  }
}

// Of all messages, those marked too: read once, however often the client asks.
std::uint64_t Pop3Server::octets() {
  if (!octets_) {
    octets_ = 0;
    for (const mailbox::Item& one : messages_.items()) *octets_ += one.message->octets().size();
  }
  return *octets_;
}

void Pop3Server::on_stat() {
  scratch_ = "+OK ";
  append_number(scratch_, messages_.size() - deleted_count_);
  scratch_ += ' ';
  append_number(scratch_, octets() - octets_deleted_);
  scratch_ += "\r\n";
  reply(scratch_);
}

std::size_t Pop3Server::find_message(std::uint32_t number) {
  if (number >= 1 && number <= messages_.size() && !is_deleted(number - 1)) return number - 1;
  reply(kNoMessage);
  return messages_.size();
}

void Pop3Server::add_listing(std::string& out, std::size_t index) const {
  append_number(out, index + 1);
  out += ' ';
  const mailbox::Item& item = messages_.item(index);
  if (sending_ == Sending::uids) {
    append_number(out, account_->inbox()->uid_validity());
    out += '.';
    append_number(out, item.uid);
  } else {
    append_number(out, item.message->octets().size());
  }
  out += "\r\n";
}

void Pop3Server::on_list(const pop3::Command& command) {
  sending_ = command.verb == Verb::uidl ? Sending::uids : Sending::sizes;
  if (command.arguments.empty()) {
    next_ = 0;
    replies_.add_head(output_, kAll);
    return;
  }
  if (const auto number = pop3::read_message_number(command)) {
    const std::size_t index = find_message(*number);
    if (index < messages_.size()) {
      scratch_ = "+OK ";
      add_listing(scratch_, index);
      reply(scratch_);
    }
  } else {
    bad_command("-ERR LIST or UIDL [message]\r\n");
  }
  sending_ = Sending::nothing;
}

// A message beside it, if there is one.
std::size_t Pop3Server::other_than(std::size_t index) const {
  return index > 0 ? index - 1 : std::min<std::size_t>(1, messages_.size() - 1);
}

void Pop3Server::on_text(const pop3::Command& command) {
  std::uint32_t number = 0;
  std::uint64_t lines = 0;
  if (command.verb == Verb::top) {
    const auto top = pop3::read_top(command);
    if (!top) {
      bad_command("-ERR TOP message lines\r\n");
      return;
    }
    number = top->message;
    lines = top->lines;
  } else if (const auto message = pop3::read_message_number(command)) {
    number = *message;
  } else {
    bad_command("-ERR RETR message\r\n");
    return;
  }
  const std::size_t index = find_message(number);
  if (index == messages_.size()) return;
  const mailbox::Message& message =
      *messages_.item(bodies_.is_next_other(1) ? other_than(index) : index).message;
  if (command.verb == Verb::top) {
    text_ = top_of(message, lines);
    bodies_.begin(text_.size());
    scratch_ = "+OK The top of it\r\n";
  } else {
    text_ = message.octets();
    ++counts_.retrieved;
    counts_.octets_retrieved += text_.size();
    scratch_ = "+OK ";
    bodies_.begin(text_.size());
    append_number(scratch_, bodies_.announced(text_.size()));
    scratch_ += " octets\r\n";
  }
  replies_.add_head(output_, scratch_);
  whole_text_ = text_;
  sending_ = Sending::text;
}

void Pop3Server::on_dele(const pop3::Command& command) {
  const auto number = pop3::read_message_number(command);
  if (!number) {
    bad_command("-ERR DELE message\r\n");
    return;
  }
  const std::size_t index = find_message(*number);
  if (index == messages_.size()) return;
  if (deleted_.empty()) deleted_.resize(messages_.size());
  deleted_[index] = true;
  ++deleted_count_;
  octets_deleted_ += messages_.item(index).message->octets().size();
  reply("+OK Marked\r\n");
}

void Pop3Server::on_rset() {
  deleted_.clear();
  deleted_count_ = 0;
  octets_deleted_ = 0;
  reply(kDone);
}

// The UPDATE state.
void Pop3Server::on_quit() {
  if (account_ != nullptr && deleted_count_ > 0) {
    std::vector<std::uint32_t> uids;
    uids.reserve(deleted_count_);
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      if (deleted_[i]) uids.push_back(messages_.item(i).uid);
    }
    account_->inbox()->expunge(uids, false);
    counts_.deleted += deleted_count_;
  }
  reply("+OK Bye\r\n");
  closing_ = Closing::at_once;
}

// --- Answers in pieces

void Pop3Server::send_rest() {
  if (work_ns_ > 0 || sending_ == Sending::nothing) return;
  if (replies_.muted()) {
    sending_ = Sending::nothing;
  } else if (sending_ == Sending::text) {
    send_text();
  } else {
    send_listing();
  }
}

// Messages that are deleted take no room, but time.
void Pop3Server::send_listing() {
  const std::size_t stop = std::min(messages_.size(), next_ + kListedAtOnce);
  for (; next_ < stop && output_.size() < kOutputEnough; ++next_) {
    if (!is_deleted(next_)) add_listing(output_, next_);
  }
  if (next_ < messages_.size()) return;
  output_.append(kEnd);
  if (replies_.take_again()) {
    output_.append(kAll);
    next_ = 0;
  } else {
    sending_ = Sending::nothing;
  }
}

void Pop3Server::send_text() {
  while (!text_.empty() && output_.size() < kOutputEnough) {
    if (text_.size() <= bodies_.withheld()) {  // as much as there will be
      sending_ = Sending::nothing;
      closing_ = Closing::at_once;
      return;
    }
    const std::size_t left = text_.size() - static_cast<std::size_t>(bodies_.withheld());
    std::string_view piece = text_.substr(0, std::min(left, kOutputEnough));
    text_.remove_prefix(piece.size());
    if (bodies_.changes()) {
      changed_.assign(piece);
      bodies_.change(changed_, text_.size());
      piece = changed_;
    }
    for (std::string_view stretch; stuffer_.next(piece, stretch) != pop3::DotStuffer::Status::more;)
      output_.append(stretch);
  }
  if (!text_.empty()) return;
  for (const std::string_view end : stuffer_.finish()) output_.append(end);
  if (replies_.take_again()) {
    output_.append("+OK Again\r\n");
    text_ = whole_text_;
    stuffer_ = {};
  } else {
    sending_ = Sending::nothing;
  }
}

}  // namespace backtalk::serve
