// SPDX-License-Identifier: Apache-2.0 OR MIT
// The handshake of ImapSession: CAPABILITY, STARTTLS, and the login.
#include <algorithm>
#include <utility>

#include "backtalk/detail/expect.hpp"
#include "backtalk/imap/write.hpp"
#include "session/imap_session.hpp"
#include "session/imap_tag.hpp"

namespace backtalk::session {
// --- What is sent

bool ImapSession::send_handshake(CommandWriter& out, Nanoseconds now) {
  if (step_ == Step::login_rest) return send_login_text(out, now);
  if (to_send_ == ToSend::nothing || step_ != Step::none || in_flight_ > 0) return false;
  // A pass that has the connection for itself begins only once it is wanted.
  if (connection_a_pass_ && !begun_) return finishing_ && send_logout(out, now);
  switch (to_send_) {
    case ToSend::nothing: return false;
    case ToSend::capability: return send_plain(out, ImapCommand::capability, now);
    case ToSend::starttls: return send_plain(out, ImapCommand::starttls, now);
    case ToSend::login: return send_login(out, now);
  }
  return false;
}

bool ImapSession::send_plain(CommandWriter& out, ImapCommand command, Nanoseconds now) {
  if (!out.has_room_for_command()) return false;
  out.add(kImapTagLetter).add_number(next_tag_).add(" ").add(name_of(command)).end_plain_line();
  to_send_ = ToSend::nothing;
  static_cast<void>(sent(command, nullptr, {.alone = true}, now));
  return true;
}

bool ImapSession::send_login(CommandWriter& out, Nanoseconds now) {
  if (!out.has_room_for_command()) return false;
  login_begun_ = true;
  ImapCommand command = ImapCommand::login;
  if (plan_.login.way == LoginPlan::Way::sasl) {
    command = ImapCommand::authenticate;
    write_authenticate();
  } else if (!write_login()) {
    refuse_connection("command-too-long", now);
    return false;
  }
  sending_tag_ = sent(command, nullptr, {.alone = true}, now);
  offers_.known = false;  // it may be able to do more for a user
  step_ = Step::login_rest;
  return true;
}

// False if there is no way to write the credentials: NUL is in no string.
bool ImapSession::write_login() {
  login_.assign(kImapTagLetter).append(std::to_string(next_tag_)).append(" LOGIN");
  login_sent_ = 0;
  login_waits_ = {};
  Output out(login_);
  std::size_t waits = 0;
  for (const std::string* value : {&auth_.credentials().user, &auth_.credentials().password}) {
    out.add(' ');
    password_at_ = login_.size();
    const auto written = imap::write_astring(out, *value, offers_.strings);
    if (written.error()) return false;
    if (*written == imap::Written::announced) {
      login_waits_[waits++] = login_.size();
      login_.append(*value);
    }
  }
  auth_.sent(std::string_view(login_).substr(password_at_));
  login_.append("\r\n");
  return true;
}

void ImapSession::write_authenticate() {
  auth_failure_ = {};
  login_sent_ = 0;
  login_.assign(kImapTagLetter).append(std::to_string(next_tag_)).append(" AUTHENTICATE ");
  login_.append(auth_.mechanism());
  const auto initial = auth_.begin();
  if (initial && offers_.sasl_ir) {
    login_.append(" ").append(*initial);
  } else if (initial) {
    auth_.withhold_initial();
  }
  login_.append("\r\n");
}

void ImapSession::on_challenge(const imap::Response& response) {
  const AuthExchange::Answer answer = auth_.answer(response.text);
  if (!answer.failure.empty() && auth_failure_.empty()) {
    auth_failure_ = answer.failure;
    observer_.server_said(
        words_of(response, auth_failure_, static_cast<unsigned>(ImapCommand::authenticate)));
  }
  login_.assign(answer.line).append("\r\n");
  login_sent_ = 0;
  step_ = Step::login_rest;
}

// The name of the failure that an OK is; empty if it is none.
std::string_view ImapSession::judge_login(ImapCommand command) const {
  if (command != ImapCommand::authenticate) return {};
  return auth_.complete() ? std::string_view{} : kAuthServerProof;
}

// LOGIN up to where it waits for "+", or to its end.
bool ImapSession::send_login_text(CommandWriter& out, Nanoseconds now) {
  if (!out.has_room_for_command()) return false;
  std::size_t end = login_.size();
  for (const std::size_t wait : login_waits_) {
    if (wait > login_sent_) end = std::min(end, wait);
  }
  constexpr std::size_t kLineEnd = 2;
  exchange_.content_sent(now);
  if (!out.add(std::string_view(login_).substr(login_sent_, end - kLineEnd - login_sent_)).end_line()) {
    refuse_connection("command-too-long", now);
    return false;
  }
  login_sent_ = end;
  if (end < login_.size()) {
    step_ = Step::await_go;
    return true;
  }
  step_ = plan_.login.way == LoginPlan::Way::sasl ? Step::challenge : Step::none;
  to_send_ = ToSend::nothing;
  return true;
}

// --- What is answered

// What the handshake needs next, by what is known.
void ImapSession::proceed(Nanoseconds now) {
  if (!offers_.known) {
    to_send_ = ToSend::capability;
  } else if (in_clear_) {
    if (offers_.starttls) {
      to_send_ = ToSend::starttls;
    } else {
      refuse_connection("starttls-missing", now);
    }
  } else if (authenticated_ || plan_.login.way == LoginPlan::Way::none) {
    on_logged_in();
  } else if (plan_.login.way == LoginPlan::Way::sasl ? !offers_.mechanism : offers_.logindisabled) {
    refuse_connection(kAuthMissing, now);
  } else {
    to_send_ = ToSend::login;
  }
}

void ImapSession::on_handshake_answer(ImapCommand command, const imap::Response& response, Nanoseconds now) {
  switch (command) {
    case ImapCommand::capability:
      offers_.known = true;  // a server that says nothing has nothing
      proceed(now);
      break;
    case ImapCommand::starttls: await_tls(now); break;
    case ImapCommand::login:
    case ImapCommand::authenticate:
      step_ = Step::none;
      authenticated_ = true;
      take_code(response.code);
      proceed(now);
      break;
    default: break;
  }
}

void ImapSession::on_logged_in() {
  next_ = 0;
  if (plan_.script.once().empty()) {
    begin_passes();
  } else {
    at_ = At::once;
  }
}

void ImapSession::take_code(std::span<const imap::Token> code) {
  const imap::Siblings tokens(code);
  if (tokens.front().is_word("CAPABILITY")) take_capabilities(tokens.rest());
}

void ImapSession::take_capabilities(imap::Siblings names) {
  const imap::Capabilities offered = imap::read_capabilities(names);
  if (offered.names == 0) return;
  offers_ = {.known = true,
             .starttls = offered.starttls,
             .logindisabled = offered.logindisabled,
             .sasl_ir = offered.sasl_ir,
             .mechanism = plan_.login.way == LoginPlan::Way::sasl && imap::has_auth(names, auth_.mechanism()),
             .idle = offered.idle,
             .strings = {}};
  if (offered.literal_minus || offered.imap4rev2) offers_.strings.literals = imap::Literals::minus;
  if (offered.literal_plus) offers_.strings.literals = imap::Literals::plus;
}

// --- TLS

// Until the handshake is done nothing is said. Whatever came with the acceptance came in the clear.
void ImapSession::await_tls(Nanoseconds now) {
  if (!stream_.parser().begin_tls()) {
    exchange_.fail(stream_.words_of_error(kNoCommand), now);
    return;
  }
  wants_tls_ = true;
  tls_wanted_ = now;
}

// Octets that nobody could decrypt arrived while the handshake was waited for.
void ImapSession::fail_in_the_clear(Nanoseconds now) {
  wants_tls_ = false;
  static_cast<void>(stream_.parser().begin_tls());
  BACKTALK_EXPECT(stream_.parser().error());
  exchange_.fail(stream_.words_of_error(kNoCommand), now);
}

// What the server said in the clear about itself counts for nothing (RFC 9051 6.2.1).
void ImapSession::tls_established(Nanoseconds) {
  BACKTALK_EXPECT(wants_tls_);
  wants_tls_ = in_clear_ = false;
  offers_ = {};
  to_send_ = ToSend::capability;
}

}  // namespace backtalk::session
