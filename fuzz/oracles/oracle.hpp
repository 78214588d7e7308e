// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The questions asked of every input beyond "it does not crash", one oracle a file.
#pragma once

#include <span>
#include <string_view>

#include "engine/trial.hpp"

namespace backtalk::fuzz {

/// Returns if all is well; otherwise calls `complain`, which ends the program.
using Question = void (*)(Trial& trial);

struct Oracle {
  std::string_view name;
  Question of_each = nullptr;   ///< asked of every input: takes no longer than the parser itself
  Question thorough = nullptr;  ///< asked of inputs that show something new, and of a sample of the rest
};

void ask_promises(Trial& trial);       ///< the adapter found no promise broken: limits, counts
void ask_work(Trial& trial);           ///< the work is linear in the length of the stream
void ask_work_by_bytes(Trial& trial);  ///< and byte by byte
void ask_split(Trial& trial);          ///< the stream reads the same in pieces
void ask_bytes(Trial& trial);          ///< and byte by byte
void ask_simd(Trial& trial);           ///< every SIMD target reads the same
void ask_reference(Trial& trial);      ///< the slow reference reads the same
void ask_round_trip(Trial& trial);     ///< written out and read again, the events are the same

/// For an input that was read by a parser that had been reset: a new one, whose report is in
/// `other`, must have read the same.
void judge_reset(Trial& trial);

/// The oracles that are on: all except those that the environment names:
///
///     BACKTALK_FUZZ_WITHOUT=split,work
[[nodiscard]] std::span<const Oracle> oracles();

}  // namespace backtalk::fuzz
