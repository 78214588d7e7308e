// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Octets of a stream, for people who look for the one that is wrong.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::text {

/// Rows of sixteen octets, as `hexdump -C` has them: the row's offset in the stream in hexadecimal,
/// its octets, and the same in ASCII, with "." for what cannot be printed.
///
///     00000070  32 35 30 20 4f 6b>0a                              |250 Ok.|
///
/// `octets` begin at `begins` in the stream. Of more rows than `rows_max`, those around the octet
/// at `marked` are shown, which has ">" before it; if the octets do not reach as far, the last.
/// None if an offset would exceed 64 bits.
[[nodiscard]] std::vector<std::string> hexdump(std::string_view octets, std::uint64_t begins,
                                               std::uint64_t marked, std::size_t rows_max = 4);

}  // namespace backtalk::text
