// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The result of a decoder: a value, or an error.
///
/// Where an `Error` is true if there is an error, a `Result` is true if there is a value. Neither
/// converts to bool except in a condition.
///
/// In every protocol the name of a decoder says which form its result has:
///
/// - `read_x(...)` returns a `Result<X>`: the value, or what is wrong and where.
/// - `find_x(...)` returns a `std::optional`: absence is not an error.
/// - Sequences of any length are read like messages: `next(out)` until it returns false.
///
///     if (const auto envelope = read_envelope(*item.value)) {
///       use(envelope->subject);
///     } else {
///       report(word(envelope.error().code), envelope.error().offset);
///     }
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/expect.hpp"
#include "backtalk/error.hpp"

namespace backtalk {

/// A value, or an error. Like std::expected (C++23), but it also keeps what was read before the
/// error.
///
/// The offset of an error counts from the start of the stream if the decoder was given a response
/// or tokens, which know their offsets, and from the start of the text if it was given a text or a
/// command's arguments. It is the offset of the part that is invalid.
template <class T>
class [[nodiscard]] Result {
  static_assert(std::is_default_constructible_v<T>);

 public:
  using value_type = T;

  constexpr Result() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): `return value;`
  constexpr Result(T value) noexcept(std::is_nothrow_move_constructible_v<T>) : value_(std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor): `return error;`
  constexpr Result(Error error) noexcept : error_(error) { BACKTALK_EXPECT(error); }
  /// Deleted: `return false` would be the value 0.
  template <std::same_as<bool> Bool>
    requires(!std::same_as<T, bool>)
  Result(Bool) = delete;  // NOLINT(google-explicit-constructor)

  [[nodiscard]] constexpr bool has_value() const noexcept { return !error_; }
  explicit constexpr operator bool() const noexcept { return has_value(); }

  /// The value. There must be one.
  [[nodiscard]] constexpr const T& operator*() const& noexcept BACKTALK_LIFETIMEBOUND {
    BACKTALK_EXPECT(has_value());
    return value_;
  }
  [[nodiscard]] constexpr T& operator*() & noexcept BACKTALK_LIFETIMEBOUND {
    BACKTALK_EXPECT(has_value());
    return value_;
  }
  [[nodiscard]] constexpr T&& operator*() && noexcept BACKTALK_LIFETIMEBOUND {
    BACKTALK_EXPECT(has_value());
    return std::move(value_);
  }
  [[nodiscard]] constexpr const T* operator->() const noexcept BACKTALK_LIFETIMEBOUND { return &**this; }
  [[nodiscard]] constexpr T* operator->() noexcept BACKTALK_LIFETIMEBOUND { return &**this; }

  /// The error; none if there is a value.
  [[nodiscard]] constexpr Error error() const noexcept { return error_; }

  /// What was read before the error; the value if there is none.
  [[nodiscard]] constexpr const T& partial() const& noexcept BACKTALK_LIFETIMEBOUND { return value_; }
  [[nodiscard]] constexpr T& partial() & noexcept BACKTALK_LIFETIMEBOUND { return value_; }

  /// Marks what was read so far as incomplete, or, without an error, as the value.
  constexpr void set_error(Error error) noexcept { error_ = error; }

 private:
  T value_{};
  Error error_;
};

}  // namespace backtalk
