// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The last octets of a stream, kept for quoting them when something goes wrong.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace backtalk::session {

/// The piece of a stream that is being read and, of the pieces before it, the beginning of the
/// message that they left open. Allocates nothing; costs a copy only if a piece ends inside a
/// message.
class RecentOctets {
 public:
  /// The most that is kept of earlier pieces, and the most that is quoted.
  static constexpr std::size_t kMax = 512;

  /// A new stream.
  void reset() noexcept {
    piece_ = {};
    piece_begin_ = 0;
    held_octets_ = 0;
  }

  /// The next piece of the stream; borrowed until `release` or `retain_from`.
  void feed(std::string_view piece) noexcept { piece_ = piece; }

  /// The piece goes away, and no message is open.
  void release() noexcept {
    piece_begin_ += piece_.size();
    piece_ = {};
    held_octets_ = 0;
  }
  /// The piece goes away inside a message that began at that offset.
  void retain_from(std::uint64_t offset) noexcept;

  /// Where the stream ends so far.
  [[nodiscard]] std::uint64_t end() const noexcept { return piece_begin_ + piece_.size(); }

  /// The octets from `offset` on, at most `octets_max`; those that are no longer held are left out.
  /// Valid until the next call of a function that is not const.
  [[nodiscard]] std::string_view quote(std::uint64_t offset, std::size_t octets_max = kMax) noexcept;

  /// Octets, and where they begin in the stream.
  struct Quote {
    std::string_view octets;
    std::uint64_t offset = 0;
  };
  /// The line that the octet at `offset` belongs to, under the same terms. If the line is too long,
  /// the part around that octet. Its LF is included only if it is that octet. If nothing is left of
  /// the line, the quote is empty and its offset is `offset`.
  [[nodiscard]] Quote quote_line(std::uint64_t offset, std::size_t octets_max) noexcept;

 private:
  void extend_held() noexcept;
  [[nodiscard]] std::uint64_t held_end() const noexcept { return held_begin_ + held_octets_; }

  std::string_view piece_;
  std::uint64_t piece_begin_ = 0;
  std::uint64_t held_begin_ = 0;
  std::size_t held_octets_ = 0;
  std::array<char, kMax> held_;
};

}  // namespace backtalk::session
