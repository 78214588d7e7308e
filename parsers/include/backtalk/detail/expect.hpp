// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Preconditions: what a caller must ensure, whatever the input is.
///
/// They are checked if BACKTALK_CHECK_PRECONDITIONS is defined, as in builds with the CMake option
/// BACKTALK_EXPECT: a violation is reported and ends the program. Other builds check nothing, at no
/// cost. Preconditions are never about input: invalid input is an Error.
#pragma once

namespace backtalk::detail {

/// Prints the violated precondition to standard error and aborts.
[[noreturn]] void precondition_failed(const char* condition, const char* file, unsigned line) noexcept;

}  // namespace backtalk::detail

#ifdef BACKTALK_CHECK_PRECONDITIONS
#define BACKTALK_EXPECT(condition)    \
  ((condition) ? static_cast<void>(0) \
               : ::backtalk::detail::precondition_failed(#condition, __FILE__, __LINE__))
#else
#define BACKTALK_EXPECT(condition) static_cast<void>(sizeof((condition) ? 1 : 0))  // not evaluated
#endif
