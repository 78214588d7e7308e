// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Bodies that end with a line of one dot (RFC 5321 4.5.2, RFC 1939 3): read as views without the
/// dot-stuffing, and written with it.
#pragma once

#include <array>
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

/// Makes a dot-stuffed body of a text that comes in pieces of any size, without copying it:
///
///     DotStuffer stuffer;
///     std::string_view octets;               // for each piece:
///     while (stuffer.next(piece, octets) != DotStuffer::Status::more) send(octets);
///     ...                                    // at the end:
///     for (const std::string_view octets : stuffer.finish()) send(octets);
///
/// Every line ends with CRLF then: a bare LF or bare CR of the text becomes one, so that no line
/// end is left to be understood in two ways. Without the stretches of Status::dot and the final
/// dot, that is the text for BDAT. Time is linear in the text.
class DotStuffer {
 public:
  enum class Status : std::uint8_t {
    octets,  ///< `octets` is the next stretch of the text, or a line end that it lacks
    dot,     ///< `octets` is a dot that is stuffed
    more,    ///< all of `rest` was used
  };

  /// Takes as much as possible from the front of `rest`; `octets` is then a view of what was there,
  /// or of static storage.
  [[nodiscard]] Status next(std::string_view& rest, std::string_view& octets) noexcept;

  /// The end of the text, to be called once: the line end that its last line lacks, or nothing, and
  /// the final dot with its line end. Then begins the next text.
  [[nodiscard]] std::array<std::string_view, 2> finish() noexcept;

 private:
  bool at_line_start_ = true;
  bool dot_stuffed_ = false;  // the dot that the line begins with has been stuffed
  // The text's, which has ended its line: an LF that follows belongs to it.
  bool after_cr_ = false;
};

}  // namespace backtalk::detail
