// SPDX-License-Identifier: Apache-2.0 OR MIT
// What a server of IMAP says, and what ImapSession makes of it.
#include "backtalk/detail/expect.hpp"
#include "session/imap_session.hpp"
#include "session/imap_statuses.hpp"
#include "session/imap_tag.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kEarlyAnswer = "protocol-early-answer";

constexpr std::string_view kPreauth =
    "the server greeted with PREAUTH: the sessions belong to the user whom it has decided on, and did not "
    "log in";

constexpr std::uint16_t kOk = static_cast<std::uint16_t>(ImapStatus::ok);

std::string_view refusal(imap::Status status, ImapCommand command, bool of_script) {
  if (!of_script) {
    switch (command) {
      case ImapCommand::starttls: return "starttls-refused";
      case ImapCommand::login:
      case ImapCommand::authenticate: return kAuthRefused;
      default: break;
    }
  }
  if (status == imap::Status::no) return "reply-no";
  return status == imap::Status::bad ? std::string_view("reply-bad") : kUnexpectedReply;
}

}  // namespace

void ImapSession::consume(std::string_view bytes, Nanoseconds now) {
  if (exchange_.over() || bytes.empty()) return;
  stream_.feed(bytes);
  if (wants_tls_) fail_in_the_clear(now);
  read_responses(now);
  stream_.end_piece();
}

void ImapSession::read_responses(Nanoseconds now) {
  imap::ResponseParser& parser = stream_.parser();
  const imap::Response* response = nullptr;
  while (!exchange_.over() && (response = parser.next()) != nullptr) on_response(*response, now);
  if (!exchange_.over() && parser.error()) {
    exchange_.fail(without_secrets(stream_.words_of_error(exchange_.awaited_command())), now);
  }
  if (exchange_.over()) next_wake_ = kNever;
}

ServerWords ImapSession::words_of(const imap::Response& response, std::string_view name, unsigned command) {
  return without_secrets({.name = name,
                          .command = command,
                          .status = imap_status(response.status),
                          .text = stream_.quote(response.offset, response.octets),
                          .offset = response.offset});
}

// Some servers repeat what they were sent: the password, or the quoted string that it was sent as.
ServerWords ImapSession::without_secrets(ServerWords words) const {
  if (!login_begun_) return words;
  constexpr std::size_t kLineEnd = 2;
  const std::string_view sent =
      password_at_ == 0
          ? std::string_view{}
          : std::string_view(login_).substr(password_at_, login_.size() - password_at_ - kLineEnd);
  const bool repeats = !sent.empty() && words.text.find(sent) != std::string_view::npos;
  words = auth_.without_secrets(words);
  if (repeats) words.text = kNotShown;
  return words;
}

void ImapSession::on_response(const imap::Response& response, Nanoseconds now) {
  using Kind = imap::Response::Kind;
  if (response.kind == Kind::literal) return;  // its response follows
  if (!greeted_) {
    on_greeting(response, now);
    return;
  }
  switch (response.kind) {
    case Kind::untagged: on_untagged(response, now); break;
    case Kind::tagged: on_tagged(response, now); break;
    case Kind::continuation: on_continuation(response, now); break;
    case Kind::literal: break;
  }
}

void ImapSession::on_greeting(const imap::Response& response, Nanoseconds now) {
  const Exchange::Command greeting = exchange_.oldest();
  const bool untagged = response.untagged() && response.status != imap::Status::none;
  const bool preauth = response.status == imap::Status::preauth;
  const bool ok = untagged && (preauth || response.status == imap::Status::ok);
  greeted_ = true;
  if (!untagged) {
    exchange_.fail(words_of(response, "reply-unexpected", greeting.command), now);
    return;
  }
  exchange_.answered(greeting, ok, imap_status(response.status), now);
  exchange_.retire(exchange_.oldest_tag(), now);
  if (!ok) {
    exchange_.fail(words_of(response, "greeting-refused", greeting.command), now);
  } else if (preauth && in_clear_) {
    // Whoever sits between could have said so, to keep the client from STARTTLS (CVE-2020-14093).
    exchange_.fail(words_of(response, "starttls-preauth", greeting.command), now);
  } else {
    authenticated_ = preauth;
    if (preauth && plan_.login.way != LoginPlan::Way::none) observer_.note(kPreauth);
    take_code(response.code);
    proceed(now);
  }
}

// --- "+"

void ImapSession::on_continuation(const imap::Response& response, Nanoseconds now) {
  if (step_ == Step::await_idling) {
    on_idling(now);
  } else if (step_ == Step::challenge) {
    on_challenge(response);
  } else if (step_ == Step::await_go && at_ == At::handshake && to_send_ == ToSend::login) {
    step_ = Step::login_rest;
  } else if (step_ == Step::await_go) {
    step_ = sending_->text.literals[literal_].message ? Step::message : Step::rest;
  } else {
    exchange_.fail(words_of(response, "protocol-unasked-continuation", exchange_.awaited_command()), now);
  }
}

