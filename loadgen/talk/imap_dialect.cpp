// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/imap_dialect.hpp"

#include <algorithm>
#include <utility>

#include "talk/explain_imap.hpp"
#include "talk/words.hpp"

namespace backtalk::talk {
namespace {

bool begins_command(std::string_view line) {
  take_word(line);
  return is_imap_command(take_word(line));
}

}  // namespace

Next ImapDialect::next() const {
  if (!greeted_ || typing_.waits()) return Next::undecided;
  if (responds_ || idles_ || !typing_.complete()) return Next::content;
  if (pending_.empty() || pending_.back().asked == Asked::command) return Next::command;
  return Next::undecided;
}

std::size_t ImapDialect::due() const {
  return pending_.size() + (typing_.waits() ? 1 : 0) + (greeted_ ? 0 : 1);
}

std::string_view ImapDialect::inside() const {
  if (responds_) return "a login, whose challenge has no answer yet";
  if (idles_) return "an IDLE, which DONE ends";
  if (typing_.complete()) return {};
  return typing_.in_literal() ? "a literal, whose octets were told"
                              : "a command, which goes on after its literal";
}

bool ImapDialect::awaits(std::string_view tag) const {
  const bool begun = !typing_.complete() && typing_.tag() == tag;
  return begun || std::ranges::find(pending_, tag, &Pending::tag) != pending_.end();
}

Typed ImapDialect::type(std::string_view line, std::string& out) {
  out.append(line).append("\r\n");
  if (idles_) {
    // The server takes it for DONE whatever it is; it may be a command, and have a secret.
    idles_ = false;
    idled_ = true;
    ImapTyping instead;
    Typed typed = instead.type(line, secrets_);
    // What would follow a login is a secret, too.
    if (instead.is_login()) login_ended(false);
    return typed;
  }
  if (responds_) {
    responds_ = false;
    secrets_.add_response(line);
    return {.shown = std::string(line == "*" ? line : kHidden), .braces_end = 0};
  }
  return type_command(line);
}

Typed ImapDialect::type_command(std::string_view line) {
  const bool begins = typing_.complete();
  const bool is_command = begins_command(line);
  const bool stray = begins && is_stray_secret(line, is_command);
  Typed typed = typing_.type(line, secrets_);
  if (begins && !is_command) {
    if (const auto login = type_foreign_login(line)) typed.shown = login->shown;
  }
  if (typing_.complete()) ask();
  if (stray) typed.shown = kHidden;
  return typed;
}

void ImapDialect::ask() {
  const bool answered = std::exchange(answered_early_, false);
  if (typing_.tag().empty() || answered) return;  // an empty line has no answer
  Pending one{.tag = typing_.tag(), .flawed = typing_.name().empty()};
  if (typing_.is_login("AUTHENTICATE")) one.asked = Asked::login;
  if (text::equals_ignoring_case(typing_.name(), "IDLE")) one.asked = Asked::idle;
  if (text::equals_ignoring_case(typing_.name(), "STARTTLS")) one.asked = Asked::starttls;
  pending_.push_back(std::move(one));
}

bool ImapDialect::hear(Heard& heard) {
  using Kind = imap::Response::Kind;
  const imap::Response* const response = parser_.next();
  if (response == nullptr) return false;
  heard = {.end = response->offset + response->octets, .complete = true};
  if (response->kind == Kind::literal) {
    heard.complete = false;
    heard.end = 0;  // in the middle of a response
    return true;
  }
  explain(*response, heard);
  switch (response->kind) {
    case Kind::untagged: on_untagged(*response); break;
    case Kind::continuation: on_continuation(heard); break;
    case Kind::tagged: on_tagged(*response, heard); break;
    case Kind::literal: break;
  }
  return true;
}

void ImapDialect::on_untagged(const imap::Response& response) {
  using imap::Status;
  if (!greeted_) {
    greeted_ = true;
    accepted_ = response.status == Status::ok;
    return;
  }
  // The server could not read the tag (RFC 3501 7.1.3).
  if (response.status != Status::bad) return;
  const auto flawed = std::ranges::find(pending_, true, &Pending::flawed);
  if (flawed != pending_.end()) answer(static_cast<std::size_t>(flawed - pending_.begin()), false);
}

void ImapDialect::on_continuation(Heard& heard) {
  if (typing_.waits()) {
    typing_.go_on();
  } else if (!pending_.empty() && pending_.back().asked == Asked::login) {
    responds_ = true;
  } else if (!pending_.empty() && pending_.back().asked == Asked::idle && !idles_ && !idled_) {
    idles_ = true;
  } else {
    heard.warnings.emplace_back("nothing asked for this continuation");
    confused_ = true;
  }
}

void ImapDialect::on_tagged(const imap::Response& response, Heard& heard) {
  const bool positive = response.status == imap::Status::ok;
  const auto asked = std::ranges::find(pending_, response.tag, &Pending::tag);
  if (asked != pending_.end()) {
    answer(static_cast<std::size_t>(asked - pending_.begin()), positive);
  } else if (!typing_.complete() && typing_.tag() == response.tag) {
    accepted_ = false;
    // A literal for which the server did not ask goes out all the same (RFC 7888 3).
    answered_early_ = !typing_.waits();
    if (answered_early_) return;
    if (typing_.is_login()) login_ended(false);
    typing_.abandon();
  } else {
    heard.warnings.emplace_back("no command with this tag waits for an answer");
    confused_ = true;
  }
}

void ImapDialect::answer(std::size_t pending, bool positive) {
  const Asked asked = pending_[pending].asked;
  pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(pending));
  accepted_ = positive;
  if (asked == Asked::login) {
    responds_ = false;
    login_ended(positive);
  }
  if (asked == Asked::idle) idles_ = idled_ = false;
  if (asked == Asked::starttls && positive) wants_tls_ = parser_.begin_tls();
}

}  // namespace backtalk::talk
