// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/ranks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace backtalk::result {

std::vector<LostRank> Ranks::missing() const {
  if (is_one_part()) return {};
  std::vector<LostRank> out = lost;
  std::set<std::uint64_t> known;
  for (const RankPart& one : parts) known.insert(one.rank);
  for (const LostRank& one : lost) known.insert(one.rank);
  for (std::uint64_t rank = 0; rank < of; ++rank) {
    if (!known.contains(rank)) out.push_back({.rank = rank, .host = {}, .why = "there is no result of it"});
  }
  std::ranges::sort(out, {}, &LostRank::rank);
  return out;
}

std::optional<std::uint64_t> Ranks::begun_within_ns() const {
  if (parts.size() < 2) return std::nullopt;
  std::uint64_t last = 0;
  for (const RankPart& one : parts) {
    if (!one.begun_after_ns) return std::nullopt;
    last = std::max(last, *one.begun_after_ns);
  }
  return last;
}

std::string cannot_join(const std::optional<Ranks>& one, const std::optional<Ranks>& more) {
  if (!one && !more) return {};
  if (!one || !more)
    return fmt::format("{} a part of a run that ranks shared, and the first {}", more ? "is" : "is not",
                       one ? "is" : "is not");
  if (one->of != more->of) return fmt::format("is of {} ranks, and the first is of {}", more->of, one->of);
  return {};
}

void join(Ranks& sum, const Ranks& more) {
  sum.parts.insert(sum.parts.end(), more.parts.begin(), more.parts.end());
  std::ranges::sort(sum.parts, {}, &RankPart::rank);
  for (const LostRank& one : more.lost) {
    if (std::ranges::find(sum.lost, one.rank, &LostRank::rank) == sum.lost.end()) sum.lost.push_back(one);
  }
  // One that was given up may have saved its result all the same.
  std::erase_if(sum.lost, [&sum](const LostRank& one) {
    return std::ranges::find(sum.parts, one.rank, &RankPart::rank) != sum.parts.end();
  });
  std::ranges::sort(sum.lost, {}, &LostRank::rank);
}

bool is_of_same_ranks(const Ranks& one, const Ranks& other) {
  return one.of == other.of &&
         std::ranges::equal(one.parts, other.parts, {}, &RankPart::rank, &RankPart::rank);
}

void add_run(Ranks& sum, const Ranks& later) {
  for (std::size_t i = 0; i < std::min(sum.parts.size(), later.parts.size()); ++i) {
    RankPart& part = sum.parts[i];
    const RankPart& more = later.parts[i];
    part.started += more.started;
    part.completed += more.completed;
    part.failed += more.failed;
    part.unfinished += more.unfinished;
  }
}

}  // namespace backtalk::result
