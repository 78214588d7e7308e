// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/login.hpp"

#include <algorithm>

#include "mailbox/header.hpp"
#include "session/base64.hpp"

namespace backtalk::serve {

void Login::append_mechanisms(std::string& out, std::string_view before) const {
  if (!has_mechanisms()) return;
  for (const std::string_view one : authenticator_->mechanisms()) out.append(before).append(one);
}

Login::Step Login::begin(std::string_view mechanism, std::optional<std::string_view> initial) {
  const auto is_asked_for = [mechanism](std::string_view one) {
    return mailbox::equals_ignoring_case(one, mechanism);
  };
  if (!has_mechanisms() || std::ranges::none_of(authenticator_->mechanisms(), is_asked_for))
    return refuse(Outcome::unknown_mechanism);
  if (!initial) return follow(authenticator_->begin(mechanism, std::nullopt));
  if (*initial == "=") initial = "";
  if (!session::read_base64(*initial, decoded_)) return refuse(Outcome::malformed);
  return follow(authenticator_->begin(mechanism, decoded_));
}

Login::Step Login::respond(std::string_view line) {
  if (line == "*") return refuse(Outcome::cancelled);
  if (!has_mechanisms() || !session::read_base64(line, decoded_)) return refuse(Outcome::malformed);
  return follow(authenticator_->step(decoded_));
}

Login::Step Login::by_password(std::string_view user, std::string_view password) {
  return enter(store_->login(user, password));
}

Login::Step Login::by_digest(std::string_view user, std::string_view timestamp, std::string_view digest) {
  if (!has_mechanisms() || !authenticator_->accepts_digest(user, timestamp, digest))
    return refuse(Outcome::refused);
  return enter(user);
}

Login::Step Login::follow(session::AuthStep step) {
  using Kind = session::AuthStep::Kind;
  switch (step.kind) {
    case Kind::challenge:
      session::write_base64(step.text, challenge_);
      return {.outcome = Outcome::challenge, .challenge = challenge_};
    case Kind::success: return enter(step.text);
    case Kind::malformed: return refuse(Outcome::malformed);
    case Kind::failure: break;
  }
  return refuse(Outcome::refused);
}

Login::Step Login::enter(std::string_view user) {
  if (store_ != nullptr) return enter(store_->open(user));
  ++counts_.logins;
  return {.outcome = Outcome::accepted};
}

Login::Step Login::enter(mailbox::Store::Opened opened) {
  using Entry = mailbox::Store::Entry;
  if (opened.entry != Entry::open)
    return refuse(opened.entry == Entry::full ? Outcome::full : Outcome::refused);
  ++counts_.logins;
  return {.outcome = Outcome::accepted, .account = opened.account};
}

Login::Step Login::refuse(Outcome why) {
  ++counts_.logins_refused;
  return {.outcome = ++refusals_ < kRefusalsMax ? why : Outcome::too_many};
}

}  // namespace backtalk::serve
