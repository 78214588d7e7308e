/// One input on its way through the oracles.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "backtalk/fuzz/adapter.hpp"
#include "plan.hpp"

namespace backtalk::fuzz {

/// Reads the stream once, cut at `cuts`, with a parser that `begin` or `reset` has made ready. Each piece is
/// a copy of its own, of exact size, that is gone before the next.
void read_pieces(Adapter& adapter, std::string_view stream, std::span<const std::size_t> cuts,
                 Report& report);

/// The same, a byte at a time.
void read_bytes(Adapter& adapter, std::string_view stream, Report& report);

/// The target, the input's plan, and what the target said when it got the stream whole.
struct Trial {
  const Target& target;
  Adapter& adapter;
  const Plan& plan;
  const Report& whole;
  std::uint64_t work = 0;  ///< that it took
  const Report& dripped;   ///< what it said byte by byte; empty but on thorough inputs
  std::uint64_t dripped_work = 0;
  Report& other;  ///< for the oracle's own readings; emptied before each oracle
};

/// Says in plain words what is wrong, prints the stream as a transcript with offsets and how to reproduce it.
/// `got` may be null where there is nothing to compare.
void tell(const Trial& trial, std::string_view oracle, const std::string& sentence, const Report& expected,
          const Report* got);

/// Tells, and aborts.
[[noreturn]] void complain(const Trial& trial, std::string_view oracle, const std::string& sentence,
                           const Report& expected, const Report* got);

}  // namespace backtalk::fuzz
