// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The processes that shared one run, on one machine or several. Each is a rank, from 0 on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::result {

/// The part that one rank carried out.
struct RankPart {
  std::uint64_t rank = 0;
  std::string host;  ///< the name of its machine
  /// When its clock started, after that of the rank that was first; nullopt: the ranks did not
  /// agree on an instant.
  std::optional<std::uint64_t> begun_after_ns = std::nullopt;
  /// By how much that may be wrong: the clocks of the machines are compared over the network.
  std::uint64_t clock_error_ns = 0;
  std::uint64_t started = 0;  ///< transactions, as of the run
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t unfinished = 0;
  friend bool operator==(const RankPart&, const RankPart&) = default;
};

/// A rank of which there is no result.
struct LostRank {
  std::uint64_t rank = 0;
  std::string host;  ///< empty: not known
  std::string why;   ///< "its connection to rank 0 ended"
  friend bool operator==(const LostRank&, const LostRank&) = default;
};

struct Ranks {
  std::uint64_t of = 1;         ///< how many there are
  std::vector<RankPart> parts;  ///< those whose results are here, by rank
  std::vector<LostRank> lost;   ///< by rank

  friend bool operator==(const Ranks&, const Ranks&) = default;

  /// True if this is what one rank has saved for itself, to be merged with the others'.
  [[nodiscard]] bool is_one_part() const { return of > 1 && parts.size() == 1 && lost.empty(); }
  /// Those without a result, also those of which nothing else is known; none of `is_one_part`.
  [[nodiscard]] std::vector<LostRank> missing() const;
  /// The longest time between two starts; nullopt if not all of them are known, or there is one.
  [[nodiscard]] std::optional<std::uint64_t> begun_within_ns() const;
};

/// Why parts of those ranks are not of one run; empty: they may be.
[[nodiscard]] std::string cannot_join(const std::optional<Ranks>& one, const std::optional<Ranks>& more);

/// Adds the ranks of `more`, which ran at the same time.
void join(Ranks& sum, const Ranks& more);

/// True if both have results of the same ranks, as one run after another has.
[[nodiscard]] bool is_of_same_ranks(const Ranks& one, const Ranks& other);

/// Adds the counts of a later run by the same ranks. The instants are those of the first.
void add_run(Ranks& sum, const Ranks& later);

}  // namespace backtalk::result
