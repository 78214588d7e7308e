// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Writing what an SMTP or LMTP client sends (RFC 5321 4.1): paths, parameters and messages.
///
///     backtalk::Output out{room};
///     out.add("MAIL FROM:");
///     Error error = smtp::write_reverse_path(out, smtp::split_mailbox("john doe@example.org"));
///     if (!error) error = smtp::write_parameter(out, "SIZE", "1000");
///     out.add("\r\n");                    // MAIL FROM:<"john doe"@example.org> SIZE=1000
///
/// No value can end its path, its parameter or its line: see backtalk/output.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/dot_stuffing.hpp"
#include "backtalk/error.hpp"
#include "backtalk/output.hpp"

namespace backtalk::smtp {

/// Mailbox = Local-part "@" ( Domain / address-literal )
struct Mailbox {
  std::string_view local_part;  ///< what it means, without quotes: "john.doe", "john doe"
  std::string_view domain;      ///< "example.org", "[192.0.2.1]", "[IPv6:2001:db8::1]"
};

/// The parts of an address: what is before its last "@", and behind it. Without "@" all of it is
/// the local part.
[[nodiscard]] constexpr Mailbox split_mailbox(std::string_view address BACKTALK_LIFETIMEBOUND) noexcept {
  const std::size_t at = address.rfind('@');
  if (at == std::string_view::npos) return {address, {}};
  return {address.substr(0, at), address.substr(at + 1)};
}

/// What a path may hold.
struct PathRules {
  /// The server offers SMTPUTF8, and the command says it: UTF-8 in both parts (RFC 6531 3.3).
  bool smtputf8 = false;
};

/// Writes Reverse-path = "<" Mailbox ">" / "<>": the latter if both parts are empty. The local part
/// is quoted where it must be, and may hold all printable ASCII and spaces; a domain is of letters,
/// digits, hyphens and dots, or in brackets. Offsets of errors count in `local_part "@" domain`.
[[nodiscard]] Error write_reverse_path(Output& out, const Mailbox& mailbox, PathRules rules = {});

/// Writes Forward-path = "<" Mailbox ">", and "<Postmaster>" if there is no domain and the local
/// part is "postmaster" in any case.
[[nodiscard]] Error write_forward_path(Output& out, const Mailbox& mailbox, PathRules rules = {});

/// Writes a parameter of MAIL or RCPT with the space before it: " SIZE=1000", " SMTPUTF8".
///
/// esmtp-param = esmtp-keyword ["=" esmtp-value]; a value holds no spaces, no "=" and no control
/// bytes: see `write_xtext`. Offsets of errors count from the keyword.
[[nodiscard]] Error write_parameter(Output& out, std::string_view keyword,
                                    std::optional<std::string_view> value = {}, PathRules rules = {});

/// Writes any octets as xtext, for the values of ENVID, ORCPT and AUTH: "a+b" becomes "a+2Bb" (RFC
/// 3461 4).
[[nodiscard]] Error write_xtext(Output& out, std::string_view value);

/// Writes a command with its line end: "EHLO client.example.org", or "NOOP" without an argument.
/// The verb is of letters and digits. The argument is one line of text: offsets of errors count
/// from the verb.
[[nodiscard]] Error write_command(Output& out, std::string_view verb,
                                  std::optional<std::string_view> argument = {});

/// Writes "BDAT 1000 LAST" with its line end (RFC 3030 2). At most 2^63 - 1 octets.
[[nodiscard]] Error write_chunk_command(Output& out, std::uint64_t octets, bool last);

/// Makes the content of DATA of a text in pieces; see there.
using backtalk::detail::DotStuffer;

}  // namespace backtalk::smtp
