// SPDX-License-Identifier: Apache-2.0 OR MIT
// What a server of IMAP says, and what ImapSession makes of it.
#include <algorithm>
#include <utility>

#include "backtalk/detail/expect.hpp"
#include "session/imap_session.hpp"
#include "session/imap_statuses.hpp"
#include "session/imap_tag.hpp"

namespace backtalk::session {
namespace {

// A FETCH of new messages' headers that was refused may be refused again.
constexpr Nanoseconds kFetchAgainAfter = 1'000'000'000;
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
  const auto repeats = [sent](std::string_view text) {
    return !sent.empty() && text.find(sent) != std::string_view::npos;
  };
  const bool in_text = repeats(words.text);
  const bool in_script = repeats(words.expected);
  words = auth_.without_secrets(words);
  if (in_text) words.text = kNotShown;
  if (in_script) words.expected = kNotShownOfScript;
  return words;
}

void ImapSession::on_response(const imap::Response& response, Nanoseconds now) {
  using Kind = imap::Response::Kind;
  if (response.kind == Kind::literal) {  // its response follows
    if (verify_) verify_->read_piece(response);
    if (watch_.is_active()) watch_.read_piece(response);
    return;
  }
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
  if (!watch_.is_active()) return;
  if (watch_.is_urgent() || finishing_) {
    stop_idling(now);
  } else if (watch_.fetches_again()) {
    next_wake_ = std::min(next_wake_, now + kFetchAgainAfter);
  }
}

// --- Untagged responses

void ImapSession::on_untagged(const imap::Response& response, Nanoseconds now) {
  const ImapData kind = imap_data(response);
  if (kind == ImapData::bye) {
    on_bye(response, now);
    return;
  }
  if (!arrivals_.is_asked_for(kind)) observer_.unsolicited();
  if (plan_.script.compares_data()) see_untagged(response);
  if (response.error) {
    observer_.server_said(
        words_of(response, protocol_word(response.error.code), exchange_.awaited_command()));
    if (verify_) verify_->forget_pieces();
    return;
  }
  // The server could not tell to which command it belongs.
  if (kind == ImapData::bad) {
    observer_.server_said(words_of(response, "reply-bad", exchange_.awaited_command()));
  }
  if (kind == ImapData::capability) take_capabilities(response.arguments());
  if (verify_) verify_untagged(kind, response);
  mailbox_.read(kind, response, uid_searches_ > 0);
  if (keepers_ > 0) keep_untagged(kind, response);
  if (watch_.is_active()) {
    watch_.read(kind, response, plan_.tolerances, now);
    if (step_ == Step::idling && watch_.is_urgent()) stop_idling(now);
  }
  arrivals_.add(kind);
}

void ImapSession::verify_untagged(ImapData kind, const imap::Response& response) {
  const ImapVerify::Fetched fetched = verify_->read(kind, response, expungers_ > 0);
  std::optional<Violation> found = verify_->take();
  // One that was there before the watch began is none of the run's; others were compared before.
  const bool is_older = watch_.is_active() && watch_.passes_over(fetched.uid);
  if (is_older && found && found->name == kWrongChecksum) found.reset();
  if (verify_->was_message() && !is_older) observer_.verified(verify_->was_checkable());
  std::optional<std::uint32_t> tag;
  if (fetched.has_body) {
    bool is_other = false;
    tag = asked_for_body(fetched, is_other);
    if (is_other && !found)
      found = Violation{.name = kOtherMessage,
                        .text = ViolationText()
                                    .add("message ")
                                    .add(fetched.number)
                                    .add(" came, and another one was asked for")
                                    .take()};
  }
  if (found) blame(tag, *found, response.offset);
}

// The command that has asked for the body; `is_other` if those that ask for one ask for another.
std::optional<std::uint32_t> ImapSession::asked_for_body(const ImapVerify::Fetched& fetched, bool& is_other) {
  std::optional<std::uint32_t> first;
  for (std::uint32_t tag = exchange_.oldest_tag(); tag != next_tag_; ++tag) {
    const Exchange::Command* const command = exchange_.find(tag);
    if (command == nullptr || pending(tag).step == nullptr) continue;
    const auto name = static_cast<ImapCommand>(command->command);
    if (name != ImapCommand::fetch && name != ImapCommand::uid_fetch) continue;
    const std::uint32_t message = pending(tag).message;
    const std::uint32_t is = name == ImapCommand::fetch ? fetched.number : fetched.uid;
    if (message == 0 || message == is || is == 0) return tag;
    if (!first) first = tag;
  }
  is_other = first.has_value();
  return first;
}

// Fails the command with that tag once it is answered; without one, the oldest of the script, or
// the next.
void ImapSession::blame(std::optional<std::uint32_t> tag, const Violation& found, std::uint64_t offset) {
  unsigned command = kNoCommand;
  for (std::uint32_t at = exchange_.all_answered() ? next_tag_ : exchange_.oldest_tag();
       !tag && at != next_tag_; ++at) {
    if (exchange_.find(at) != nullptr && pending(at).step != nullptr) tag = at;
  }
  if (tag) {
    command = exchange_.find(*tag)->command;
    if (pending(*tag).violation.empty()) pending(*tag).violation = found.name;
  } else {
    late_violation_ = found.name;
  }
  observer_.server_said({.name = found.name, .command = command, .text = found.text, .offset = offset});
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

// Which lines of the script it is, for each command in flight. Of data with literals, the first
// line.
void ImapSession::see_untagged(const imap::Response& response) {
  const std::string_view quoted = stream_.quote(response.offset, response.octets);
  const std::string_view line = quoted.substr(0, quoted.find("\r\n"));
  const auto see = [line](Pending& one) {
    if (one.step == nullptr) return;
    const auto& lines = one.step->text.expected.exact.untagged;
    for (std::size_t i = 0; i < lines.size(); ++i) one.seen |= lines[i].matches(line) ? 1U << i : 0U;
  };
  if (step_ == Step::idling || step_ == Step::done) return see(pending(*idle_tag_));
  for (std::uint32_t tag = exchange_.oldest_tag(); tag != next_tag_; ++tag) {
    if (exchange_.find(tag) != nullptr) see(pending(tag));
  }
}

// From what the script has, if texts are compared: of the tagged line, or an untagged one that has
// not come before it.
std::optional<TextDifference> ImapSession::text_difference(const ScriptStep& step, const Pending& answered,
                                                           const imap::Response& response) {
  const ExactAnswer& exact = step.text.expected.exact;
  for (std::size_t i = 0; i < exact.untagged.size(); ++i) {
    if (((answered.seen >> i) & 1U) == 0)
      return TextDifference{.at = 0, .expected = exact.untagged[i].shown()};
  }
  if (exact.lines.empty()) return std::nullopt;
  const std::string_view line = stream_.quote(response.offset, response.octets);
  const std::size_t behind_tag = std::min(line.find(' '), line.size() - 1) + 1;
  auto found = difference(line.substr(behind_tag), exact.lines);
  if (found) found->at += behind_tag;
  return found;
}

// The name of the failure if a word cannot be kept; empty if all are.
std::string_view ImapSession::keep_tagged(const Exchange::Command& command, const ScriptStep& step,
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
  return all ? std::string_view{} : captured_.why_missing(row);
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
  const bool brought = arrivals_.take(answered.step->brings, answered.arrivals);
  if (!answered.violation.empty()) return answered.violation;
  if (!late_violation_.empty()) return std::exchange(late_violation_, {});
  if (!brought) return kUnexpectedReply;
  if (text_difference(*answered.step, answered, response)) return kTextDiffers;
  return keep_tagged(command, *answered.step, response);
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
  if (verify_ && (command == ImapCommand::select || command == ImapCommand::examine)) {
    verify_->selected(response.status == imap::Status::ok);
    if (const auto found = verify_->take()) blame(tag, *found, response.offset);
  }
  const std::string_view failure = judge(response, answered, pending(tag));
  exchange_.answered(answered, failure.empty(), imap_status(response.status), now, is_unexpected(failure));
  if (is_violation(failure)) {
    // What is wrong was told when it came.
  } else if (!failure.empty()) {
    ServerWords words = words_of(response, failure, answered.command);
    if (of_script) words.script_line = pending(tag).step->text.source_line;
    if (failure == kTextDiffers) {
      add_difference(*text_difference(*pending(tag).step, pending(tag), response), words);
      words = without_secrets(words);
    }
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
  if (watch_.is_active()) {
    if (command == ImapCommand::noop) watch_.looked(now);
    const bool looks = command == ImapCommand::noop || command == ImapCommand::done;
    if (looks && failure.empty()) watch_.told_all(now);
    if (command == ImapCommand::uid_fetch) watch_.fetched(failure.empty() || is_violation(failure));
    end_uneventful_pass(now);
  }
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
