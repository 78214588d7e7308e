// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What is asked of every input beyond "it does not crash". One oracle a file.
#pragma once

#include <span>
#include <string_view>

#include "engine/trial.hpp"

namespace backtalk::fuzz {

/// Returns where all is well; otherwise `complain`s, which ends the program.
using Question = void (*)(Trial& trial);

struct Oracle {
  std::string_view name;
  Question of_each = nullptr;   ///< asked of every input: it takes no longer than the parser itself
  Question thorough = nullptr;  ///< asked of what is news, and of a sample of the rest
};

void ask_promises(Trial& trial);       ///< what the adapter itself found broken: limits, accounts
void ask_work(Trial& trial);           ///< work is linear in the stream
void ask_work_by_bytes(Trial& trial);  ///< also where it drips
void ask_split(Trial& trial);          ///< cut in pieces it reads the same
void ask_bytes(Trial& trial);          ///< and byte by byte
void ask_simd(Trial& trial);           ///< every SIMD target reads the same
void ask_reference(Trial& trial);      ///< the slow reference reads the same
void ask_round_trip(Trial& trial);     ///< written out and read again it is the same

/// Of an input that was read by a parser that had been reset: a new one, whose report is in `other`, has to
/// have read the same.
void judge_reset(Trial& trial);

/// Those that are on. All are, but for the ones that the environment names:
///
///     BACKTALK_FUZZ_WITHOUT=split,work
[[nodiscard]] std::span<const Oracle> oracles();

}  // namespace backtalk::fuzz
