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

/// Reads the stream once, cut at `cuts`, with a parser that `begin` or `reset` has made ready. Each piece is
/// a copy that is exact to the octet and gone before the next (lent_memory.hpp). A parser that has refused
/// the stream gets no more of it.
void read_pieces(Adapter& adapter, std::string_view stream, std::span<const std::size_t> cuts,
                 Report& report);

/// The same, a byte at a time.
void read_bytes(Adapter& adapter, std::string_view stream, Report& report);

/// The target, the input's plan, and what the target said when it got the stream whole.
struct Trial {
  const Target& target;
  Adapter* adapter;  ///< the parser; another for the thorough questions
  const Plan& plan;
  const Report& whole;
  std::uint64_t work = 0;      ///< that it took
  std::uint64_t cut_work = 0;  ///< that it took in pieces, once the split oracle has asked
  const Report& dripped;       ///< what it said byte by byte; empty until the thorough questions
  bool dripped_whole = false;  ///< it was read so
  std::uint64_t dripped_work = 0;
  Report& other;  ///< for the oracle's own readings; emptied before each question
};

/// Has the parser begin anew with the plan's settings: the same one, reset, where it can be, and then true.
bool make_ready(Trial& trial);

/// Says in plain words what is wrong, prints the stream as a transcript with offsets and how to reproduce it.
/// `got` may be null where there is nothing to compare.
void tell(const Trial& trial, std::string_view oracle, const std::string& sentence, const Report& expected,
          const Report* got);

/// Tells, and aborts.
[[noreturn]] void complain(const Trial& trial, std::string_view oracle, const std::string& sentence,
                           const Report& expected, const Report* got);

/// Tells that a sanitizer stopped the program, while it read `what`. Allocates nothing.
void tell_crash(const Trial& trial, const char* what);

}  // namespace backtalk::fuzz
