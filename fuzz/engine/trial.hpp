// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One input on its way through the oracles.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "backtalk/fuzz/adapter.hpp"
#include "engine/death_note.hpp"
#include "engine/plan.hpp"

namespace backtalk::fuzz {

/// Reads the stream once, cut at `cuts`, with a parser that `begin` or `reset` has made ready. Each
/// piece is a copy with nothing readable around it, and invalid before the next (lent_memory.hpp).
/// Stops when the parser refuses the stream.
void read_pieces(Adapter& adapter, std::string_view stream, std::span<const std::size_t> cuts,
                 Report& report);

/// The same, a byte at a time.
void read_bytes(Adapter& adapter, std::string_view stream, Report& report);

/// The target, the input's plan, and what the target said about the whole stream.
struct Trial {
  const Target& target;
  Adapter* adapter;  ///< the parser; another for the thorough questions
  const Plan& plan;
  const Report& whole;
  std::uint64_t work = 0;      ///< that it took
  std::uint64_t cut_work = 0;  ///< in pieces; set by the split oracle
  const Report& dripped;       ///< what it said byte by byte; empty until the thorough questions
  bool dripped_whole = false;  ///< `dripped` has been filled
  std::uint64_t dripped_work = 0;
  Report& other;  ///< for the oracle's own readings; emptied before each question
};

/// Makes the parser ready for the plan's settings. Returns true if it was reset, false if it began
/// again.
bool make_ready(Trial& trial);

/// Prints what is wrong, the stream as a transcript with offsets, and how to reproduce it. `got` is
/// null if there is nothing to compare.
void tell(const Trial& trial, std::string_view oracle, const std::string& sentence, const Report& expected,
          const Report* got);

/// Prints the same, and aborts.
[[noreturn]] void complain(const Trial& trial, std::string_view oracle, const std::string& sentence,
                           const Report& expected, const Report* got);

/// Prints that a sanitizer stopped the program while it read `what`. Allocates nothing.
void tell_crash(const Trial& trial, const char* what);

}  // namespace backtalk::fuzz
