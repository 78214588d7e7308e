// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "sasl/xoauth2.hpp"

#include <string>
#include <string_view>

#include "sasl/mechanism.hpp"

namespace backtalk::sasl {
namespace {

class Xoauth2Exchange final : public session::SaslExchange {
 public:
  std::optional<std::string_view> begin(const session::Credentials& credentials) override {
    failure_ = {};
    refused_ = false;
    initial_.assign("user=")
        .append(credentials.user)
        .append(
            "\x01"
            "auth=Bearer ");
    initial_.append(credentials.password).append("\x01\x01");
    return initial_;
  }

  std::optional<std::string_view> respond(std::string_view challenge) override {
    if (!failure_.empty() || refused_ || challenge.size() > kChallengeOctetsMax) {
      failure_ = session::kAuthChallenge;
      return std::nullopt;
    }
    refused_ = true;
    return std::string_view{};
  }

  [[nodiscard]] bool complete() const override { return failure_.empty() && !refused_; }
  [[nodiscard]] std::string_view failure() const override { return failure_; }

 private:
  std::string initial_;
  std::string_view failure_;
  bool refused_ = false;
};

class Xoauth2 final : public session::SaslMechanism {
 public:
  [[nodiscard]] std::string_view name() const override { return name_of(Mechanism::xoauth2); }
  [[nodiscard]] bool reveals_password() const override { return true; }
  [[nodiscard]] std::unique_ptr<session::SaslExchange> make_exchange() const override {
    return std::make_unique<Xoauth2Exchange>();
  }
};

}  // namespace

std::shared_ptr<const session::SaslMechanism> xoauth2_mechanism() {
  return std::make_shared<Xoauth2>();
}

}  // namespace backtalk::sasl
