// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How far a fuzzing process has got, for whoever watches it: BACKTALK_FUZZ_PROGRESS names a file in which
/// two numbers of 64 bits stand, in the machine's order: the inputs so far, and those of them that all was
/// asked of.
#pragma once

namespace backtalk::fuzz {

void count_execution(bool thorough) noexcept;

}  // namespace backtalk::fuzz
