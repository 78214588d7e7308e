// SPDX-License-Identifier: Apache-2.0 OR MIT
/// When a message was sent, as its header says it: a field that a script writes with {now}.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "session/session.hpp"

namespace backtalk::session {

/// The field, up to its value: the instant in ns, of the clock that sessions are told.
inline constexpr std::string_view kSentField = "X-Backtalk-Sent: ";

/// Reads a message in pieces, up to the end of its header. Allocates nothing.
class SentStamp {
 public:
  /// A message begins.
  void begin() noexcept { *this = SentStamp{State::line_begin}; }
  /// No message is being read.
  void stop() noexcept { state_ = State::over; }
  [[nodiscard]] bool is_reading() const noexcept { return state_ != State::over; }

  void feed(std::string_view octets) noexcept;

  /// When the message was sent; nullopt if its header does not say it, or not yet.
  [[nodiscard]] std::optional<Nanoseconds> found() const noexcept { return found_; }

  SentStamp() = default;

 private:
  enum class State : std::uint8_t {
    over,
    line_begin,
    name,   // as far as `matched_` it is the field's
    value,  // digits of it
    other   // what is left of a line that is not it
  };
  explicit SentStamp(State state) noexcept : state_(state) {}

  State state_ = State::over;
  std::size_t matched_ = 0;
  unsigned digits_ = 0;
  Nanoseconds number_ = 0;
  std::optional<Nanoseconds> found_;
};

}  // namespace backtalk::session
