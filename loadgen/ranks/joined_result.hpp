// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One result of those of all ranks, which come one after the other: only the sum is kept.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "result/ranks.hpp"
#include "result/run_result.hpp"

namespace backtalk::ranks {

/// What is known of a rank beside its result.
struct Origin {
  unsigned rank = 0;
  std::string host;
  std::optional<std::uint64_t> begun_at;  ///< on the clock of rank 0
  std::uint64_t clock_error_ns = 0;
};

class JoinedResult {
 public:
  explicit JoinedResult(unsigned of) : of_(of) {}

  /// Adds a rank's result. One that cannot be added makes the rank a lost one.
  void add(const Origin& origin, result::RunResult part);
  void lose(result::LostRank lost) { lost_.push_back(std::move(lost)); }
  /// nullopt: no rank had a result. Call it once.
  [[nodiscard]] std::optional<result::RunResult> finish();

 private:
  struct OwnReason {
    std::string rank;
    std::string sentence;
  };
  // A sentence if it cannot be added.
  [[nodiscard]] std::optional<std::string> add_to_sum(result::RunResult part);
  void note_reasons();
  void note_early_ends();

  unsigned of_;
  std::optional<result::RunResult> sum_;
  std::map<unsigned, std::uint64_t> begun_;
  std::vector<std::string> ended_early_;  // the names of ranks
  std::vector<result::LostRank> lost_;
  std::map<std::string, std::vector<OwnReason>, std::less<>> reasons_;  // of single ranks, by code
};

/// What a rank that works for itself saves: its result, as the part of the run that it is.
void mark_as_part(result::RunResult& result, unsigned rank, unsigned of, std::string host);

}  // namespace backtalk::ranks
