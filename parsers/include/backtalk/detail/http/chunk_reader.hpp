// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Chunked bodies (RFC 9112 7.1), up to the trailer section.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "backtalk/error.hpp"
#include "backtalk/http/limits.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::http::detail {

/// Reads the data of chunks from a stream that arrives in pieces, as views, in constant memory and
/// linear time.
///
/// Accepts only CRLF, whatever is tolerated elsewhere. Checks chunk extensions and drops them.
class ChunkReader {
 public:
  explicit ChunkReader(std::size_t extension_octets_max, Tolerances tolerances = {},
                       std::size_t digits_max = Limits{}.line_octets_max) noexcept
      : extension_octets_max_(extension_octets_max), digits_max_(digits_max), tolerances_(tolerances) {}

  enum class Status : std::uint8_t {
    octets,    ///< `octets` holds the next stretch of the body; call again
    more,      ///< all of `rest` was used; the body continues
    trailers,  ///< the last chunk's line was read; `rest` begins with the trailer section
    error,     ///< see `error()`
  };

  /// Starts a body at `offset` of the stream.
  void begin(std::uint64_t offset) noexcept;

  /// Reads as much as possible from the front of `rest` and removes it. `octets` is a view of what
  /// was in `rest`.
  [[nodiscard]] Status next(std::string_view& rest, std::string_view& octets) noexcept;

  [[nodiscard]] Error error() const noexcept { return error_; }

 private:
  // What the next byte may be. The grammar is in chunk_reader.cpp.
  enum class At : std::uint8_t {
    size_begin,
    empty_lf,  // tolerate::empty_line_before_chunk
    size_first,
    size,
    space,
    name_begin,
    name,
    name_space,
    value_begin,
    value,
    value_space,
    quoted,
    escaped,
    size_lf,
    data,
    data_cr,
    data_lf,
  };

  [[nodiscard]] bool take_short_size(std::string_view& rest) noexcept;
  Status step(char byte) noexcept;
  Status add_digit(char byte) noexcept;
  Status step_after_size(char byte) noexcept;
  Status step_extension(char byte) noexcept;
  Status go(At at) noexcept;
  Status refuse(char byte, ErrorCode code) noexcept;
  [[nodiscard]] bool is_space(char byte) const noexcept;

  std::size_t extension_octets_max_;
  std::size_t digits_max_;
  Tolerances tolerances_;
  At at_ = At::size_begin;
  Error error_;
  std::uint64_t offset_ = 0;
  std::uint64_t size_ = 0;            // of the chunk; in its data: what is left of it
  std::size_t digits_ = 0;            // of the size, leading zeros among them
  std::size_t extension_octets_ = 0;  // of all chunks of this body
};

}  // namespace backtalk::http::detail
