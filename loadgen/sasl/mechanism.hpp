// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The mechanisms by which clients log in: PLAIN, LOGIN, CRAM-MD5 and SCRAM-SHA-256 by GNU SASL,
/// XOAUTH2 and APOP by hand. Bytes in, bytes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "session/login.hpp"

namespace backtalk::sasl {

enum class Mechanism : std::uint8_t {
  plain,          ///< RFC 4616
  login,          ///< draft-murchison-sasl-login
  cram_md5,       ///< RFC 2195
  scram_sha_256,  ///< RFC 7677, without channel binding
  xoauth2,        ///< Google's; the password is the access token
  apop            ///< RFC 1939 section 7: the challenge is the greeting's timestamp
};

/// As AUTH and AUTHENTICATE name it; "APOP" for the last.
[[nodiscard]] std::string_view name_of(Mechanism mechanism);

/// True if whoever reads the conversation has the password, or the token, then.
[[nodiscard]] constexpr bool reveals_password(Mechanism mechanism) {
  return mechanism == Mechanism::plain || mechanism == Mechanism::login || mechanism == Mechanism::xoauth2;
}

/// Challenges longer than this are wrong. RFC 4422 sets no limit; no mechanism here comes near it.
inline constexpr std::size_t kChallengeOctetsMax = 4096;

/// A server that asks for more iterations of SCRAM (RFC 5802 5.1, "i=") is refused: these take some
/// 20 ms of the client's CPU, in which no other connection of the thread is served. RFC 7677 asks
/// for 4096, and servers for up to 15,000.
inline constexpr std::uint64_t kScramIterationsMax = 100'000;
/// The same for a server that has sent a user another salt, or another number, than before: its
/// answers can be computed only once, however often it changes them.
inline constexpr std::uint64_t kScramChangedIterationsMax = 20'000;

/// The client's side. Null if this machine's GNU SASL does not have the mechanism. May be used from
/// all threads.
[[nodiscard]] std::shared_ptr<const session::SaslMechanism> client_mechanism(Mechanism mechanism);

/// True if the mechanism can work with that user's name or password: GNU SASL prepares them by
/// SASLprep (RFC 4013), which refuses some characters beyond ASCII.
[[nodiscard]] bool can_prepare(Mechanism mechanism, std::string_view text);

}  // namespace backtalk::sasl
