// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The lines of an HTTP response in a script, as octets.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "script/notation.hpp"

namespace backtalk::serve {

/// What a line `S:` says. In place of a word that it keeps, "1": it is a number more often than
/// not.
[[nodiscard]] std::string said_in_line(std::string_view written);

struct ResponseText {
  std::string octets = {};
  unsigned status = 0;
  bool interim = false;  ///< the final response follows
  /// The connection ends behind it: it says so, or its body ends with the connection, or the script
  /// has less of it than it announces.
  bool closes = false;
};

/// Lines end with CRLF, and a body with its last octet, as the response says; those of a body end
/// with LF if they would be longer than the head says otherwise. If the script does not end the
/// head, its end is added, and a field that says that there is no body where one is needed.
/// `method` is that of the request.
[[nodiscard]] ResponseText response_text(std::span<const script::Line> lines, std::string_view method);

}  // namespace backtalk::serve
