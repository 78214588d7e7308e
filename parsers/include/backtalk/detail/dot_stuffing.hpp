// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Bodies that end with a line of one dot (RFC 5321 4.5.2, RFC 1939 3), read as views without the
/// dot-stuffing.
#pragma once

#include <cstdint>
#include <string_view>

#include "backtalk/error.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::simd {
struct Kernels;
}

namespace backtalk::detail {

/// Reads a dot-stuffed body of any length from a stream that arrives in pieces, in constant memory.
///
/// CRLF only: a bare CR or bare LF is an error unless tolerated, and even then it never makes the
/// next dot the end of data (CVE-2023-51764). Every other byte is allowed in a body. Time is linear
/// in the bytes given.
class DotUnstuffer {
 public:
  explicit DotUnstuffer(Tolerances tolerances = {});

  enum class Status : std::uint8_t {
    octets,  ///< `octets` holds the next stretch of the body; call again
    more,    ///< all of `rest` was used; the body continues
    end,     ///< the line of one dot was read; `rest` begins with what follows it
    error,   ///< a bare CR or bare LF: see `error()`; sticky until `reset`
  };

  /// Reads as much as possible from the front of `rest` and removes it. With Status::octets,
  /// `octets` is a view of what was in `rest` (or of static storage).
  [[nodiscard]] Status next(std::string_view& rest, std::string_view& octets);

  /// The error; its offset counts from the first octet of the body in the stream.
  [[nodiscard]] Error error() const noexcept { return error_; }

  /// The number of octets of the stream that were used, including stuffing, the final dot and its
  /// line end.
  [[nodiscard]] std::uint64_t used() const noexcept { return used_; }

  /// Starts the next body. `after_line_end`: the line before the body ended with CRLF, so a dot as
  /// its first octet can end it at once; false if that line ended with a tolerated bare LF.
  void reset(bool after_line_end = true) noexcept;

 private:
  enum class At : std::uint8_t { text, dot, dot_cr };

  Status refuse(ErrorCode code, std::uint64_t offset);
  void use(std::string_view& rest, std::size_t count);

  const simd::Kernels* kernels_;
  Tolerances tolerances_;
  Error error_;
  std::uint64_t used_ = 0;
  At at_ = At::text;
  bool after_cr_ = false;
  bool at_line_start_ = true;
};

}  // namespace backtalk::detail
