// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Text that outlives the pieces of the stream that it arrived in.
///
/// A parser's results are views of what was fed, but a message that is cut between feeds outlives
/// those bytes. Parsers keep its text here.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/expect.hpp"

namespace backtalk::detail {

/// Texts one after another in one buffer. Moving it does not move the texts, so views of them stay
/// valid when a parser is moved; it cannot be copied.
///
/// Memory: its limit, and twice that while it grows. Time: linear in what is appended.
class HeldText {
 public:
  /// `octets_max`: the most that is ever appended before `clear`.
  explicit HeldText(std::size_t octets_max) noexcept : octets_max_(octets_max) {}

  HeldText(HeldText&& other) noexcept
      : octets_max_(other.octets_max_),
        buffer_(std::move(other.buffer_)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  HeldText& operator=(HeldText&& other) noexcept {
    octets_max_ = other.octets_max_;
    buffer_ = std::move(other.buffer_);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
    return *this;
  }

  /// Makes room for `more` octets. Returns true if the texts were moved: renew views of them with
  /// `at`.
  [[nodiscard]] bool make_room(std::size_t more);

  /// Appends a text, for which there must be room, and returns a view of the copy.
  std::string_view append(std::string_view text) noexcept BACKTALK_LIFETIMEBOUND {
    BACKTALK_EXPECT(text.size() <= capacity_ - size_);
    std::copy_n(text.data(), text.size(), buffer_.get() + size_);
    size_ += text.size();
    return at(size_ - text.size(), text.size());
  }

  /// The `size` octets from `begin` on.
  [[nodiscard]] std::string_view at(std::size_t begin,
                                    std::size_t size) const noexcept BACKTALK_LIFETIMEBOUND {
    BACKTALK_EXPECT(begin <= size_ && size <= size_ - begin);
    return {buffer_.get() + begin, size};
  }

  /// All of them.
  [[nodiscard]] std::string_view view() const noexcept BACKTALK_LIFETIMEBOUND { return at(0, size_); }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  /// Keeps the first `size` octets, and the buffer.
  void shorten(std::size_t size) noexcept {
    BACKTALK_EXPECT(size <= size_);
    size_ = size;
  }

  /// Forgets the texts and keeps the buffer.
  void clear() noexcept { size_ = 0; }

 private:
  std::size_t octets_max_;
  std::unique_ptr<char[]> buffer_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace backtalk::detail
