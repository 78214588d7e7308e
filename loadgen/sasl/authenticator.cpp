// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "sasl/authenticator.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "sasl/apop.hpp"
#include "sasl/gsasl_handles.hpp"
#include "sasl/mechanism.hpp"
#include "text/letter_case.hpp"

namespace backtalk::sasl {
namespace {

using session::AuthStep;
using Kind = session::AuthStep::Kind;

constexpr std::array kMechanisms{Mechanism::plain, Mechanism::login, Mechanism::cram_md5,
                                 Mechanism::scram_sha_256, Mechanism::xoauth2};
// RFC 7677 section 4: at least as many.
constexpr const char* kScramIterations = "4096";
// What Google's servers say, more or less.
constexpr std::string_view kXoauth2Refusal = R"({"status":"401","schemes":"bearer","scope":"mail"})";

bool has_nul(std::string_view text) {
  return text.find('\0') != std::string_view::npos;
}

struct Shared {
  ContextHandle context;
  PasswordOf password_of;
  std::vector<std::string_view> offered;
};

// "user=" user %x01 "auth=Bearer " token %x01 %x01
struct Bearer {
  std::string_view user;
  std::string_view token;
};

std::optional<Bearer> read_bearer(std::string_view response) {
  constexpr std::string_view kUser = "user=";
  constexpr std::string_view kAuth =
      "\x01"
      "auth=Bearer ";
  constexpr std::string_view kEnd = "\x01\x01";
  if (!response.starts_with(kUser) || !response.ends_with(kEnd)) return std::nullopt;
  response.remove_prefix(kUser.size());
  response.remove_suffix(kEnd.size());
  const std::size_t end = response.find('\x01');
  if (end == std::string_view::npos || !response.substr(end).starts_with(kAuth)) return std::nullopt;
  const Bearer bearer{.user = response.substr(0, end), .token = response.substr(end + kAuth.size())};
  if (bearer.token.find('\x01') != std::string_view::npos) return std::nullopt;
  return bearer;
}

class GsaslAuthenticator final : public session::Authenticator {
 public:
  explicit GsaslAuthenticator(std::shared_ptr<const Shared> shared) : shared_(std::move(shared)) {}

  /// Once, before any authenticator begins: afterwards the context is only read.
  static void answer_questions_of(Gsasl* context) { gsasl_callback_set(context, &answer); }

  [[nodiscard]] std::span<const std::string_view> mechanisms() const override { return shared_->offered; }

  AuthStep begin(std::string_view mechanism, std::optional<std::string_view> initial) override {
    abandon();
    const auto* const found = std::ranges::find_if(kMechanisms, [mechanism](Mechanism one) {
      return text::equals_ignoring_case(name_of(one), mechanism);
    });
    if (found == kMechanisms.end() || !offers(name_of(*found))) return {};
    mechanism_ = *found;
    if (mechanism_ != Mechanism::xoauth2 && !begin_session()) return {};
    state_ = State::waiting;
    if (initial) {
      // Where the server speaks first there is nothing yet that a response could answer.
      if (mechanism_ == Mechanism::cram_md5) return fail(Kind::malformed);
      if (mechanism_ == Mechanism::login && step({}).kind != Kind::challenge) return fail();
      return step(*initial);
    }
    const bool client_begins = mechanism_ != Mechanism::cram_md5 && mechanism_ != Mechanism::login;
    return client_begins ? AuthStep{Kind::challenge, {}} : step({});
  }

  AuthStep step(std::string_view response) override {
    if (response.size() > kResponseOctetsMax) return fail();
    switch (state_) {
      case State::idle: return {};
      // Server-final-message, or what was wrong with the token, was the last challenge.
      case State::proved: return response.empty() ? succeed() : fail();
      case State::refused: return fail();
      case State::waiting: break;
    }
    return mechanism_ == Mechanism::xoauth2 ? step_bearer(response) : step_session(response);
  }

  [[nodiscard]] bool accepts(std::string_view user, std::string_view password) const override {
    return shared_->password_of(user) == password;
  }
  [[nodiscard]] bool accepts_digest(std::string_view user, std::string_view timestamp,
                                    std::string_view digest) const override {
    const auto password = shared_->password_of(user);
    return password && apop_digest(timestamp, *password) == digest;
  }

