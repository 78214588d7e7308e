// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The body of a response that a script has in chunks, as a transcript does (RFC 9112 7.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace backtalk::script {

/// The content of the chunks in these lines. The lines of the argument and of the result have LF
/// between them, because a script does not know how the lines of a chunk end. Chunk extensions and
/// trailers are left out. nullopt if the lines are not chunks up to a last one of size 0.
[[nodiscard]] std::optional<std::string> body_of_chunks(std::string_view lines);

}  // namespace backtalk::script
