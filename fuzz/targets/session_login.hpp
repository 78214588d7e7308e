// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Logins of sessions under test, by a mechanism that needs no library: its responses have one
/// length, whatever the server says.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "session/login.hpp"

namespace backtalk::fuzz {

/// The longest response of a login, in base64 and with its line end.
inline constexpr std::size_t kLoginResponseMax = 16;
/// The most responses of a login.
inline constexpr std::size_t kLoginResponsesMax = 3;

class FuzzedExchange final : public session::SaslExchange {
 public:
  explicit FuzzedExchange(bool client_begins) : client_begins_(client_begins) {}

  std::optional<std::string_view> begin(const session::Credentials&) override {
    answered_ = 0;
    failure_ = {};
    return client_begins_ ? std::optional<std::string_view>("initial") : std::nullopt;
  }
  /// The first challenge may be anything but "!", the second has to be the server's proof, "v".
  std::optional<std::string_view> respond(std::string_view challenge) override {
    if (!failure_.empty() || answered_ == kChallenges || challenge == "!")
      return give_up(session::kAuthChallenge);
    if (++answered_ == kChallenges && challenge != "v") return give_up(session::kAuthServerProof);
    return "response";
  }
  [[nodiscard]] bool complete() const override { return failure_.empty() && answered_ == kChallenges; }
  [[nodiscard]] std::string_view failure() const override { return failure_; }

 private:
  static constexpr unsigned kChallenges = 2;

  std::optional<std::string_view> give_up(std::string_view name) {
    failure_ = name;
    return std::nullopt;
  }
  const bool client_begins_;
  unsigned answered_ = 0;
  std::string_view failure_;
};

class FuzzedMechanism final : public session::SaslMechanism {
 public:
  explicit FuzzedMechanism(bool client_begins) : client_begins_(client_begins) {}
  [[nodiscard]] std::string_view name() const override { return "X"; }
  [[nodiscard]] bool reveals_password() const override { return false; }
  [[nodiscard]] std::unique_ptr<session::SaslExchange> make_exchange() const override {
    return std::make_unique<FuzzedExchange>(client_begins_);
  }

 private:
  const bool client_begins_;
};

/// By the mechanism "X", in which the client or the server speaks first.
[[nodiscard]] inline session::LoginPlan fuzzed_login(bool client_begins) {
  return {.way = session::LoginPlan::Way::sasl,
          .users = {{.user = "tim", .password = "secret"}},
          .mechanism = std::make_shared<FuzzedMechanism>(client_begins)};
}

}  // namespace backtalk::fuzz
