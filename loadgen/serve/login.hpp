// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Logging in, from the server's side and whatever the protocol: USER and PASS, LOGIN, APOP, and
/// the exchanges of AUTH and AUTHENTICATE, whose challenges and responses are lines of base64 (RFC
/// 4954 4, RFC 5034 4, RFC 3501 6.2.2). The server's session reads the commands and words the
/// replies.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "mailbox/store.hpp"
#include "session/authenticator.hpp"

namespace backtalk::serve {

/// What the servers of one thread count of it.
struct LoginCounts {
  std::uint64_t logins = 0;
  std::uint64_t logins_refused = 0;
};

/// The logins of one connection.
class Login {
 public:
  /// Refusals before the connection is to be closed.
  static constexpr unsigned kRefusalsMax = 10;

  enum class Outcome : std::uint8_t {
    challenge,          ///< send `challenge`, and give the client's next line to `respond`
    accepted,           ///< the client is in
    refused,            ///< a wrong user, password or proof
    full,               ///< there is no room for another account
    cancelled,          ///< by "*"
    malformed,          ///< not base64, or an initial response where the server speaks first
    unknown_mechanism,  ///< or none at all is offered
    too_many            ///< refused, and it was the last of `kRefusalsMax`: close
  };
  struct Step {
    Outcome outcome = Outcome::refused;
    std::string_view challenge = {};      ///< in base64; valid until the next call
    mailbox::Account* account = nullptr;  ///< of the client, if there is a store
  };

  /// `store`: where accounts are opened, null if the client needs none. `authenticator`: null if
  /// there are neither mechanisms nor APOP. What is given must outlive it.
  Login(mailbox::Store* store, std::unique_ptr<session::Authenticator> authenticator, LoginCounts& counts)
      : store_(store), authenticator_(std::move(authenticator)), counts_(counts) {}

  /// For the next client.
  void restart() { refusals_ = 0; }

  /// Appends each mechanism behind `before`.
  void append_mechanisms(std::string& out, std::string_view before) const;
  [[nodiscard]] bool has_mechanisms() const { return authenticator_ != nullptr; }

  /// AUTH or AUTHENTICATE. `initial` is as the command has it: base64, or "=" if it is empty.
  [[nodiscard]] Step begin(std::string_view mechanism, std::optional<std::string_view> initial);
  /// The line that answers a challenge: base64, or "*".
  [[nodiscard]] Step respond(std::string_view line);

  /// USER and PASS, or LOGIN. Needs a store.
  [[nodiscard]] Step by_password(std::string_view user, std::string_view password);
  /// APOP. Needs a store.
  [[nodiscard]] Step by_digest(std::string_view user, std::string_view timestamp, std::string_view digest);

 private:
  [[nodiscard]] Step follow(session::AuthStep step);
  [[nodiscard]] Step enter(std::string_view user);
  [[nodiscard]] Step enter(mailbox::Store::Opened opened);
  [[nodiscard]] Step refuse(Outcome why);

  mailbox::Store* const store_;
  const std::unique_ptr<session::Authenticator> authenticator_;
  LoginCounts& counts_;
  unsigned refusals_ = 0;
  std::string decoded_;
  std::string challenge_;
};

}  // namespace backtalk::serve
