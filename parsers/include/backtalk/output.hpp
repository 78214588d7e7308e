// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Where the writers put what they write: room that the caller provides, or a string that grows.
///
///     char room[512];
///     backtalk::Output out{room};
///     if (const Error error = smtp::write_forward_path(out, {"john doe", "example.org"})) ...
///     send(out.written());
///
/// The functions named `write_x` are the counterparts of the parsers: what they write, the strict
/// parser of the other side reads as the same value. A value that cannot be written so is refused:
/// they return the error `unwritable` with the offset in that value, or `no_room` with the number
/// of octets for which there was none, and have then written nothing. They never throw on a value,
/// and nothing is allocated but by a string that grows.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "backtalk/detail/attributes.hpp"

namespace backtalk {

class Output {
 public:
  /// Writes into `room` and never beyond it. The room must outlive this object.
  explicit Output(std::span<char> room BACKTALK_LIFETIMEBOUND) noexcept
      : room_(room.data()), octets_max_(room.size()) {}
  /// Appends to `text`, which must outlive this object.
  explicit Output(std::string& text BACKTALK_LIFETIMEBOUND) noexcept : text_(&text), begin_(text.size()) {}

  /// What was written so far; without what `text` held before.
  [[nodiscard]] std::string_view written() const noexcept {
    return text_ != nullptr ? std::string_view(*text_).substr(begin_) : std::string_view(room_, octets_);
  }
  [[nodiscard]] std::size_t size() const noexcept {
    return text_ != nullptr ? text_->size() - begin_ : octets_;
  }
  [[nodiscard]] bool has_room_for(std::size_t octets) const noexcept {
    return text_ != nullptr || octets <= octets_max_ - octets_;
  }

  /// Writes octets as they are. False, and nothing is written, if there is no room for them.
  bool add(std::string_view octets) {
    if (!has_room_for(octets.size())) return false;
    if (text_ != nullptr) {
      text_->append(octets);
    } else if (!octets.empty()) {
      std::memcpy(room_ + octets_, octets.data(), octets.size());
      octets_ += octets.size();
    }
    return true;
  }
  bool add(char octet) { return add(std::string_view(&octet, 1)); }

  /// Takes back everything but the first `size` octets.
  void shorten(std::size_t size) {
    if (size >= this->size()) return;
    if (text_ != nullptr) {
      text_->resize(begin_ + size);
    } else {
      octets_ = size;
    }
  }

 private:
  char* room_ = nullptr;
  std::size_t octets_ = 0;
  std::size_t octets_max_ = 0;
  std::string* text_ = nullptr;
  std::size_t begin_ = 0;  // in text_
};

}  // namespace backtalk
