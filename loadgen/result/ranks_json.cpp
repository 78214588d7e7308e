// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/ranks_json.hpp"

#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "result/json.hpp"

namespace backtalk::result {
namespace {

namespace json = boost::json;

json::value or_null(const std::optional<std::uint64_t>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

bool adds_up(const std::vector<RankPart>& parts, std::uint64_t RankPart::* count, std::uint64_t all) {
  std::uint64_t left = all;
  for (const RankPart& one : parts) {
    if (one.*count > left) return false;
    left -= one.*count;
  }
  return left == 0;
}

}  // namespace

json::value write_ranks(const std::optional<Ranks>& ranks) {
  if (!ranks) return nullptr;
  json::array parts;
  for (const RankPart& one : ranks->parts) {
    parts.push_back({{"rank", one.rank},
                     {"host", one.host},
                     {"begun_after_ns", or_null(one.begun_after_ns)},
                     {"clock_error_ns", one.clock_error_ns},
                     {"started", one.started},
                     {"completed", one.completed},
                     {"failed", one.failed},
                     {"unfinished", one.unfinished}});
  }
  json::array lost;
  for (const LostRank& one : ranks->lost)
    lost.push_back({{"rank", one.rank}, {"host", one.host}, {"why", one.why}});
  return {{"of", ranks->of},
          {"begun_within_ns", or_null(ranks->begun_within_ns())},
          {"parts", std::move(parts)},
          {"lost", std::move(lost)}};
}

std::optional<Ranks> read_ranks(const Field& field, const stats::TransactionTally& all) {
  if (field.value() == nullptr || field.is_null()) return std::nullopt;  // younger than the others
  Ranks out;
  out.of = field["of"].count();
  if (out.of > kJsonRanksMax) field["of"].reject("more ranks than a run may have");
  std::set<std::uint64_t> seen;
  const auto rank_of = [&](const Field& one) {
    const std::uint64_t rank = one["rank"].count();
    if (rank >= out.of || !seen.insert(rank).second)
      one["rank"].reject("there is no such rank, or it is there twice");
    return rank;
  };
  field["parts"].each(kJsonRanksMax, [&](const Field& one) {
    out.parts.push_back({.rank = rank_of(one),
                         .host = one["host"].text(),
                         .begun_after_ns = one["begun_after_ns"].unless_null(&Field::count),
                         .clock_error_ns = one["clock_error_ns"].count(),
                         .started = one["started"].count(),
                         .completed = one["completed"].count(),
                         .failed = one["failed"].count(),
                         .unfinished = one["unfinished"].count()});
  });
  field["lost"].each(kJsonRanksMax, [&](const Field& one) {
    out.lost.push_back({.rank = rank_of(one), .host = one["host"].text(), .why = one["why"].text()});
  });
  if (out.parts.empty()) field["parts"].reject("a result is of one rank at least");
  if (!adds_up(out.parts, &RankPart::started, all.started) ||
      !adds_up(out.parts, &RankPart::completed, all.completed) ||
      !adds_up(out.parts, &RankPart::failed, all.failed) ||
      !adds_up(out.parts, &RankPart::unfinished, all.unfinished))
    field["parts"].reject("what the ranks have counted does not add up to the transactions of the run");
  return out;
}

}  // namespace backtalk::result
