// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/ranks_verdict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string_view>
#include <vector>

#include "report/summary.hpp"
#include "text/listed.hpp"

namespace backtalk::report {
namespace {

using result::LostRank;
using result::RankPart;
using result::Ranks;

constexpr std::uint64_t kTogetherNs = 1'000'000;

std::string with_host(const LostRank& lost) {
  return fmt::format("{}: {}", name_of_rank(lost.rank, lost.host), lost.why);
}

std::uint64_t clock_error_ns(const Ranks& ranks) {
  std::uint64_t most = 0;
  for (const RankPart& one : ranks.parts) most = std::max(most, one.clock_error_ns);
  return most;
}

}  // namespace

std::string name_of_rank(std::uint64_t rank, const std::string& host) {
  return host.empty() ? fmt::format("rank {}", rank) : fmt::format("rank {} ({})", rank, host);
}

std::optional<result::Reason> rank_lost(const result::RunResult& result) {
  if (!result.ranks) return std::nullopt;
  const std::vector<LostRank> missing = result.ranks->missing();
  if (missing.empty()) return std::nullopt;
  std::vector<std::string> named;
  named.reserve(missing.size());
  for (const LostRank& one : missing) named.push_back(with_host(one));
  const std::uint64_t of = result.ranks->of;
  const std::uint64_t here = of - std::min<std::uint64_t>(of, missing.size());
  return result::Reason{
      .code = "rank-lost",
      .sentence = fmt::format("LOST RANK: {}; the result is that of the other {} of {}, so the load was less "
                              "than what was asked for",
                              text::listed(named), here, of),
      .fails = true,
      .evidence = {{"ranks", static_cast<double>(of)}, {"lost", static_cast<double>(missing.size())}}};
}

std::optional<std::string> one_part(const result::RunResult& result) {
  if (!result.ranks || !result.ranks->is_one_part()) return std::nullopt;
  return fmt::format("this is the part of rank {} of {} ranks: `backtalk merge` makes one result of all",
                     result.ranks->parts.front().rank, result.ranks->of);
}

std::optional<std::string> begun_apart(const result::RunResult& result) {
  const auto within = result.ranks ? result.ranks->begun_within_ns() : std::nullopt;
  if (!within || *within <= kTogetherNs) return std::nullopt;
  return fmt::format("the ranks did not begin together: the last came {} after the first",
                     show_ns(static_cast<double>(*within)));
}

std::string show_ranks(const result::RunResult& result) {
  if (!result.ranks) return {};
  const Ranks& ranks = *result.ranks;
  std::set<std::string_view> hosts;
  for (const RankPart& one : ranks.parts) hosts.insert(one.host);
  const std::string count = ranks.parts.size() == ranks.of
                                ? fmt::format("{} ranks", ranks.of)
                                : fmt::format("{} of {} ranks", ranks.parts.size(), ranks.of);
  std::string out = fmt::format("{} on {} host{}", count, hosts.size(), hosts.size() == 1 ? "" : "s");
  if (const auto within = ranks.begun_within_ns())
    out += fmt::format(", begun within {} of each other (clocks compared to {})",
                       show_ns(static_cast<double>(*within)),
                       show_ns(static_cast<double>(clock_error_ns(ranks))));
  return out;
}

}  // namespace backtalk::report
