// SPDX-License-Identifier: Apache-2.0 OR MIT
// The handshake of Pop3Session: greeting, CAPA, STLS, and the login.
#include <utility>

#include "backtalk/detail/expect.hpp"
#include "session/pop3_refusals.hpp"
#include "session/pop3_session.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kPop3NotPipelined =
    "the server does not offer PIPELINING (RFC 2449 6.6): its commands were sent in lock step";

// "AUTH" SP mechanism SP initial-response CRLF (RFC 5034 4). A longer one answers the first
// challenge.
constexpr std::size_t kAuthLineOctetsMax = 255;

}  // namespace

// --- What is sent

bool Pop3Session::send_handshake(CommandWriter& out, Nanoseconds now) {
  constexpr auto kOneLine = pop3::Expect::single_line;
  const ToSend next = std::exchange(to_send_, ToSend::nothing);
  login_begun_ |= next == ToSend::user || next == ToSend::apop || next == ToSend::auth;
  switch (next) {
    case ToSend::nothing: return false;
    case ToSend::capa: return send_line(out.add("CAPA"), Pop3Command::capa, pop3::Expect::listing, now);
    case ToSend::stls: return send_line(out.add("STLS"), Pop3Command::stls, kOneLine, now);
    case ToSend::user:
      return send_line(out.add("USER ").add_value(auth_.credentials().user), Pop3Command::user, kOneLine,
                       now);
    case ToSend::pass: return send_pass(out, now);
    case ToSend::apop:
      out.add("APOP ").add_value(auth_.credentials().user).add(" ").add(digest_);
      return send_line(out, Pop3Command::apop, kOneLine, now);
    case ToSend::auth: return send_auth(out, now);
    case ToSend::sasl_response: return send_response(out, now);
  }
  return false;
}

// Ends the command that was written. False if it cannot be sent.
bool Pop3Session::send_line(CommandWriter& out, Pop3Command command, pop3::Expect form, Nanoseconds now) {
  if (!out.end_line()) {
    refuse_connection(kCommandTooLong, now);
    return false;
  }
  sent(command, form, nullptr, now);
  return true;
}

// All that follows the space is the password (RFC 1939 7).
bool Pop3Session::send_pass(CommandWriter& out, Nanoseconds now) {
  const std::string_view password = auth_.credentials().password;
  if (is_one_line(password)) {
    auth_.sent(out.add("PASS ").add(password).line());
    return send_line(out, Pop3Command::pass, pop3::Expect::single_line, now);
  }
  refuse_connection(kCommandTooLong, now);
  return false;
}

bool Pop3Session::send_auth(CommandWriter& out, Nanoseconds now) {
  constexpr std::size_t kAround = std::string_view("AUTH  \r\n").size();
  const auto initial = auth_.begin();
  out.add("AUTH ").add(auth_.mechanism());
  if (initial && kAround + auth_.mechanism().size() + initial->size() <= kAuthLineOctetsMax) {
    out.add(" ").add(*initial);
  } else if (initial) {
    auth_.withhold_initial();
  }
  return send_line(out, Pop3Command::auth, pop3::Expect::sasl, now);
}

bool Pop3Session::send_response(CommandWriter& out, Nanoseconds now) {
  exchange_.content_sent(now);
  if (out.add(sasl_response_).end_line()) return true;
  refuse_connection(kCommandTooLong, now);
  return false;
}

// --- What is answered

// The digest is made at once: the greeting's text is gone with the next octets.
void Pop3Session::on_greeting(const pop3::Status& status) {
  if (plan_.login.way != LoginPlan::Way::apop) return;
  const auto digest = auth_.apop(status.text);
  digest_.assign(digest.value_or(std::string_view{}));
}

void Pop3Session::on_challenge(const pop3::Status& status, Nanoseconds now) {
  const unsigned command = exchange_.oldest().command;
  // A challenge to nothing: the last response has not gone out, or the exchange was given up.
  if (at_ != At::handshake || to_send_ != ToSend::nothing || !auth_failure_.empty()) {
    exchange_.fail(words_of(status, auth_failure_.empty() ? "reply-unexpected" : auth_failure_, command),
                   now);
    return;
  }
  const AuthExchange::Answer answer = auth_.answer(status.text);
  if (!answer.failure.empty()) {
    auth_failure_ = answer.failure;
    observer_.server_said(words_of(status, auth_failure_, command));
  }
  sasl_response_ = answer.line;
  to_send_ = ToSend::sasl_response;
}

