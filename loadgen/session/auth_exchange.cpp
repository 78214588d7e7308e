// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/auth_exchange.hpp"

#include "backtalk/detail/expect.hpp"
#include "session/apop.hpp"
#include "session/base64.hpp"
#include "session/quoted_secret.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kCancel = "*";
constexpr std::string_view kEmptyInitial = "=";

}  // namespace

AuthExchange::AuthExchange(const LoginPlan& plan, std::uint32_t index) : plan_(plan), index_(index) {
  if (plan.mechanism != nullptr) exchange_ = plan.mechanism->make_exchange();
}

std::optional<std::string_view> AuthExchange::begin() {
  BACKTALK_EXPECT(exchange_ != nullptr);
  withheld_ = false;
  initial_.clear();
  line_.clear();
  const auto initial = exchange_->begin(credentials());
  if (!initial) return std::nullopt;
  write_base64(*initial, initial_);
  return initial_.empty() ? kEmptyInitial : initial_;
}

AuthExchange::Answer AuthExchange::answer(std::string_view challenge) {
  if (!read_base64(challenge, challenge_)) return {kCancel, kAuthChallenge};
  if (withheld_) {
    if (!challenge_.empty()) return {kCancel, kAuthChallenge};
    withheld_ = false;
    return {initial_, {}};
  }
  const auto response = exchange_->respond(challenge_);
  if (!response) return {kCancel, exchange_->failure()};
  write_base64(*response, line_);
  return {line_, {}};
}

bool AuthExchange::is_quoted_in(std::string_view text) const {
  return find_secret(text, credentials().password, 0).exists() || find_sent(text, initial_, 0).exists() ||
         find_sent(text, line_, 0).exists();
}

void AuthExchange::hide_in(std::string& octets) const {
  overwrite(octets, credentials().password, find_secret);
  overwrite(octets, initial_, find_sent);
  overwrite(octets, line_, find_sent);
}

std::optional<std::string_view> AuthExchange::apop(std::string_view greeting) {
  BACKTALK_EXPECT(exchange_ != nullptr);
  const auto timestamp = apop_timestamp(greeting);
  if (!timestamp) return std::nullopt;
  static_cast<void>(exchange_->begin(credentials()));
  const auto digest = exchange_->respond(*timestamp);
  line_ = digest.value_or("");  // whoever sees it can try passwords against it
  return digest;
}

}  // namespace backtalk::session
