// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/sent_stamp.hpp"

#include <limits>

namespace backtalk::session {

void SentStamp::feed(std::string_view octets) noexcept {
  constexpr unsigned kDigitsMax = std::numeric_limits<Nanoseconds>::digits10;
  for (const char c : octets) {
    if (state_ == State::over) return;
    if (c == '\r') continue;
    if (c == '\n') {
      if (state_ == State::value && digits_ > 0) found_ = number_;
      // The empty line ends the header.
      state_ = state_ == State::line_begin || found_ ? State::over : State::line_begin;
      matched_ = 0;
      digits_ = 0;
      number_ = 0;
      continue;
    }
    if (state_ == State::line_begin) state_ = State::name;
    if (state_ == State::name) {
      state_ = c == kSentField[matched_] ? State::name : State::other;
      if (state_ == State::name && ++matched_ == kSentField.size()) state_ = State::value;
    } else if (state_ == State::value) {
      const bool goes_on = c >= '0' && c <= '9' && digits_ < kDigitsMax;
      if (goes_on) {
        number_ = number_ * 10 + static_cast<Nanoseconds>(c - '0');
        ++digits_;
      } else {
        state_ = State::other;
      }
    }
  }
}

}  // namespace backtalk::session
