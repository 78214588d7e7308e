// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How a session proves who its user is. The session writes the commands of its protocol (USER,
/// LOGIN, AUTH, AUTHENTICATE); the mechanisms of SASL (RFC 4422) compute what is in them and come
/// from outside, since they need a library.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::session {

// Why a login failed, as failures are counted.

/// The server offers no login, or not in this way.
inline constexpr std::string_view kAuthMissing = "auth-missing";
/// It refused the user, the password or the token, or all logins for now.
inline constexpr std::string_view kAuthRefused = "auth-refused";
/// A challenge that is not base64, that the mechanism does not have, or that is too long.
inline constexpr std::string_view kAuthChallenge = "auth-challenge";
/// A challenge that demands more work (iterations of SCRAM) than a client does for one login.
inline constexpr std::string_view kAuthIterations = "auth-iterations";
/// The server called the login a success before the exchange was complete, or has not proved that
/// it knows the password, although the mechanism asks for it.
inline constexpr std::string_view kAuthServerProof = "auth-server-proof";

struct Credentials {
  std::string user;
  std::string password;  ///< XOAUTH2: the access token
};

/// The client's side of one SASL exchange. Octets are plain; the session's commands carry them in
/// base64.
class SaslExchange {
 public:
  virtual ~SaslExchange() = default;

  /// Begins again, for these credentials, which outlive the exchange. Returns the initial response;
  /// nullopt if the server speaks first.
  virtual std::optional<std::string_view> begin(const Credentials& credentials) = 0;

  /// The response to a challenge, valid until the next call; nullopt if the challenge is wrong, so
  /// that the exchange must be given up: the server may not be who it says it is.
  virtual std::optional<std::string_view> respond(std::string_view challenge) = 0;

  /// True if the server may say now that the exchange has succeeded. A mechanism in which the
  /// server proves itself too (SCRAM) has checked that proof.
  [[nodiscard]] virtual bool complete() const = 0;

  /// Why `respond` returned nothing: `kAuthChallenge`, `kAuthIterations` or `kAuthServerProof`;
  /// empty if it did not.
  [[nodiscard]] virtual std::string_view failure() const = 0;
};

/// The mechanism of a run.
class SaslMechanism {
 public:
  virtual ~SaslMechanism() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;  ///< "SCRAM-SHA-256"; static storage
  /// Whoever reads the exchange has the password, or the token, then.
  [[nodiscard]] virtual bool reveals_password() const = 0;
  [[nodiscard]] virtual std::unique_ptr<SaslExchange> make_exchange() const = 0;
};

/// The users that a run's connections log in as, and the way they log in.
struct LoginPlan {
  enum class Way : std::uint8_t {
    none,     ///< not at all; there may be users all the same, whose names addresses have
    command,  ///< the protocol's own: USER and PASS, LOGIN. SMTP has none.
    apop,     ///< RFC 1939 section 7: POP3 only
    sasl
  };
  Way way = Way::none;
  std::vector<Credentials> users;  ///< connection i is users[i % size]; at least one unless `none`
  /// For `sasl`, and for `apop`, whose challenge is the greeting's timestamp as it stands there and
  /// whose response is the digest.
  std::shared_ptr<const SaslMechanism> mechanism = nullptr;
};

}  // namespace backtalk::session
