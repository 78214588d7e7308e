// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The words of a response that a script keeps.
#pragma once

#include <array>
#include <string_view>

#include "backtalk/http/head.hpp"
#include "session/script.hpp"

namespace backtalk::session {

/// Room for a word that is not in the response as it stands.
using HttpWordRoom = std::array<char, 8>;

/// The word that `capture` names, of the status line or of the first field line with its name;
/// empty if there is none. The first word of a field line is its name. Spaces and tabs separate
/// words, and a ";" or "," at the end of one is not a part of it: "Set-Cookie: a=b; Path=/" has the
/// words "Set-Cookie:", "a=b" and "Path=/".
[[nodiscard]] std::string_view word_of(const http::ResponseHead& head, const Capture& capture,
                                       HttpWordRoom& room) noexcept;

}  // namespace backtalk::session
