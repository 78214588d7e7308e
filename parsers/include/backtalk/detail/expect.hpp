// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Preconditions: what a caller must see to, whatever the input is.
///
/// They are checked where BACKTALK_CHECK_PRECONDITIONS is defined, as builds with the CMake option
/// BACKTALK_EXPECT do: a broken one ends the program and says which. Other builds check nothing,
/// and pay nothing. Input is never a matter of preconditions: what is wrong with it is an Error.
#pragma once

namespace backtalk::detail {

/// Says on the standard error which precondition was broken, and aborts.
[[noreturn]] void precondition_failed(const char* condition, const char* file, unsigned line) noexcept;

}  // namespace backtalk::detail

#ifdef BACKTALK_CHECK_PRECONDITIONS
#define BACKTALK_EXPECT(condition)    \
  ((condition) ? static_cast<void>(0) \
               : ::backtalk::detail::precondition_failed(#condition, __FILE__, __LINE__))
#else
#define BACKTALK_EXPECT(condition) static_cast<void>(sizeof((condition) ? 1 : 0))  // not evaluated
#endif
