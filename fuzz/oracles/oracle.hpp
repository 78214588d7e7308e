// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The oracles: what must hold for every input besides "it does not crash". One file each.
#pragma once

#include <span>
#include <string_view>

#include "engine/trial.hpp"

namespace backtalk::fuzz {

/// Returns if the property holds; otherwise calls `complain`, which reports it and aborts.
using Question = void (*)(Trial& trial);

struct Oracle {
  std::string_view name;
  Question of_each = nullptr;   ///< for every input: takes no longer than the parser itself
  Question thorough = nullptr;  ///< for inputs that show something new, and a sample of the rest
};

void ask_promises(Trial& trial);       ///< the adapter found no broken promise: limits, counts
void ask_work(Trial& trial);           ///< the work is linear in the length of the stream
void ask_work_by_bytes(Trial& trial);  ///< the work is linear when the stream is fed byte by byte
void ask_split(Trial& trial);          ///< the result is the same when the stream is fed in pieces
void ask_bytes(Trial& trial);          ///< the result is the same byte by byte
void ask_simd(Trial& trial);           ///< the result is the same with every SIMD target
void ask_reference(Trial& trial);      ///< the slow reference gives the same result
void ask_round_trip(Trial& trial);     ///< the events are the same after writing and rereading

/// For an input that a reset parser has read: a new parser, whose report is in `other`, must have
/// given the same result.
void judge_reset(Trial& trial);

/// The oracles that are on: all except those that an environment variable names:
///
///     BACKTALK_FUZZ_WITHOUT=split,work
[[nodiscard]] std::span<const Oracle> oracles();

}  // namespace backtalk::fuzz
