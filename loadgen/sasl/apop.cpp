// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "sasl/apop.hpp"

#include <openssl/evp.h>

#include <array>

#include "sasl/mechanism.hpp"
#include "session/apop.hpp"

namespace backtalk::sasl {
namespace {

class ApopExchange final : public session::SaslExchange {
 public:
  std::optional<std::string_view> begin(const session::Credentials& credentials) override {
    credentials_ = &credentials;
    complete_ = false;
    failure_ = {};
    return std::nullopt;
  }

  std::optional<std::string_view> respond(std::string_view challenge) override {
    const bool expected = credentials_ != nullptr && !complete_ && failure_.empty();
    const bool valid = expected && session::apop_timestamp(challenge) == challenge;
    auto digest = valid ? apop_digest(challenge, credentials_->password) : std::nullopt;
    if (!digest) {
      failure_ = session::kAuthChallenge;
      complete_ = false;
      return std::nullopt;
    }
    digest_ = *std::move(digest);
    complete_ = true;
    return digest_;
  }

  [[nodiscard]] bool complete() const override { return complete_; }
  [[nodiscard]] std::string_view failure() const override { return failure_; }

 private:
  const session::Credentials* credentials_ = nullptr;
  std::string digest_;
  std::string_view failure_;
  bool complete_ = false;
};

class Apop final : public session::SaslMechanism {
 public:
  [[nodiscard]] std::string_view name() const override { return name_of(Mechanism::apop); }
  [[nodiscard]] bool reveals_password() const override { return false; }
  [[nodiscard]] std::unique_ptr<session::SaslExchange> make_exchange() const override {
    return std::make_unique<ApopExchange>();
  }
};

}  // namespace

std::optional<std::string> apop_digest(std::string_view timestamp, std::string_view secret) {
  std::string text;
  text.reserve(timestamp.size() + secret.size());
  text.append(timestamp).append(secret);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned octets = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &octets, EVP_md5(), nullptr) != 1)
    return std::nullopt;
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hexadecimal;
  for (unsigned i = 0; i < octets; ++i) {
    hexadecimal.push_back(kDigits[digest[i] >> 4]);
    hexadecimal.push_back(kDigits[digest[i] & 0xF]);
  }
  return hexadecimal;
}

std::shared_ptr<const session::SaslMechanism> apop_mechanism() {
  return std::make_shared<Apop>();
}

}  // namespace backtalk::sasl
