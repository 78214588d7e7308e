/// What is asked of every input beyond "it does not crash". One question a file.
#pragma once

#include <span>
#include <string_view>

#include "trial.hpp"

namespace backtalk::fuzz {

/// Returns where all is well; otherwise `complain`s, which ends the program.
using Question = void (*)(Trial& trial);

struct Oracle {
  std::string_view name;
  Question ask;
};

void ask_promises(Trial& trial);    ///< what the adapter itself found broken: limits, accounts
void ask_work(Trial& trial);        ///< work is linear in the stream
void ask_split(Trial& trial);       ///< cut in pieces, and byte by byte, it reads the same
void ask_simd(Trial& trial);        ///< every SIMD target reads the same
void ask_reference(Trial& trial);   ///< the slow reference reads the same
void ask_round_trip(Trial& trial);  ///< written out and read again it is the same

/// Those that are on. All are, but for the ones that the environment names:
///
///     BACKTALK_FUZZ_WITHOUT=split,work
[[nodiscard]] std::span<const Oracle> oracles();

}  // namespace backtalk::fuzz
