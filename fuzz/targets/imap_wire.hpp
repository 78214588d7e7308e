// SPDX-License-Identifier: Apache-2.0 OR MIT
/// IMAP tokens written as they stand on the wire.
#pragma once

#include <span>
#include <string>

#include "backtalk/imap/response.hpp"
#include "backtalk/imap/token.hpp"

namespace backtalk::fuzz {

/// Appends the row, one space between tokens. A literal that was given in pieces is written without
/// octets.
void write_tokens(std::span<const imap::Token> row, std::string& out);

/// The response with CRLF, as a server would send it. Not for pieces of literals.
[[nodiscard]] std::string write_response(const imap::Response& response);

}  // namespace backtalk::fuzz
