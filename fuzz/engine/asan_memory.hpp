// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Which memory may be read, for and from AddressSanitizer.
///
/// By default through its documented functions (sanitizer/asan_interface.h). With
/// BACKTALK_FUZZ_SHADOW=direct in the environment short stretches are looked up and marked in its
/// shadow memory directly: the functions take longer than a parser does with an octet. The layout
/// of the shadow is not a documented interface, so the first use compares the two, and if they
/// disagree the functions are used for everything. An environment variable, and not a build option,
/// so that the same program can be run either way.
///
/// In a program without AddressSanitizer nothing is marked, and everything may be read.
#pragma once

#include <cstddef>

namespace backtalk::fuzz::asan {

/// From now on a read of these octets is reported. False if the program has no AddressSanitizer.
bool poison(const char* begin, std::size_t size) noexcept;

/// From now on these octets may be read; those behind them in the last granule (8 octets) may not.
/// `begin` is at the beginning of a granule. False if the program has no AddressSanitizer.
bool unpoison(const char* begin, std::size_t size) noexcept;

/// Whether any of these octets must not be read. False if the program has no AddressSanitizer.
[[nodiscard]] bool is_poisoned(const char* begin, std::size_t size) noexcept;

/// Where AddressSanitizer says that its shadow begins; 0 if the program has none, or one with other
/// granules.
[[nodiscard]] std::size_t shadow_offset() noexcept;

/// Whether a shadow that begins there means what AddressSanitizer's functions say, for stretches of
/// every short length. False for 0.
[[nodiscard]] bool shadow_agrees(std::size_t offset) noexcept;

}  // namespace backtalk::fuzz::asan
