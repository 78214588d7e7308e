// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The zlib format (RFC 1950) around deflate (RFC 1951).
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace backtalk::stats {

[[nodiscard]] std::string zlib_compress(std::string_view octets);

/// Inflates `octets`, which must be exactly one zlib stream of less than 4 GiB, and passes the
/// result to `take` in pieces of at most 8 KiB; `take` returns false to stop. Uses constant memory,
/// whatever the stream inflates to.
///
/// Returns an error in static storage: empty if the stream was complete and its checksum correct,
/// "refused" if `take` stopped it.
[[nodiscard]] std::string_view zlib_inflate(std::string_view octets,
                                            const std::function<bool(std::string_view)>& consume);

}  // namespace backtalk::stats
