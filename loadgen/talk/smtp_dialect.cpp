// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/smtp_dialect.hpp"

#include <algorithm>
#include <array>

#include "backtalk/smtp/command.hpp"
#include "backtalk/tolerate.hpp"
#include "talk/explain_smtp.hpp"
#include "talk/flaw.hpp"
#include "talk/words.hpp"

namespace backtalk::talk {
namespace {

constexpr std::array<std::string_view, 17> kCommands{"EHLO", "HELO", "LHLO", "MAIL",     "RCPT",   "DATA",
                                                     "BDAT", "RSET", "NOOP", "QUIT",     "VRFY",   "EXPN",
                                                     "HELP", "AUTH", "ETRN", "STARTTLS", "XCLIENT"};

// None of them moves the end of a reply that is read line by line.
constexpr Tolerances kSmtpTolerated = tolerate::bare_lf | tolerate::bare_cr | tolerate::control_bytes |
                                      tolerate::any_code | tolerate::differing_codes;

}  // namespace

SmtpDialect::SmtpDialect(bool lmtp, bool lenient)
    : lmtp_(lmtp), lenient_(lenient), parser_({}, lenient ? kSmtpTolerated : Tolerances()) {}

void SmtpDialect::feed(std::string_view octets) {
  if (lenient_) said_.append(octets);
  parser_.feed(octets);
}

// A strict parser says what is wrong with a reply that the lenient one has read.
void SmtpDialect::find_flaw(const smtp::Reply& reply, Heard& heard) {
  const auto begin = static_cast<std::size_t>(reply.offset - said_begins_);
  const auto octets = static_cast<std::size_t>(reply.octets);
  smtp::ReplyParser strict;
  strict.feed(std::string_view(said_).substr(begin, octets));
  static_cast<void>(strict.next());
  if (Error error = strict.error()) {
    error.offset += reply.offset;
    heard.warnings.push_back(text_of_flaw(lmtp_ ? Protocol::lmtp : Protocol::smtp, error));
  }
  said_.erase(0, begin + octets);
  said_begins_ += begin + octets;
}

Next SmtpDialect::next() const {
  if (content_ != Content::none) return Next::content;
  if (due_.empty()) return Next::command;
  if (due_.front() == Asked::greeting) return Next::undecided;
  const Asked last = due_.back();
  const bool decides = last == Asked::data || last == Asked::login || last == Asked::starttls;
  return decides ? Next::undecided : Next::command;
}

std::string_view SmtpDialect::inside() const {
  switch (content_) {
    case Content::none: return {};
    case Content::message: return "a message, which a line with a dot ends";
    case Content::chunk: return "a chunk, whose octets BDAT has told";
    case Content::response: return "a login, whose challenge has no answer yet";
  }
  return {};
}

Typed SmtpDialect::type(std::string_view line, std::string& out) {
  if (content_ == Content::chunk) {
    const std::string whole = std::string(line) + "\r\n";
    const auto octets = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_left_, whole.size()));
    out.append(whole, 0, octets);
    chunk_left_ -= octets;
    if (chunk_left_ == 0) content_ = Content::none;
    const std::size_t taken = std::min(octets, line.size());
    return {.shown = std::string(line.substr(0, taken)), .taken = taken};
  }
  out.append(line).append("\r\n");
  if (content_ == Content::message) {
    if (line == ".") {
      content_ = Content::none;
      due_.push_back(Asked::message);
    }
    return {.shown = std::string(line)};
  }
  if (content_ == Content::response) {
    content_ = Content::none;
    secrets_.add_response(line);
    return {.shown = std::string(line == "*" ? line : kHidden)};
  }
  return type_command(line);
}

Typed SmtpDialect::type_command(std::string_view line) {
  std::string_view rest = line;
  const std::string_view name = take_word(rest);
  const bool known =
      std::ranges::any_of(kCommands, [name](auto one) { return text::equals_ignoring_case(one, name); });
  if (is_stray_secret(line, known)) {
    due_.push_back(Asked::command);
    return {.shown = std::string(kHidden)};
  }
  if (text::equals_ignoring_case(name, "AUTH")) {
    due_.push_back(Asked::login);
    return type_login(line, rest);
  }
  Asked asked = Asked::command;
  if (is_any_of(name, "EHLO", "LHLO")) asked = Asked::hello;
  if (is_any_of(name, "MAIL", "RSET", "HELO")) asked = Asked::no_recipients;
  if (text::equals_ignoring_case(name, "RCPT")) asked = Asked::recipient;
  if (text::equals_ignoring_case(name, "DATA")) asked = Asked::data;
  if (text::equals_ignoring_case(name, "STARTTLS")) asked = Asked::starttls;
  if (text::equals_ignoring_case(name, "BDAT")) {
    const auto chunk = smtp::read_chunk({.verb = smtp::Verb::bdat, .name = name, .arguments = rest});
    asked = chunk && chunk->last ? Asked::message : Asked::chunk;
    chunk_left_ = chunk ? chunk->octets : 0;
    if (chunk_left_ > 0) content_ = Content::chunk;
  }
  due_.push_back(asked);
  if (!known) {
    if (auto typed = type_foreign_login(line)) return *std::move(typed);
  }
  return {.shown = std::string(line)};
}

Typed SmtpDialect::type_login(std::string_view line, std::string_view arguments) {
  take_word(arguments);
  if (arguments.empty()) return {.shown = std::string(line)};
  secrets_.add_response(arguments);
  const std::string_view before = line.substr(0, line.size() - arguments.size());
  return {.shown = std::string(before).append(kHidden)};
}

bool SmtpDialect::hear(Heard& heard) {
  const smtp::Reply* const reply = parser_.next();
  if (reply == nullptr) return false;
  heard = {.end = reply->offset + reply->octets, .complete = true};
  if (lenient_) find_flaw(*reply, heard);
  on_reply(*reply, heard);
  return true;
}

void SmtpDialect::on_reply(const smtp::Reply& reply, Heard& heard) {
  const bool asked = !due_.empty();
  explain(reply, asked && due_.front() == Asked::hello && reply.positive(), heard);
  if (!asked) {
    heard.warnings.emplace_back("nothing asked for this reply");
    // A server that shuts down says so at any time (RFC 5321 3.8).
    if (reply.code != 421) confused_ = true;
    return;
  }
  const Asked first = due_.front();
  if (first == Asked::login && reply.code == 334) {
    content_ = Content::response;
    return;
  }
  on_answer(first, reply);
  if (is_answered(first)) {
    due_.pop_front();
    answers_ = 0;
  }
}

void SmtpDialect::on_answer(Asked asked, const smtp::Reply& reply) {
  accepted_ = reply.code < 400;
  switch (asked) {
    case Asked::recipient:
      if (reply.positive()) ++recipients_;
      return;
    case Asked::hello:
    case Asked::no_recipients:
      if (reply.positive()) recipients_ = 0;
      return;
    case Asked::data:
      if (reply.klass() == 3) content_ = Content::message;
      return;
    case Asked::login:
      login_ended(reply.positive());
      content_ = Content::none;  // a response that the server asked for it does not want any more
      return;
    case Asked::starttls:
      if (reply.code == 220) wants_tls_ = parser_.begin_tls();
      return;
    case Asked::greeting:
    case Asked::command:
    case Asked::chunk:
    case Asked::message: return;
  }
}

// Whether that was the last of its answers.
bool SmtpDialect::is_answered(Asked asked) {
  if (asked != Asked::message) return true;
  ++answers_;
  if (lmtp_ && answers_ < recipients_) return false;
  recipients_ = 0;
  return true;
}

}  // namespace backtalk::talk