// The name of the failure that an answer to AUTH is, beside a refusal; empty if it is none.
std::string_view Pop3Session::judge_auth(bool ok) const {
  if (!auth_failure_.empty()) return auth_failure_;
  if (ok && to_send_ == ToSend::sasl_response) return "reply-unexpected";
  return ok && !auth_.complete() ? kAuthServerProof : std::string_view{};
}

void Pop3Session::on_handshake_answer(Pop3Command command, Nanoseconds now) {
  if (command == Pop3Command::capa) {
    after_capabilities(now);
    return;
  }
  if (!answer_.failure.empty()) {
    refuse_connection(answer_.failure, now);
    return;
  }
  switch (command) {
    case Pop3Command::greeting: ask_capabilities(now); break;
    case Pop3Command::stls: await_tls(now); break;
    case Pop3Command::user: to_send_ = ToSend::pass; break;
    case Pop3Command::pass:
    case Pop3Command::apop:
    case Pop3Command::auth: logged_in(); break;
    default: break;
  }
}

// CAPA is said only where something depends on it: old servers do not have it.
void Pop3Session::ask_capabilities(Nanoseconds now) {
  if (in_clear_ || plan_.depth > 1 || plan_.login.way == LoginPlan::Way::sasl) {
    to_send_ = ToSend::capa;
  } else {
    begin_login(now);
  }
}

// -ERR: the server has no extension (RFC 2449 5).
void Pop3Session::after_capabilities(Nanoseconds now) {
  if (!answer_.ok) forget_capabilities();
  if (!in_clear_) {
    effective_depth_ = offered_.pipelining ? plan_.depth : 1;
    if (plan_.depth > 1 && !offered_.pipelining) observer_.note(kPop3NotPipelined);
    begin_login(now);
  } else if (offered_.stls) {
    to_send_ = ToSend::stls;
  } else {
    refuse_connection("starttls-missing", now);
  }
}

void Pop3Session::begin_login(Nanoseconds now) {
  switch (plan_.login.way) {
    case LoginPlan::Way::none: logged_in(); break;
    case LoginPlan::Way::command: to_send_ = ToSend::user; break;
    case LoginPlan::Way::sasl:
      begin_login_by(ToSend::auth, pop3::has_mechanism(offered_.sasl_mechanisms, auth_.mechanism()), now);
      break;
    case LoginPlan::Way::apop: begin_login_by(ToSend::apop, !digest_.empty(), now); break;
  }
}

void Pop3Session::begin_login_by(ToSend command, bool offered, Nanoseconds now) {
  if (offered) {
    to_send_ = command;
  } else {
    refuse_connection(kAuthMissing, now);
  }
}

void Pop3Session::logged_in() {
  next_ = 0;
  if (plan_.script.once.empty()) {
    begin_passes();
  } else {
    at_ = At::once;
  }
}

// --- TLS

// Until the handshake is done nothing is said. Whatever came with the acceptance came in the clear.
void Pop3Session::await_tls(Nanoseconds now) {
  if (!stream_.parser().begin_tls()) {
    exchange_.fail(stream_.words_of_error(kNoCommand), now);
    return;
  }
  wants_tls_ = true;
  tls_wanted_ = now;
}

// Octets that nobody could decrypt arrived while the handshake was waited for.
void Pop3Session::fail_in_the_clear(Nanoseconds now) {
  wants_tls_ = false;
  static_cast<void>(stream_.parser().begin_tls());
  BACKTALK_EXPECT(stream_.parser().error());
  exchange_.fail(stream_.words_of_error(kNoCommand), now);
}

void Pop3Session::tls_established(Nanoseconds now) {
  BACKTALK_EXPECT(wants_tls_);
  wants_tls_ = in_clear_ = false;
  forget_capabilities();
  ask_capabilities(now);
}

// Keeps the strings' memory.
void Pop3Session::forget_capabilities() {
  pop3::Capabilities none;
  none.sasl_mechanisms.swap(offered_.sasl_mechanisms);
  none.implementation.swap(offered_.implementation);
  none.sasl_mechanisms.clear();
  none.implementation.clear();
  offered_ = std::move(none);
}

}  // namespace backtalk::session
