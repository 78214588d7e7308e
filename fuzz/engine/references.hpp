// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The readings that parsers are compared with. Each is written straight from the grammar, takes a
/// stream whole, and reports in the form that is shown beside it: an adapter that wants to be
/// compared reports so.
#pragma once

#include <string_view>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

/// What an SMTP server says (RFC 5321 4.2). For each reply
///
///     report.event("reply", offset).number(code).text(enhanced)     "2.1.5", or empty
///     report.text(line)                                             each line, without that code
///
/// then `refuse(word, offset)`, or `ended(...)`.
void smtp_replies(std::string_view stream, const Settings& settings, Report& report);

/// What an SMTP client says (RFC 5321 4.1), when every DATA is answered with 354 and the octets of
/// every BDAT (RFC 3030) follow its line. For each command
///
///     report.event("command", offset).text(verb).text(arguments)
///
/// and for a message or chunk `octets(...)`, without dot-stuffing, and `event("end of data")`.
void smtp_commands(std::string_view stream, const Settings& settings, Report& report);

/// What a POP3 server says (RFC 1939, 2449, 5034); `Settings::variant` says what its client waits
/// for. For each response
///
///     report.event("response", offset).number(kind).number(multi_line)
///     report.number(unsolicited).number(octets).text(text).text(code)
///
/// with `octets(body)`, or `event("line").text(line)` for each line of a listing, and
/// `event("end")`.
void pop3_responses(std::string_view stream, const Settings& settings, Report& report);

/// What a POP3 client says, when every AUTH is answered with one challenge. For each command
///
///     report.event("command", offset).number(pop3::Verb).text(arguments)
///
/// and where the arguments are what the RFC has `event("message").number(n)`,
/// `event("top").number(n).number(n)`, `event("apop").text(name).text(digest)` or
/// `event("auth").text(mechanism)`, with the initial response as a second text; for the answer to a
/// challenge `event("response", offset).text(line)`.
void pop3_commands(std::string_view stream, const Settings& settings, Report& report);

/// What an HTTP server says (RFC 9110, 9112); `Settings::variant` says which requests it answers.
/// For each response
///
///     report.event("response", offset).number(minor).number(status).number(framing)
///     report.number(content_length).number(tunnel).text(reason)
///     report.text(name).text(value)                                 for each field
///     report.event("body", offset of its first octet)
///
/// with `octets(body)`, and where it ends `event("end")` with the trailers as the fields were. What
/// comes after the protocol was left is `event("opaque")` with octets.
void http_responses(std::string_view stream, const Settings& settings, Report& report);

/// What an HTTP client says. As `http_responses`, but for the beginning of each request:
///
///     report.event("request", offset).number(minor).number(framing).number(content_length)
///     report.text(method).text(target)
void http_requests(std::string_view stream, const Settings& settings, Report& report);

/// What HTTP responses to GET come down to: where each ends, and which bytes are its body. That is
/// what Backtalk's own parser makes of them; for parsers that report little, and for their tables
/// of differences: a disagreement here is one that a smuggler can use. For each response
///
///     report.event("message").number(status)        0 for a request
///     report.octets(body)
///     report.event("end")                           not after an interim response
///
/// What comes after 101 is left out.
void http_response_framing(std::string_view stream, const Settings& settings, Report& report);

/// The same for requests.
void http_request_framing(std::string_view stream, const Settings& settings, Report& report);

/// The first message alone, for parsers that read no other.
void http_first_response_framing(std::string_view stream, const Settings& settings, Report& report);
void http_first_request_framing(std::string_view stream, const Settings& settings, Report& report);

/// What an IMAP server says (RFC 3501, 9051), as frames and tokens. For each response
///
///     report.event("response").text(line)        offset, length, kind and tokens, in the form of
///                                                reference/imap_reference.hpp
void imap_responses(std::string_view stream, const Settings& settings, Report& report);

/// What an IMAP client says to a server that takes its literals, or refuses those of an odd number
/// of octets; `Settings::variant` says which. For each command, line, or literal that waits for "+
/// "
///
///     report.event("input").text(line)           reference/imap_reference.hpp
void imap_commands(std::string_view stream, const Settings& settings, Report& report);

/// The reference of that name: "smtp_replies". Null where there is none.
[[nodiscard]] Reference find_reference(std::string_view name);

}  // namespace backtalk::fuzz
