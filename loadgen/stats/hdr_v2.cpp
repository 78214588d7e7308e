// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/hdr_v2.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <utility>

#include "session/base64.hpp"
#include "stats/zlib_stream.hpp"

namespace backtalk::stats {
namespace {

constexpr std::uint32_t kCookie = 0x1c849303 | 0x10;  // 0x10: counts are ZigZag LEB128
constexpr std::uint32_t kCompressedCookie = 0x1c849304 | 0x10;
constexpr std::size_t kCompressedHeaderOctets = 8;
constexpr std::size_t kHeaderOctets = 40;
constexpr std::size_t kVarintOctetsMax = 9;
constexpr std::uint64_t kRatioOne = 0x3FF0000000000000;  // 1.0
constexpr std::uint64_t kCountMax = std::numeric_limits<std::int64_t>::max();

template <typename Unsigned>
void put(std::string& out, Unsigned value) {
  for (unsigned shift = 8 * sizeof(Unsigned); shift > 0;) {
    shift -= 8;
    out += static_cast<char>(value >> shift & 0xFFU);
  }
}

template <typename Unsigned>
Unsigned get(std::string_view text, std::size_t at) {
  Unsigned value = 0;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    value = static_cast<Unsigned>(value << 8 | static_cast<unsigned char>(text[at + i]));
  }
  return value;
}

// varint = *8( %x80-FF ) OCTET   ; seven bits an octet, least first, the last below %x80; a ninth
// has eight bits
void put_varint(std::string& out, std::uint64_t value) {
  for (std::size_t i = 1; i < kVarintOctetsMax && value >= 0x80; ++i) {
    out += static_cast<char>((value & 0x7FU) | 0x80U);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

void put_zigzag(std::string& out, std::int64_t value) {
  put_varint(out, (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

std::string payload_of(const Histogram& histogram) {
  std::string payload;
  std::int64_t zeros = 0;
  // As the reference implementation does: there is always at least one count.
  if (histogram.empty()) put_zigzag(payload, 0);
  for (const std::uint64_t count : histogram.counts()) {
    if (count == 0) {
      ++zeros;
      continue;
    }
    // A single empty bucket is written as a count of 0.
    if (zeros > 0) put_zigzag(payload, zeros == 1 ? 0 : -zeros);
    zeros = 0;
    put_zigzag(payload, static_cast<std::int64_t>(std::min(count, kCountMax)));
  }
  return payload;
}

// The bucket layout that a header announces. The first 2 * 2^half_bits buckets are 2^unit_bits
// wide; every further 2^half_bits buckets are twice as wide as the ones before.
struct Layout {
  unsigned unit_bits = 0;
  unsigned half_bits = 0;
  std::size_t buckets = 0;

  [[nodiscard]] Histogram::Bucket bucket(std::size_t index, std::uint64_t count) const {
    const std::size_t half = std::size_t{1} << half_bits;
    const unsigned doublings = index < 2 * half ? 0 : static_cast<unsigned>(index >> half_bits) - 1;
    const unsigned shift = doublings + unit_bits;
    const std::uint64_t lowest = static_cast<std::uint64_t>(index - doublings * half) << shift;
    return {lowest, lowest + ((std::uint64_t{1} << shift) - 1), count};
  }
};

// Returns nullopt if no histogram can have these parameters.
std::optional<Layout> layout_of(std::uint32_t digits, std::uint64_t lowest, std::uint64_t highest) {
  constexpr std::uint32_t kDigitsMax = 5;
  constexpr unsigned kTopBitsMax = 61;
  if (digits > kDigitsMax || lowest == 0 || lowest > kCountMax / 2) return std::nullopt;
  if (highest < 2 * lowest || highest > kCountMax) return std::nullopt;
  std::uint64_t singles = 2;  // values that need a bucket width of one: 2 * 10^digits
  for (std::uint32_t i = 0; i < digits; ++i) singles *= 10;
  Layout layout;
  layout.unit_bits = static_cast<unsigned>(std::bit_width(lowest)) - 1;
  layout.half_bits = static_cast<unsigned>(std::bit_width(singles - 1)) - 1;
  if (layout.unit_bits + layout.half_bits > kTopBitsMax) return std::nullopt;
  // The first buckets, all of one width, end below 2^first_bits.
  const unsigned first_bits = layout.half_bits + 1 + layout.unit_bits;
  const auto bits = static_cast<unsigned>(std::bit_width(highest));
  const std::size_t stretches = bits > first_bits ? bits - first_bits + 2 : 2;
  layout.buckets = stretches << layout.half_bits;
  return layout;
}

// Reads an inflated histogram octet by octet as it arrives, in constant memory.
class Reader {
 public:
  explicit Reader(std::size_t octets_max) : octets_max_(octets_max) {}

  bool read(std::string_view octets) {
    for (const char c : octets) {
      if (header_.size() < kHeaderOctets) {
        header_ += c;
        if (header_.size() == kHeaderOctets && !read_header()) return false;
      } else if (!read_payload(static_cast<unsigned char>(c))) {
        return false;
      }
    }
    return true;
  }

  bool finish() {
    if (header_.size() < kHeaderOctets || payload_left_ > 0) return refuse("the histogram is cut short");
    if (varint_octets_ > 0) return refuse("the last count is cut short");
    return true;
  }

  [[nodiscard]] std::string_view error() const { return error_; }
  [[nodiscard]] Histogram& histogram() { return histogram_; }

 private:
  bool refuse(std::string_view why) {
    error_ = why;
    return false;
  }

  bool read_header() {
    if (get<std::uint32_t>(header_, 0) != kCookie) return refuse("the cookie is not that of a V2 histogram");
    payload_left_ = get<std::uint32_t>(header_, 4);
    if (get<std::uint32_t>(header_, 8) != 0) return refuse("the normalizing index offset is not 0");
    const auto layout = layout_of(get<std::uint32_t>(header_, 12), get<std::uint64_t>(header_, 16),
                                  get<std::uint64_t>(header_, 24));
    if (!layout) return refuse("no histogram has these digits, lowest and highest values");
    if (get<std::uint64_t>(header_, 32) != kRatioOne) return refuse("the conversion ratio is not 1");
    layout_ = *layout;
    if (payload_left_ > layout_.buckets * kVarintOctetsMax)
      return refuse("the counts are longer than the layout");
    if (kHeaderOctets + payload_left_ > octets_max_) return refuse("the histogram is too large");
    return true;
  }

  bool read_payload(unsigned char octet) {
    if (payload_left_ == 0) return refuse("there are bytes after the counts");
    --payload_left_;
    const bool last = ++varint_octets_ == kVarintOctetsMax;
    varint_ |= static_cast<std::uint64_t>(last ? octet : octet & 0x7FU) << (7 * (varint_octets_ - 1));
    if (!last && octet >= 0x80) return true;
    const std::uint64_t zigzag = varint_;
    varint_ = varint_octets_ = 0;
    return (zigzag & 1) != 0 ? skip((zigzag >> 1) + 1) : count(zigzag >> 1);
  }

  bool skip(std::uint64_t zeros) {
    if (zeros > layout_.buckets - index_) return refuse("there are more counts than the layout has buckets");
    index_ += static_cast<std::size_t>(zeros);
    return true;
  }

  bool count(std::uint64_t times) {
    if (index_ == layout_.buckets) return refuse("there are more counts than the layout has buckets");
    if (!histogram_.record_bucket(layout_.bucket(index_++, times)))
      return refuse("the counts overflow 64 bits");
    return true;
  }

  const std::size_t octets_max_;
  std::string header_;
  Layout layout_;
  std::size_t payload_left_ = 0;
  std::uint64_t varint_ = 0;
  std::size_t varint_octets_ = 0;
  std::size_t index_ = 0;
  Histogram histogram_;
  std::string_view error_;
};

}  // namespace

std::string encode_v2_compressed(const Histogram& histogram) {
  const std::string payload = payload_of(histogram);
  std::string plain;
  plain.reserve(kHeaderOctets + payload.size());
  put(plain, kCookie);
  put(plain, static_cast<std::uint32_t>(payload.size()));
  put(plain, std::uint32_t{0});
  put(plain, std::uint32_t{Histogram::kSignificantDigits});
  put(plain, Histogram::kLowestDiscernible);
  put(plain, Histogram::kHighestTrackable);
  put(plain, kRatioOne);
  plain += payload;
  const std::string stream = zlib_compress(plain);
  std::string octets;
  octets.reserve(kCompressedHeaderOctets + stream.size());
  put(octets, kCompressedCookie);
  put(octets, static_cast<std::uint32_t>(stream.size()));
  return session::to_base64(octets + stream);
}

DecodedHistogram decode_v2_compressed(std::string_view text, std::size_t inflated_max) {
  if (text.size() > kHdrTextOctetsMax) return {std::nullopt, "the text is too long"};
  const std::optional<std::string> octets = session::from_base64(text);
  if (!octets) return {std::nullopt, "the text is not base64"};
  if (octets->size() < kCompressedHeaderOctets) return {std::nullopt, "the text is cut short"};
  if (get<std::uint32_t>(*octets, 0) != kCompressedCookie) {
    return {std::nullopt, "the cookie is not that of a V2 compressed histogram"};
  }
  const std::string_view stream = std::string_view(*octets).substr(kCompressedHeaderOctets);
  if (get<std::uint32_t>(*octets, 4) != stream.size()) {
    return {std::nullopt, "the compressed length is not the text's"};
  }
  Reader reader(inflated_max);
  const std::string_view error =
      zlib_inflate(stream, [&](std::string_view piece) { return reader.read(piece); });
  if (!reader.error().empty()) return {std::nullopt, reader.error()};
  if (!error.empty()) return {std::nullopt, error};
  if (!reader.finish()) return {std::nullopt, reader.error()};
  return {std::move(reader.histogram()), {}};
}

}  // namespace backtalk::stats
