// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Writing what a POP3 client sends (RFC 1939, 2449, 5034, 6856): commands with their line ends.
///
///     backtalk::Output out{room};
///     Error error = pop3::write_command(out, "USER", name);
///     if (!error) error = pop3::write_message_command(out, "RETR", 17);
///
/// No value can end its line: see backtalk/output.hpp. Offsets of errors count from the beginning
/// of the command. POP3 itself allows 255 octets a line (RFC 2449 4); that is not checked here.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "backtalk/detail/dot_stuffing.hpp"
#include "backtalk/error.hpp"
#include "backtalk/output.hpp"

namespace backtalk::pop3 {

/// Writes a command, with all that follows the keyword as one argument: "STAT", "PASS correct
/// horse". A keyword is of letters and digits, an argument one line of text; UTF-8 is the server's
/// to allow (RFC 6856).
[[nodiscard]] Error write_command(Output& out, std::string_view keyword,
                                  std::optional<std::string_view> argument = {});

/// Writes a command about one message, from 1: RETR, DELE, LIST, UIDL.
[[nodiscard]] Error write_message_command(Output& out, std::string_view keyword, std::uint32_t message);

/// Writes "TOP 17 0".
[[nodiscard]] Error write_top(Output& out, std::uint32_t message, std::uint64_t lines);

/// Writes "APOP name digest"; the digest is 32 hexadecimal digits, in lower case.
[[nodiscard]] Error write_apop(Output& out, std::string_view name, std::string_view digest);

/// Writes "AUTH PLAIN" or "AUTH PLAIN AGEAYg==": the initial response is base64 already, and
/// becomes "=" if it is empty (RFC 5034 4). A mechanism is 1 to 20 letters, digits, "-" and "_".
[[nodiscard]] Error write_auth(Output& out, std::string_view mechanism,
                               std::optional<std::string_view> initial_response = {});

/// Writes the answer to a challenge: base64, or "*" to cancel.
[[nodiscard]] Error write_sasl_response(Output& out, std::string_view base64);

/// Makes the body of a multi-line response of a text in pieces, for servers; see there.
using backtalk::detail::DotStuffer;

}  // namespace backtalk::pop3
