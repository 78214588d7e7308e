// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Whom a built-in server lets in. The server's session reads the commands of its protocol (USER,
/// LOGIN, AUTH, AUTHENTICATE) and asks here; the mechanisms of SASL need a library and come from
/// outside (sasl/authenticator.hpp).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace backtalk::session {

/// What the server's side of a SASL exchange does next.
struct AuthStep {
  enum class Kind : std::uint8_t {
    challenge,  ///< send `text`, in base64, and give the client's response to `step`
    success,    ///< the user `text` is in
    failure,    ///< the exchange is over: refuse it
    malformed   ///< the same, for an initial response where the server speaks first
  };
  Kind kind = Kind::failure;
  std::string_view text;  ///< plain octets; valid until the next call
};

/// Of one connection. Not thread safe.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  /// As capability lists name them: "PLAIN", "SCRAM-SHA-256". Static storage.
  [[nodiscard]] virtual std::span<const std::string_view> mechanisms() const = 0;

  /// AUTH or AUTHENTICATE: a new exchange. `initial` is the decoded initial response, nullopt if
  /// the command has none; an empty one, which the command writes as "=", is not the same as none.
  /// The mechanism's name is compared without regard to case; an unknown one is a failure.
  [[nodiscard]] virtual AuthStep begin(std::string_view mechanism,
                                       std::optional<std::string_view> initial) = 0;

  /// The client's decoded response. A failure if no exchange is under way. The client's "*", which
  /// cancels it, is the caller's to see; so is a response that is not base64.
  [[nodiscard]] virtual AuthStep step(std::string_view response) = 0;

  /// For USER and PASS, and LOGIN.
  [[nodiscard]] virtual bool accepts(std::string_view user, std::string_view password) const = 0;

  /// For APOP. `timestamp` is what the greeting said, with its angle brackets.
  [[nodiscard]] virtual bool accepts_digest(std::string_view user, std::string_view timestamp,
                                            std::string_view digest) const = 0;
};

/// Makes the authenticator of one connection. May be called from any thread.
using AuthenticatorFactory = std::function<std::unique_ptr<Authenticator>()>;

}  // namespace backtalk::session
