// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A wait within a pass of a script: how long it lasts, and how much of it has passed.
#pragma once

#include "session/session.hpp"
#include "session/split_mix64.hpp"
#include "session/think_time.hpp"

namespace backtalk::session {

/// One for each session, since nothing else is said or begun during a wait.
///
///     if (pause_.holds(command.wait, random_, now)) {  // nothing can be sent
///       next_wake_ = pause_.until();
///       return false;
///     }
///     ...                                              // the command goes out
///     pause_.reset();
///
/// and in `wake`: `exchange_.let_pass(pause_.finish(now))`.
class Pause {
 public:
  /// True if what stands behind `wait` may not be said yet. Begins the wait if it has not begun.
  [[nodiscard]] bool holds(const ThinkTime& wait, SplitMix64& random, Nanoseconds now) {
    if (state_ == State::none && !wait.empty()) begin(wait, random, now);
    return state_ == State::lasts;
  }
  void begin(const ThinkTime& wait, SplitMix64& random, Nanoseconds now) {
    since_ = now;
    until_ = now + wait.draw(random);
    state_ = until_ > now ? State::lasts : State::over;
  }
  [[nodiscard]] Nanoseconds until() const { return until_; }

  /// How long it has lasted by `now`; 0 if none lasts.
  [[nodiscard]] Nanoseconds passed(Nanoseconds now) const {
    return state_ == State::lasts ? now - since_ : 0;
  }
  /// It is over: what stands behind it may be said. Returns how long it has lasted.
  Nanoseconds finish(Nanoseconds now) {
    const Nanoseconds ns = passed(now);
    if (state_ == State::lasts) state_ = State::over;
    return ns;
  }
  /// What stood behind it was said, or will not be.
  void reset() { state_ = State::none; }

 private:
  enum class State : std::uint8_t { none, lasts, over };

  State state_ = State::none;
  Nanoseconds since_ = 0;
  Nanoseconds until_ = 0;
};

}  // namespace backtalk::session
