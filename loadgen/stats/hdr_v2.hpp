// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Histograms as text: HdrHistogram's V2 compressed encoding in base64, which its tools, plotters
/// and merging scripts read. The strings begin with "HISTFAAA" as long as the compressed part is
/// below 64 KiB.
///
///     text          = base64( cookie=0x1c849314 length zlib( histogram ) )
///     histogram     = cookie=0x1c849313 payload-length normalizing-offset=0 significant-digits
///                     lowest highest ratio=1.0 payload
///     payload       = *( count / zeros )    ; ZigZag LEB128, at most 9 bytes: n counts, -n stands for n
///     empty buckets
///
/// Numbers are big-endian. Cookies, lengths, offset and digits have 32 bits, lowest and highest 64;
/// the ratio is an IEEE double.
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "stats/histogram.hpp"

namespace backtalk::stats {

/// The longest text that `decode_v2_compressed` accepts, in octets.
inline constexpr std::size_t kHdrTextOctetsMax = std::size_t{16} << 20;

/// Returns the histogram as text, without `clamped()` and the exact `min()` and `max()`.
[[nodiscard]] std::string encode_v2_compressed(const Histogram& histogram);

/// A histogram, or a sentence in static storage that says why the text was rejected.
struct DecodedHistogram {
  std::optional<Histogram> histogram;
  std::string_view error;
  explicit operator bool() const noexcept { return histogram.has_value(); }
};

/// Reads a text written by this or any other implementation. A histogram of another layout (digits,
/// lowest, highest) is recorded again, bucket by bucket. `min()` and `max()` are the ends of the
/// outermost buckets.
///
/// The text is not trusted. Memory: three quarters of its length plus a constant, however much it
/// would inflate to; reading stops at the first byte that the header did not announce. Time: linear
/// in the inflated length, which is at most 9 octets per bucket of the layout.
///
/// A text that would inflate to more than `inflated_max` octets is rejected.
[[nodiscard]] DecodedHistogram decode_v2_compressed(
    std::string_view text, std::size_t inflated_max = std::numeric_limits<std::size_t>::max());

}  // namespace backtalk::stats
