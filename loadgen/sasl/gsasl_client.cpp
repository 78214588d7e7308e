// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "sasl/gsasl_client.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "sasl/gsasl_handles.hpp"
#include "sasl/scram.hpp"

namespace backtalk::sasl {
namespace {

using session::kAuthChallenge;
using session::kAuthServerProof;

class GsaslExchange final : public session::SaslExchange {
 public:
  GsaslExchange(ContextHandle context, Mechanism mechanism, std::shared_ptr<SaltedPasswords> salted)
      : context_(std::move(context)), mechanism_(mechanism), salted_(std::move(salted)) {}

  std::optional<std::string_view> begin(const session::Credentials& credentials) override {
    complete_ = refused_ = false;
    steps_ = 0;
    failure_ = {};
    Gsasl_session* made = nullptr;
    session_.reset();
    if (gsasl_client_start(context_.get(), name_of(mechanism_).data(), &made) != GSASL_OK) return give_up();
    session_.reset(made);
    credentials_ = &credentials;
    const bool set = gsasl_property_set(made, GSASL_AUTHID, credentials.user.c_str()) == GSASL_OK &&
                     gsasl_property_set(made, GSASL_PASSWORD, credentials.password.c_str()) == GSASL_OK;
    if (!set) return give_up();
    const bool client_begins = mechanism_ == Mechanism::plain || mechanism_ == Mechanism::scram_sha_256;
    return client_begins ? step({}) : std::nullopt;
  }

  std::optional<std::string_view> respond(std::string_view challenge) override {
    const bool expected = session_ != nullptr && failure_.empty() && !complete_;
    if (!expected || challenge.size() > kChallengeOctetsMax) return give_up();
    switch (mechanism_) {
      // GNU SASL would read it up to a NUL, and go on without an answer to nothing.
      case Mechanism::cram_md5:
        if (challenge.empty() || has_nul(challenge)) return give_up();
        break;
      case Mechanism::scram_sha_256: return respond_scram(challenge);
      default: break;
    }
    return step(challenge);
  }

  [[nodiscard]] bool complete() const override { return complete_; }
  [[nodiscard]] std::string_view failure() const override { return failure_; }

 private:
  // steps_: 1 once the first message is out, 2 once the proof is.
  std::optional<std::string_view> respond_scram(std::string_view challenge) {
    if (has_nul(challenge)) return give_up();
    if (steps_ > 1) return check_proof(challenge);
    const auto first = read_server_first(challenge);
    if (!first || first->iterations == 0) return give_up();
    const bool changed = salted_->is_changed(*credentials_, *first);
    if (first->iterations > (changed ? kScramChangedIterationsMax : kScramIterationsMax)) {
      failure_ = session::kAuthIterations;
      return give_up();
    }
    use_salted_password(*first);
    auto response = step(challenge);
    if (response) keep_salted_password(*first);
    return response;
  }

  // server-final-message = (server-error / verifier) ["," extensions]
  std::optional<std::string_view> check_proof(std::string_view challenge) {
    // The server's error comes before its refusal, as in XOAUTH2, and is answered with nothing.
    if (challenge.starts_with("e=") && !refused_) {
      refused_ = true;
      return std::string_view{};
    }
    if (refused_) return give_up();
    auto response = step(challenge);
    if (!response && challenge.starts_with("v=")) failure_ = kAuthServerProof;
    return response;
  }

  // The salted password, which takes all those iterations, is the same as on the connection before
  // unless the server has changed the salt.
  void use_salted_password(const ServerFirst& first) {
    const std::string known = salted_->find(*credentials_, first);
    if (known.empty()) return;
    static_cast<void>(gsasl_property_set(session_.get(), GSASL_SCRAM_SALTED_PASSWORD, known.c_str()));
  }
  void keep_salted_password(const ServerFirst& first) {
    const char* const made = gsasl_property_fast(session_.get(), GSASL_SCRAM_SALTED_PASSWORD);
    if (made != nullptr) salted_->keep(*credentials_, first, made);
  }

  std::optional<std::string_view> step(std::string_view input) {
    ++steps_;
    const int code = output_.step(session_.get(), input);
    if (code != GSASL_OK && code != GSASL_NEEDS_MORE) return give_up();
    complete_ = code == GSASL_OK;
    return output_.view();
  }

  std::optional<std::string_view> give_up() {
    if (failure_.empty()) failure_ = kAuthChallenge;
    complete_ = false;
    return std::nullopt;
  }
  static bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

  ContextHandle context_;
  const Mechanism mechanism_;
  const std::shared_ptr<SaltedPasswords> salted_;
  SessionHandle session_;
  StepOutput output_;
  unsigned steps_ = 0;
  bool complete_ = false;
  bool refused_ = false;  // SCRAM: the server has sent its error
  std::string_view failure_;
  const session::Credentials* credentials_ = nullptr;
};

class GsaslMechanism final : public session::SaslMechanism {
 public:
  GsaslMechanism(ContextHandle context, Mechanism mechanism, std::shared_ptr<SaltedPasswords> salted)
      : context_(std::move(context)), mechanism_(mechanism), salted_(std::move(salted)) {}
  [[nodiscard]] std::string_view name() const override { return name_of(mechanism_); }
  [[nodiscard]] bool reveals_password() const override { return sasl::reveals_password(mechanism_); }
  [[nodiscard]] std::unique_ptr<session::SaslExchange> make_exchange() const override {
    return std::make_unique<GsaslExchange>(context_, mechanism_, salted_);
  }

 private:
  ContextHandle context_;
  const Mechanism mechanism_;
  const std::shared_ptr<SaltedPasswords> salted_;
};

}  // namespace

std::shared_ptr<const session::SaslMechanism> gsasl_mechanism(Mechanism mechanism,
                                                              std::shared_ptr<SaltedPasswords> salted) {
  ContextHandle context = make_context();
  if (context == nullptr || gsasl_client_support_p(context.get(), name_of(mechanism).data()) == 0)
    return nullptr;
  return std::make_shared<GsaslMechanism>(std::move(context), mechanism, std::move(salted));
}

}  // namespace backtalk::sasl
