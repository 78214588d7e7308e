// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One input, as the oracles check it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "backtalk/fuzz/adapter.hpp"
#include "engine/death_note.hpp"
#include "engine/plan.hpp"

namespace backtalk::fuzz {

/// Feeds the stream, cut at `cuts`, to a parser that `begin` or `reset` has made ready. Each piece
/// is a copy in memory whose surroundings are not readable; it becomes invalid before the next one
/// (lent_memory.hpp). Stops when the parser refuses the stream.
void read_pieces(Adapter& adapter, std::string_view stream, std::span<const std::size_t> cuts,
                 Report& report);

/// Feeds the stream byte by byte, in the same way.
void read_bytes(Adapter& adapter, std::string_view stream, Report& report);

/// The target, the plan of the input, and the report of the whole stream.
struct Trial {
  const Target& target;
  Adapter* adapter;  ///< the parser; a separate instance for the thorough oracles
  const Plan& plan;
  const Report& whole;
  std::uint64_t work = 0;          ///< bytes examined when the stream was fed whole
  std::uint64_t cut_work = 0;      ///< bytes examined in pieces; set by the split oracle
  const Report& dripped;           ///< the report byte by byte; empty unless thorough
  bool dripped_whole = false;      ///< true when `dripped` has been filled
  std::uint64_t dripped_work = 0;  ///< bytes examined byte by byte
  Report& other;                   ///< scratch for the oracles; cleared before each
};

/// Makes the parser ready for the plan's settings. Returns true if it was reset, false if a new one
/// was made.
bool make_ready(Trial& trial);

/// Reports a violation: prints what is wrong, the stream as a transcript with offsets, and how to
/// reproduce it. `got` is null if there is nothing to compare.
void tell(const Trial& trial, std::string_view oracle, const std::string& sentence, const Report& expected,
          const Report* got);

/// Reports a violation and aborts.
[[noreturn]] void complain(const Trial& trial, std::string_view oracle, const std::string& sentence,
                           const Report& expected, const Report* got);

/// Reports that a sanitizer stopped the program while it read `what`. Does not allocate.
void tell_crash(const Trial& trial, const char* what);

}  // namespace backtalk::fuzz
