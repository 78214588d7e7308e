// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Text of any length that is read by offset. What repeats in it is held once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::session {

/// A sequence of stretches, each of which is held as it is or repeats a block. It grows without
/// moving what it holds, so that making one of n octets takes little more memory than n.
class LongText {
 public:
  [[nodiscard]] std::uint64_t octets() const noexcept { return octets_; }

  void append(std::string_view text);
  /// Before all that there is.
  void prepend(std::string_view text);

  /// Appends `octets` octets: `block`, which is not empty, again and again; the last time in part.
  void append_repeated(std::string block, std::uint64_t octets);

  /// Copies what stands at `offset` into `out`, as far as there is text and room, and returns how
  /// much.
  std::size_t copy(std::uint64_t offset, std::span<char> out) const noexcept;

 private:
  static constexpr std::size_t kStretchOctets = std::size_t{1} << 20;

  struct Stretch {
    std::string block;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };

  [[nodiscard]] bool last_can_grow() const noexcept;
  void append_to_last(std::string_view text);

  std::vector<Stretch> stretches_;
  std::uint64_t octets_ = 0;
};

}  // namespace backtalk::session
