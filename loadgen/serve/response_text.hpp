// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The lines of an HTTP response in a script, as octets.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "script/notation.hpp"

namespace backtalk::serve {

struct ResponseText {
  std::string octets = {};
  unsigned status = 0;
  bool interim = false;  ///< the final response follows
  /// The connection ends behind it: it says so, or its body ends with the connection, or the script
  /// has less of it than it announces.
  bool closes = false;
};

/// Lines end with CRLF, and a body with its last octet, as the response says; those of a body end
/// with LF if they would be longer than the head says otherwise. A head that the script
/// does not end gets an end, and if need be says that there is no body. `method`: of the request.
[[nodiscard]] ResponseText response_text(std::span<const script::Line> lines, std::string_view method);

}  // namespace backtalk::serve
