// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The progress of a fuzzing process, for another process to read. BACKTALK_FUZZ_PROGRESS names a
/// file that holds two 64-bit numbers in native byte order: the inputs so far, and those of them
/// that were asked the thorough questions.
#pragma once

namespace backtalk::fuzz {

void count_execution(bool thorough) noexcept;

}  // namespace backtalk::fuzz
