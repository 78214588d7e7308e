// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What IMAP says about a message: ENVELOPE, BODY and BODYSTRUCTURE (RFC 3501 7.4.2).
#pragma once

#include <string>
#include <string_view>

namespace backtalk::serve {

/// Appends a string of IMAP, or NIL if there is no such field.
void append_nstring(std::string& out, const std::string* value);
/// Appends a string: quoted where it may be, a literal where it must.
void append_string(std::string& out, std::string_view value);

/// Appends the envelope of the message with that header.
void append_envelope(std::string& out, std::string_view header);

/// Appends the structure of the message; `extended`: of BODYSTRUCTURE, with the data that BODY does
/// not have.
void append_structure(std::string& out, std::string_view message, bool extended);

}  // namespace backtalk::serve
