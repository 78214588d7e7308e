// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/joined_result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include "report/ranks_verdict.hpp"
#include "report/verdict.hpp"
#include "result/merge.hpp"

namespace backtalk::ranks {
namespace {

// A part has fewer transactions than the whole, and may be too short where that is not.
constexpr std::array<std::string_view, 2> kOfSmallParts{"little", "too-short"};
constexpr std::size_t kNotesMax = 10;

result::RankPart part_of(const result::RunResult& result, unsigned rank, std::string host) {
  return {.rank = rank,
          .host = std::move(host),
          .begun_after_ns = std::nullopt,
          .clock_error_ns = 0,
          .started = result.measured.started,
          .completed = result.measured.completed,
          .failed = result.measured.failed,
          .unfinished = result.measured.unfinished};
}

}  // namespace

void mark_as_part(result::RunResult& result, unsigned rank, unsigned of, std::string host) {
  result.ranks = result::Ranks{.of = of, .parts = {part_of(result, rank, std::move(host))}, .lost = {}};
}

void JoinedResult::add(const Origin& origin, result::RunResult part) {
  for (result::Reason& reason : report::judge(part).reasons) {
    if (std::ranges::find(kOfSmallParts, reason.code) == kOfSmallParts.end())
      reasons_[std::string(reason.code)].push_back(
          {report::name_of_rank(origin.rank, origin.host), std::move(reason.sentence)});
  }
  mark_as_part(part, origin.rank, of_, origin.host);
  part.ranks->parts.front().clock_error_ns = origin.clock_error_ns;
  if (origin.begun_at) begun_[origin.rank] = *origin.begun_at;
  if (!sum_) {
    if (!part.spans.empty()) first_unix_us_ = part.spans.front().begin_unix_us;
    sum_ = std::move(part);
    return;
  }
  // They began together, but the machines may differ about the time of the day, and the shortest
  // parts may be over before the others begin.
  if (part.spans.size() == 1 && first_unix_us_) part.spans.front().begin_unix_us = *first_unix_us_;
  const std::array both{*std::move(sum_), std::move(part)};
  auto merged =
      result::merge(both, std::array<std::string, 2>{"the result of the other ranks", "its result"});
  if (auto* whole = std::get_if<result::RunResult>(&merged)) {
    sum_ = std::move(*whole);
  } else {
    sum_ = both.front();
    lose({.rank = origin.rank, .host = origin.host, .why = std::get<std::string>(merged)});
  }
}

// What is said of the whole need not say which rank it comes from, or not at all.
void JoinedResult::note_reasons() {
  const result::Verdict verdict = report::judge(*sum_);
  std::size_t notes = 0;
  for (const auto& [code, own] : reasons_) {
    const bool is_of_all = own.size() == sum_->ranks->parts.size();
    const bool is_of_whole =
        std::ranges::find(verdict.reasons, code, &result::Reason::code) != verdict.reasons.end();
    if (is_of_all && is_of_whole) continue;
    for (const OwnReason& one : own) {
      if (++notes > kNotesMax) return;
      sum_->notes.push_back(fmt::format("{} by itself: {}: {}", one.rank, code, one.sentence));
    }
  }
}

std::optional<result::RunResult> JoinedResult::finish() {
  if (!sum_) return std::nullopt;
  std::uint64_t first = 0;
  if (!begun_.empty())
    first = std::ranges::min_element(begun_, {}, [](const auto& one) { return one.second; })->second;
  for (result::RankPart& one : sum_->ranks->parts) {
    const auto found = begun_.find(static_cast<unsigned>(one.rank));
    if (found != begun_.end()) one.begun_after_ns = found->second - first;
  }
  sum_->ranks->lost = lost_;
  std::ranges::sort(sum_->ranks->lost, {}, &result::LostRank::rank);
  note_reasons();
  return std::move(sum_);
}

}  // namespace backtalk::ranks
