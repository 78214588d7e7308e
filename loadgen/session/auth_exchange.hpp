// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What AUTH (SMTP, POP3) and AUTHENTICATE (IMAP) have in common: a SASL exchange whose challenges
/// and responses are lines of base64.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "session/login.hpp"
#include "session/sent_secrets.hpp"

namespace backtalk::session {

/// The login of one session. Used so, once a connection:
///
///     const auto initial = auth.begin();
///     write("AUTH ", auth.mechanism());                  // and, if there is one and it fits,
///     if (initial) write(" ", *initial);                 // the initial response; if it does not
///     else if (does_not_fit) auth.withhold_initial();    // fit, it answers the first challenge
///     ...
///     const auto answer = auth.answer(challenge);        // of "334 ", "+ "
///     write(answer.line);                                // "*" if `answer.failure` is not empty
///     ...
///     if (!auth.complete()) fail(kAuthServerProof);      // once the server says that it succeeded
class AuthExchange final : public SentSecrets {
 public:
  /// `plan` outlives it. `index` is the session's, which decides on the user.
  AuthExchange(const LoginPlan& plan, std::uint32_t index);

  /// Only if the plan has users.
  [[nodiscard]] const Credentials& credentials() const { return plan_.users[index_ % plan_.users.size()]; }

  /// Of the plan; only for Way::sasl.
  [[nodiscard]] std::string_view mechanism() const { return plan_.mechanism->name(); }

  /// A new exchange. Returns the initial response as it stands behind the mechanism's name, "=" if
  /// it is empty (RFC 4954 4, RFC 5034 4, RFC 4959 3); nullopt if the server speaks first. Valid
  /// until the next call. Only for Way::sasl.
  [[nodiscard]] std::optional<std::string_view> begin();

  /// The initial response was not sent: it is the answer to the first challenge, which must be
  /// empty.
  void withhold_initial() { withheld_ = true; }

  struct Answer {
    std::string_view line;     ///< base64; "*" cancels the exchange. Valid until the next call.
    std::string_view failure;  ///< what is wrong with the challenge; or empty
  };
  /// To a challenge in base64, as it came.
  [[nodiscard]] Answer answer(std::string_view challenge);

  /// The server may say now that the exchange has succeeded. If it does so earlier it has not
  /// proved that it knows the password: `kAuthServerProof`.
  [[nodiscard]] bool complete() const { return !withheld_ && exchange_->complete(); }

  /// Secrets are the password, and what was sent last.
  [[nodiscard]] bool is_quoted_in(std::string_view text) const override;
  void hide_in(std::string& octets) const override;

  /// The password was sent in this form, or at the end of this line, without this class: that must
  /// not be shown either.
  void sent(std::string_view form) { line_ = form; }

  /// The digest for APOP, by the text of the server's greeting; nullopt if that has no timestamp.
  /// Valid until the next call. Only for Way::apop.
  [[nodiscard]] std::optional<std::string_view> apop(std::string_view greeting);

 private:
  const LoginPlan& plan_;
  const std::uint32_t index_;
  std::unique_ptr<SaslExchange> exchange_;
  std::string initial_;  // while it may have to be sent: in base64
  std::string line_;
  std::string challenge_;
  bool withheld_ = false;
};

}  // namespace backtalk::session
