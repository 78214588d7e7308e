// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The zlib format (RFC 1950) around deflate (RFC 1951): two bytes before it, a checksum after it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace backtalk::stats {

[[nodiscard]] std::string zlib_compress(std::string_view octets);

/// Inflates `stream`, which has to be one zlib stream and nothing more, and gives `take` piece after piece of
/// a few kilobytes; `take` returns false to stop. Constant memory, whatever the stream would inflate to.
///
/// Returns what is wrong, in static storage; an empty view where the stream was whole and its checksum right.
/// Where `take` stopped it, that is "refused".
[[nodiscard]] std::string_view zlib_inflate(std::string_view stream,
                                            const std::function<bool(std::string_view)>& take);

}  // namespace backtalk::stats
