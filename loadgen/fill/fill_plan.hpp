// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A filling, made ready from its options.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fill/fill_options.hpp"
#include "fill/shape.hpp"
#include "net/endpoint.hpp"
#include "net/url.hpp"
#include "session/login.hpp"
#include "tls/settings.hpp"

namespace backtalk::fill {

enum class Protocol : std::uint8_t { imap, smtp, lmtp };

struct FillPlan {
  Protocol protocol = Protocol::imap;
  net::Url url;
  Shape shape;
  /// Whose mailboxes are filled, and how they log in. With SMTP and LMTP the users are recipients,
  /// and log in only by SASL.
  session::LoginPlan login;
  /// Whoever sees the traffic learns the passwords.
  bool reveals_passwords = false;
  std::vector<std::string> recipients;  ///< of SMTP and LMTP: one for each user, as it is sent
  std::string from;                     ///< with {n} and {user}
  bool utf8_addresses = false;          ///< some address needs SMTPUTF8
  Existing existing = Existing::refuse;
  tls::ClientTransport transport;
  bool starttls = false;
  unsigned depth = 1;
  std::size_t connections = 1;
  std::uint64_t timeout_ns = 0;
  std::vector<net::Endpoint> addresses;  ///< at least one, once the run begins
};

/// Everything but the addresses, which the caller looks up; or a sentence about what is wrong.
/// Those by which mailboxes are filled.
[[nodiscard]] std::vector<std::string_view> schemes();

/// Reads the files that options name. Puts into the options what the URL's scheme says of TLS.
[[nodiscard]] std::variant<FillPlan, std::string> plan_fill(FillOptions& options);

}  // namespace backtalk::fill