void ImapSession::on_idling(Nanoseconds now) {
  const std::uint32_t tag = sending_tag_;
  exchange_.answered(*exchange_.find(tag), true, static_cast<std::uint16_t>(ImapStatus::go_on), now);
  exchange_.retire(tag, now);
  idle_tag_ = tag;
  step_ = Step::idling;
  pause_.begin(sending_->text.idle, random_, now);
  next_wake_ = pause_.until();
}

// --- Untagged responses

void ImapSession::on_untagged(const imap::Response& response, Nanoseconds now) {
  const ImapData kind = imap_data(response);
  if (kind == ImapData::bye) {
    on_bye(response, now);
    return;
  }
  if (!arrivals_.is_asked_for(kind)) observer_.unsolicited();
  if (response.error) {
    observer_.server_said(
        words_of(response, protocol_word(response.error.code), exchange_.awaited_command()));
    return;
  }
  // The server could not tell to which command it belongs.
  if (kind == ImapData::bad) {
    observer_.server_said(words_of(response, "reply-bad", exchange_.awaited_command()));
  }
  if (kind == ImapData::capability) take_capabilities(response.arguments());
  mailbox_.read(kind, response, uid_searches_ > 0);
  if (keepers_ > 0) keep_untagged(kind, response);
  arrivals_.add(kind);
}

// The row of a command's transaction, or of the connection.
std::size_t ImapSession::row_of(const Exchange::Command& command) const {
  return command.of_transaction ? exchange_.slot(command.transaction) : captured_.connection_row();
}

// Untagged data does not say which command it belongs to: each that keeps words of that kind keeps
// them.
void ImapSession::keep_untagged(ImapData kind, const imap::Response& response) {
  const std::string_view quoted = stream_.quote(response.offset, response.octets);
  const std::string_view line = quoted.substr(0, quoted.find("\r\n"));
  const auto keep = [&](const ScriptStep* step, std::size_t row) {
    if (step == nullptr || (step->kept & set_of(kind)) == 0) return;
    for (const Capture& capture : step->text.captures) {
      if (capture.untagged.empty() || imap_data(capture.untagged) != kind) continue;
      captured_.keep_nth(row, capture.slot, line, capture.word, kSpacesAndBrackets);
    }
  };
  if (step_ == Step::idling || step_ == Step::done) {
    // IDLE, which is alone, has had its "+": for the exchange it is answered.
    keep(sending_, of_transaction() ? exchange_.slot(exchange_.sending()) : captured_.connection_row());
    return;
  }
  for (std::uint32_t tag = exchange_.oldest_tag(); tag != next_tag_; ++tag) {
    if (const Exchange::Command* const command = exchange_.find(tag))
      keep(pending(tag).step, row_of(*command));
  }
}

// False if a word is not there.
bool ImapSession::keep_tagged(const Exchange::Command& command, const ScriptStep& step,
                              const imap::Response& response) {
  const std::size_t row = row_of(command);
  bool all = true;
  for (const Capture& capture : step.text.captures) {
    if (capture.untagged.empty()) {
      const std::string_view line = stream_.quote(response.offset, response.octets);
      all &= captured_.keep_nth(row, capture.slot, line, capture.word, kSpacesAndBrackets);
    } else {
      all &= !captured_.word(row, capture.slot).empty();
    }
  }
  return all;
}

void ImapSession::on_bye(const imap::Response& response, Nanoseconds now) {
  if (arrivals_.is_asked_for(ImapData::bye)) return;  // LOGOUT is in flight
  observer_.unsolicited();
  exchange_.fail(words_of(response, "closed-bye", exchange_.awaited_command()), now);
}

// --- Tagged responses

std::string_view ImapSession::wrong_tag(const std::optional<std::uint32_t>& tag) const {
  constexpr std::uint32_t kAhead = 1U << 16U;
  constexpr std::uint32_t kHalf = 1U << 31U;
  if (!tag || *tag == 0) return "protocol-unknown-tag";  // 0 is the greeting's
  if (*tag - next_tag_ < kAhead) return kEarlyAnswer;
  return next_tag_ - *tag < kHalf ? "protocol-answered-twice" : "protocol-unknown-tag";
}

