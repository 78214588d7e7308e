/// What an HTTP stream comes down to: where each message ends, and which bytes are its body. What Backtalk's
/// parsers make of it, in the form in which foreign parsers are compared: a disagreement here is one that a
/// smuggler can use, and parsers may differ in everything else.
///
///     report.event("message").number(status)        0 for a request
///     report.octets(body)
///     report.event("end")                           not after an interim response
///
/// What comes after 101 is left out. Foreign parsers also say
///
///     report.event("body where none is")            octets of a 1xx, 204 or 304 follow
///     report.event("tunnel")                        what follows a request is not HTTP
#pragma once

#include <string_view>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

/// Responses to GET requests. The tolerances are those of `settings`.
void http_response_framing(std::string_view stream, const Settings& settings, Report& report);

/// Requests.
void http_request_framing(std::string_view stream, const Settings& settings, Report& report);

/// The first message alone, for parsers that read no other.
void http_first_response_framing(std::string_view stream, const Settings& settings, Report& report);
void http_first_request_framing(std::string_view stream, const Settings& settings, Report& report);

}  // namespace backtalk::fuzz