 private:
  enum class State : std::uint8_t { idle, waiting, proved, refused };

  [[nodiscard]] bool offers(std::string_view name) const {
    return std::ranges::find(shared_->offered, name) != shared_->offered.end();
  }

  // GNU SASL asks for what it needs to know of a user.
  static int answer(Gsasl*, Gsasl_session* session, Gsasl_property property) {
    const auto* const self = static_cast<const GsaslAuthenticator*>(gsasl_session_hook_get(session));
    switch (property) {
      case GSASL_PASSWORD: {
        const char* const user = gsasl_property_fast(session, GSASL_AUTHID);
        const auto password = user == nullptr ? std::nullopt : self->shared_->password_of(user);
        return password ? gsasl_property_set(session, GSASL_PASSWORD, password->c_str()) : GSASL_NO_PASSWORD;
      }
      case GSASL_SCRAM_ITER: return gsasl_property_set(session, GSASL_SCRAM_ITER, kScramIterations);
      default: return GSASL_NO_CALLBACK;
    }
  }

  bool begin_session() {
    Gsasl_session* made = nullptr;
    if (gsasl_server_start(shared_->context.get(), name_of(mechanism_).data(), &made) != GSASL_OK)
      return false;
    session_.reset(made);
    gsasl_session_hook_set(made, this);
    return true;
  }

  AuthStep step_session(std::string_view response) {
    // GNU SASL would repeat its request without end.
    const bool client_begins = mechanism_ == Mechanism::plain || mechanism_ == Mechanism::scram_sha_256;
    if (response.empty() && client_begins) return fail();
    // Its parsers read texts up to a NUL; in PLAIN it separates.
    if (mechanism_ != Mechanism::plain && has_nul(response)) return fail();
    const int code = output_.step(session_.get(), response);
    if (code == GSASL_NEEDS_MORE) return {Kind::challenge, output_.view()};
    const char* const user = code == GSASL_OK ? gsasl_property_fast(session_.get(), GSASL_AUTHID) : nullptr;
    const char* const acts_for = gsasl_property_fast(session_.get(), GSASL_AUTHZID);
    // Nobody acts for another here.
    if (user == nullptr || (acts_for != nullptr && *acts_for != '\0' && std::string_view(acts_for) != user))
      return fail();
    user_ = user;
    if (output_.view().empty()) return succeed();
    state_ = State::proved;
    return {Kind::challenge, output_.view()};
  }

  AuthStep step_bearer(std::string_view response) {
    const auto bearer = read_bearer(response);
    if (!bearer) return fail();
    if (accepts(bearer->user, bearer->token)) {
      user_ = bearer->user;
      return succeed();
    }
    state_ = State::refused;
    return {Kind::challenge, kXoauth2Refusal};
  }

  AuthStep succeed() {
    abandon();
    return {Kind::success, user_};
  }
  AuthStep fail(Kind kind = Kind::failure) {
    abandon();
    return {.kind = kind, .text = {}};
  }
  void abandon() {
    state_ = State::idle;
    session_.reset();
  }

  std::shared_ptr<const Shared> shared_;
  Mechanism mechanism_ = Mechanism::plain;
  State state_ = State::idle;
  SessionHandle session_;
  StepOutput output_;
  std::string user_;
};

}  // namespace

session::AuthenticatorFactory authenticators(PasswordOf password_of) {
  auto shared = std::make_shared<Shared>(Shared{make_context(), std::move(password_of), {}});
  if (shared->context != nullptr) GsaslAuthenticator::answer_questions_of(shared->context.get());
  for (const Mechanism one : kMechanisms) {
    const bool known = one == Mechanism::xoauth2 ||
                       (shared->context != nullptr &&
                        gsasl_server_support_p(shared->context.get(), name_of(one).data()) != 0);
    if (known) shared->offered.push_back(name_of(one));
  }
  return [shared =
              std::shared_ptr<const Shared>(std::move(shared))]() -> std::unique_ptr<session::Authenticator> {
    return std::make_unique<GsaslAuthenticator>(shared);
  };
}

}  // namespace backtalk::sasl
