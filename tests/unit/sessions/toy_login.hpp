// SPDX-License-Identifier: Apache-2.0 OR MIT
// Mechanisms of SASL that need no library, for tests of sessions.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "session/login.hpp"

namespace backtalk::session::test {

/// How a toy mechanism goes.
struct ToyRules {
  std::string_view name = "PLAIN";
  bool client_begins = true;
  bool empty_initial = false;   ///< the initial response is empty
  unsigned challenges = 0;      ///< how many it answers before it is complete
  std::string_view proof = {};  ///< what the last challenge has to be; empty: anything
};

/// Says PLAIN's message first, if the client begins, and answers each challenge with "re:" and what
/// it was.
class ToyExchange final : public SaslExchange {
 public:
  explicit ToyExchange(const ToyRules& rules) : rules_(rules) {}

  std::optional<std::string_view> begin(const Credentials& credentials) override {
    answered_ = 0;
    failure_ = {};
    if (!rules_.client_begins) return std::nullopt;
    text_.clear();
    if (!rules_.empty_initial) {
      text_.push_back('\0');
      text_.append(credentials.user).push_back('\0');
      text_.append(credentials.password);
    }
    return text_;
  }
  std::optional<std::string_view> respond(std::string_view challenge) override {
    if (complete() || !failure_.empty()) return give_up(kAuthChallenge);
    const bool last = ++answered_ == rules_.challenges;
    if (last && !rules_.proof.empty() && challenge != rules_.proof) return give_up(kAuthServerProof);
    text_.assign("re:").append(challenge);
    return text_;
  }
  [[nodiscard]] bool complete() const override { return failure_.empty() && answered_ == rules_.challenges; }
  [[nodiscard]] std::string_view failure() const override { return failure_; }

 private:
  std::optional<std::string_view> give_up(std::string_view name) {
    failure_ = name;
    return std::nullopt;
  }
  const ToyRules rules_;
  std::string text_;
  std::string_view failure_;
  unsigned answered_ = 0;
};

class ToyMechanism final : public SaslMechanism {
 public:
  explicit ToyMechanism(const ToyRules& rules) : rules_(rules) {}
  [[nodiscard]] std::string_view name() const override { return rules_.name; }
  [[nodiscard]] bool reveals_password() const override { return rules_.client_begins; }
  [[nodiscard]] std::unique_ptr<SaslExchange> make_exchange() const override {
    return std::make_unique<ToyExchange>(rules_);
  }

 private:
  const ToyRules rules_;
};

inline LoginPlan toy_login(const ToyRules& rules) {
  return {.way = LoginPlan::Way::sasl,
          .users = {{.user = "tim", .password = "tanstaaftanstaaf"}, {.user = "tom", .password = "x"}},
          .mechanism = std::make_shared<ToyMechanism>(rules)};
}

}  // namespace backtalk::session::test
