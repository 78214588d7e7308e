// SPDX-License-Identifier: Apache-2.0 OR MIT
// What a client says before its first transaction: greeting, EHLO, STARTTLS, XCLIENT, AUTH.
#include <algorithm>

#include "backtalk/detail/expect.hpp"
#include "session/smtp_connection.hpp"
#include "session/smtp_refusals.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kNoPipelining =
    "the server does not offer PIPELINING (RFC 2920): its commands were sent in lock step";
constexpr std::string_view kNoEhlo =
    "the server refused EHLO and was greeted with HELO: no extension was used";

// 334: the challenge of AUTH (RFC 4954 4).
constexpr std::uint16_t kChallenge = 334;
// RFC 5321 4.5.3.1.4, which RFC 4954 4 keeps for AUTH. Responses may be longer.
constexpr std::size_t kCommandLineOctetsMax = 512;

constexpr char upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// True if the list, whose words are separated by spaces, has the word, in any case.
bool has_word(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const std::string_view one = list.substr(0, list.find(' '));
    if (std::ranges::equal(one, word, {}, upper, upper)) return true;
    list.remove_prefix(std::min(list.size(), one.size() + 1));
  }
  return false;
}

}  // namespace

void SmtpConnection::on_connection_reply(SmtpCommand command, const smtp::Reply& reply, Nanoseconds now) {
  if (refuses(reply) && command != SmtpCommand::ehlo && command != SmtpCommand::rset &&
      command != SmtpCommand::quit) {
    refuse_connection(command, reply, now);
    return;
  }
  switch (command) {
    case SmtpCommand::greeting: to_send_ = ToSend::hello; break;
    case SmtpCommand::ehlo:
    case SmtpCommand::helo:
    case SmtpCommand::lhlo: on_hello_reply(command, reply, now); break;
    case SmtpCommand::starttls: await_tls(now); break;
    // A greeting in the name of another client: what was offered to us is forgotten.
    case SmtpCommand::xclient:
      xclient_wanted_ = false;
      to_send_ = ToSend::hello;
      break;
    case SmtpCommand::auth: negotiate(now); break;
    case SmtpCommand::quit: exchange_.finish(); break;
    default: break;  // RSET: if it was refused, the next MAIL will tell
  }
}

void SmtpConnection::on_hello_reply(SmtpCommand command, const smtp::Reply& reply, Nanoseconds now) {
  const bool knows_no_ehlo = command == SmtpCommand::ehlo && reply.klass() == 5;
  if (refuses(reply) && !knows_no_ehlo) {
    refuse_connection(command, reply, now);
  } else if (in_clear_) {
    start_tls(knows_no_ehlo ? nullptr : &reply, now);
  } else if (knows_no_ehlo) {
    to_send_ = ToSend::helo;
  } else {
    on_capabilities(command == SmtpCommand::helo ? nullptr : &reply, now);
  }
}

// The server has said all that it offers; nothing, in its reply to HELO.
void SmtpConnection::on_capabilities(const smtp::Reply* ehlo, Nanoseconds now) {
  offered_ = ehlo != nullptr ? smtp::read_capabilities(*ehlo) : smtp::Capabilities{};
  if (ehlo == nullptr) observer_.note(kNoEhlo);
  const std::string_view mechanisms = offered_.auth_mechanisms;
  offered_.auth_mechanisms = {};
  if (xclient_wanted_) {
    if (ehlo == nullptr || !smtp::find_keyword(*ehlo, "XCLIENT")) return give_up("xclient-missing", now);
    to_send_ = ToSend::xclient;
  } else if (connection_plan_.login.way != LoginPlan::Way::none) {
    if (!has_word(mechanisms, auth_.mechanism())) return give_up(kAuthMissing, now);
    to_send_ = ToSend::auth;
  } else {
    negotiate(now);
  }
}

void SmtpConnection::refuse_connection(SmtpCommand command, const smtp::Reply& reply, Nanoseconds now) {
  give_up(refusal_of_connection(command, reply), now);
}

// --- STARTTLS

void SmtpConnection::start_tls(const smtp::Reply* ehlo, Nanoseconds now) {
  if (ehlo != nullptr && smtp::read_capabilities(*ehlo).starttls) {
    to_send_ = ToSend::starttls;
  } else {
    give_up("starttls-missing", now);
  }
}

// Until the handshake is done nothing is said. Whatever came with the acceptance came in the clear.
void SmtpConnection::await_tls(Nanoseconds now) {
  if (!stream_.parser().begin_tls()) {
    exchange_.fail(stream_.words_of_error(kNoCommand), now);
    return;
  }
  wants_tls_ = true;
  tls_wanted_ = now;
}

// Octets that nobody could decrypt arrived while the handshake was waited for.
void SmtpConnection::fail_in_the_clear(Nanoseconds now) {
  wants_tls_ = false;
  static_cast<void>(stream_.parser().begin_tls());
  BACKTALK_EXPECT(stream_.parser().error());
  exchange_.fail(stream_.words_of_error(kNoCommand), now);
}

void SmtpConnection::tls_established(Nanoseconds) {
  BACKTALK_EXPECT(wants_tls_);
  wants_tls_ = in_clear_ = false;
  to_send_ = ToSend::hello;
}

// --- AUTH

void SmtpConnection::send_auth(CommandWriter& out, Nanoseconds now) {
  login_begun_ = true;
  const auto initial = auth_.begin();
  out.add("AUTH ").add(auth_.mechanism());
  constexpr std::string_view kAround = "AUTH  \r\n";
  if (initial && kAround.size() + auth_.mechanism().size() + initial->size() <= kCommandLineOctetsMax) {
    out.add(" ").add(*initial);
  } else if (initial) {
    auth_.withhold_initial();
  }
  out.end_plain_line();
  sent(SmtpCommand::auth, now);
  to_send_ = ToSend::nothing;
}

// A response may be longer than other commands; if this `out` has no room for it, the next has.
void SmtpConnection::send_auth_response(CommandWriter& out, Nanoseconds now) {
  if (!out.add(auth_response_).end_line()) return;
  exchange_.content_sent(now);
  to_send_ = ToSend::nothing;
}

// A challenge, or a success that comes too early. False: any other reply to AUTH.
bool SmtpConnection::on_auth_reply(const smtp::Reply& reply, Nanoseconds now) {
  constexpr auto kCommand = static_cast<unsigned>(SmtpCommand::auth);
  if (to_send_ == ToSend::auth_response && !refuses(reply)) {
    exchange_.fail(words_of(reply, "unsolicited-reply", kNoCommand), now);
    return true;
  }
  if (reply.klass() == 2 && !auth_.complete()) {
    exchange_.fail(words_of(reply, kAuthServerProof, kCommand), now);
    return true;
  }
  if (reply.code != kChallenge) return false;
  const AuthExchange::Answer answer =
      reply.lines.size() == 1 ? auth_.answer(reply.lines.front()) : AuthExchange::Answer{{}, kAuthChallenge};
  if (!answer.failure.empty()) {
    exchange_.fail(words_of(reply, answer.failure, kCommand), now);
    return true;
  }
  auth_response_ = answer.line;
  to_send_ = ToSend::auth_response;
  return true;
}

// --- The login is done

void SmtpConnection::negotiate(Nanoseconds now) {
  effective_depth_ = offered_.pipelining ? connection_plan_.depth : 1;
  if (connection_plan_.depth > 1 && !offered_.pipelining) observer_.note(kNoPipelining);
  on_offer(now);
}

}  // namespace backtalk::session
