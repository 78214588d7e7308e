// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/anyone.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "mailbox/header.hpp"

namespace backtalk::serve {

using session::AuthStep;
using Kind = session::AuthStep::Kind;

namespace {

class Anyone final : public session::Authenticator {
 public:
  [[nodiscard]] std::span<const std::string_view> mechanisms() const override { return kMechanisms; }

  AuthStep begin(std::string_view mechanism, std::optional<std::string_view> initial) override {
    user_.clear();
    at_ = At::nothing;
    if (mailbox::equals_ignoring_case(mechanism, "PLAIN")) {
      at_ = At::plain;
      return initial ? step(*initial) : AuthStep{Kind::challenge, ""};
    }
    if (mailbox::equals_ignoring_case(mechanism, "LOGIN")) {
      at_ = At::user;
      return initial ? step(*initial) : AuthStep{Kind::challenge, "Username:"};
    }
    if (!mailbox::equals_ignoring_case(mechanism, "CRAM-MD5")) return {};
    if (initial) return {.kind = Kind::malformed, .text = {}};
    at_ = At::digest;
    return {Kind::challenge, "<any.digest.will.do@backtalk>"};
  }

  AuthStep step(std::string_view response) override {
    switch (std::exchange(at_, At::nothing)) {
      case At::nothing: return {};
      case At::plain: {  // authzid NUL authcid NUL passwd
        const std::size_t user = response.find('\0');
        const std::size_t end = user == std::string_view::npos ? user : response.find('\0', user + 1);
        if (end == std::string_view::npos) return {};
        return let_in(response.substr(user + 1, end - user - 1));
      }
      case At::user:
        user_ = response;
        at_ = At::password;
        return {Kind::challenge, "Password:"};
      case At::password: return let_in(std::string(user_));
      case At::digest: return let_in(response.substr(0, response.rfind(' ')));
    }
    return {};
  }

  [[nodiscard]] bool accepts(std::string_view, std::string_view) const override { return true; }
  [[nodiscard]] bool accepts_digest(std::string_view, std::string_view, std::string_view) const override {
    return true;
  }

 private:
  enum class At : std::uint8_t { nothing, plain, user, password, digest };

  AuthStep let_in(std::string_view user) {
    if (user.empty()) return {};
    user_ = std::string(user);
    return {Kind::success, user_};
  }

  static constexpr std::array<std::string_view, 3> kMechanisms{"PLAIN", "LOGIN", "CRAM-MD5"};

  At at_ = At::nothing;
  std::string user_;
};

}  // namespace

std::unique_ptr<session::Authenticator> make_anyone() {
  return std::make_unique<Anyone>();
}

}  // namespace backtalk::serve
