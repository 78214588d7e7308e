// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A slow and simple reader of what IMAP data mean: FETCH items, flags, STATUS, LIST, SEARCH,
/// ESEARCH, THREAD, VANISHED, QUOTA, ID and response codes, from the grammars in RFC 3501, 9051 and
/// their extensions. It shares no code with the typed decoders, which must read the same, also of
/// what is wrong. BODYSTRUCTURE, ENVELOPE and NAMESPACE are not covered.
#pragma once

#include <string>

#include "backtalk/imap/response.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::reference {

/// What the response means, as text; empty for responses that are not covered.
[[nodiscard]] std::string read_imap_data(const imap::Response& response, Tolerances tolerances);

/// The same by the typed decoders.
[[nodiscard]] std::string describe_imap_data(const imap::Response& response, Tolerances tolerances);

}  // namespace backtalk::reference