void ImapSession::on_tagged(const imap::Response& response, Nanoseconds now) {
  const auto tag = read_imap_tag(response.tag);
  if (tag && tag == idle_tag_) {
    if (done_) {
      on_answer(*done_, response, now);
    } else {
      on_idle_cut_short(response, now);
    }
  } else if (!tag || tag == done_ || exchange_.find(*tag) == nullptr) {
    exchange_.fail(words_of(response, wrong_tag(tag), exchange_.awaited_command()), now);
  } else {
    on_answer(*tag, response, now);
  }
}

// The server ends an IDLE before it was told to.
void ImapSession::on_idle_cut_short(const imap::Response& response, Nanoseconds now) {
  const auto command = static_cast<unsigned>(ImapCommand::idle);
  if (response.status == imap::Status::ok) {
    exchange_.fail(words_of(response, kEarlyAnswer, command), now);
    return;
  }
  const std::string_view failure =
      response.error ? protocol_word(response.error.code) : refusal(response.status, ImapCommand::idle, true);
  ServerWords words = words_of(response, failure, command);
  words.script_line = sending_->text.source_line;
  observer_.server_said(words);
  settle(*idle_tag_);
  idle_tag_.reset();
  pause_.reset();
  next_wake_ = kNever;
  if (of_transaction()) exchange_.fail_transaction(exchange_.sending(), failure);
  stop_sending(now);
  if (of_transaction()) {
    rest_after_pass(now);
  } else {
    on_script_answer(failure, now);
  }
}

// The name of the failure that the answer is; empty if it is none.
std::string_view ImapSession::judge(const imap::Response& response, const Exchange::Command& command,
                                    const Pending& answered) {
  if (response.status == imap::Status::none) {
    BACKTALK_EXPECT(response.error);
    return protocol_word(response.error.code);
  }
  const bool of_script = answered.step != nullptr;
  if (!of_script && !auth_failure_.empty()) return auth_failure_;
  const std::uint16_t expected = of_script ? answered.step->text.expected.status : kOk;
  if (expected != kNoStatus && expected != imap_status(response.status)) {
    return refusal(response.status, static_cast<ImapCommand>(command.command), of_script);
  }
  if (!of_script) return judge_login(static_cast<ImapCommand>(command.command));
  const bool whole = arrivals_.take(answered.step->brings, answered.arrivals) &&
                     keep_tagged(command, *answered.step, response);
  return whole ? std::string_view{} : kUnexpectedReply;
}

void ImapSession::on_answer(std::uint32_t tag, const imap::Response& response, Nanoseconds now) {
  const Exchange::Command answered = *exchange_.find(tag);
  const auto command = static_cast<ImapCommand>(answered.command);
  const bool half_sent = step_ != Step::none && step_ != Step::challenge && tag == sending_tag_;
  if (half_sent && response.status == imap::Status::ok) {
    exchange_.fail(words_of(response, kEarlyAnswer, answered.command), now);
    return;
  }
  const bool of_script = pending(tag).step != nullptr;
  const std::string_view failure = judge(response, answered, pending(tag));
  exchange_.answered(answered, failure.empty(), imap_status(response.status), now);
  if (!failure.empty()) {
    ServerWords words = words_of(response, failure, answered.command);
    if (of_script) words.script_line = pending(tag).step->text.source_line;
    observer_.server_said(words);
  } else if (response.error) {
    observer_.server_said(words_of(response, protocol_word(response.error.code), answered.command));
  }
  settle(tag);
  if (done_ == tag) {
    done_.reset();
    idle_tag_.reset();
  }
  if (answered.of_transaction && !failure.empty()) {
    exchange_.fail_transaction(answered.transaction, failure);
  }
  if (half_sent) stop_sending(now);
  end_failed_pass(now);
  exchange_.retire(tag, now);
  rest_after_pass(now);
  if (command == ImapCommand::logout) {
    exchange_.finish();  // nothing else is in flight: LOGOUT is in progress alone
  } else if (at_ == At::handshake) {
    if (failure.empty()) {
      on_handshake_answer(command, response, now);
    } else {
      refuse_connection(failure, now);
    }
  } else if (of_script && !answered.of_transaction) {
    on_script_answer(failure, now);
  }
}

// Of the script, and not in a pass.
void ImapSession::on_script_answer(std::string_view failure, Nanoseconds now) {
  if (!failure.empty()) {
    refuse_connection(failure, now);
  } else if (at_ == At::once && in_flight_ == 0 && next_ == plan_.script.once().size()) {
    begin_passes();  // the driver looks for it at once
  }
}

// The server refuses a command that is half sent. A literal that was announced as one that follows
// at once has to follow (RFC 7888 4); one that waits for "+" must not.
void ImapSession::stop_sending(Nanoseconds now) {
  if (step_ == Step::message || step_ == Step::rest || step_ == Step::login_rest) return;
  step_ = Step::none;
  if (at_ != At::handshake) command_sent_whole(now);
}

}  // namespace backtalk::session
