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
#include "text/listed.hpp"

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

// Two of no length have no time in common, even if they begin together.
void forget_instants(result::RunResult& part) {
  constexpr std::uint64_t kNsPerUs = 1000;
  std::erase_if(part.spans, [](const result::Span& one) { return one.length_ns < kNsPerUs; });
}

// A part that ended before its clock had started has nothing of the time of the others.
void give_time(result::RunResult& part, const result::RunResult& other) {
  if (part.spans.empty()) part.spans = other.spans;
}

}  // namespace

void mark_as_part(result::RunResult& result, unsigned rank, unsigned of, std::string host) {
  result.ranks = result::Ranks{.of = of, .parts = {part_of(result, rank, std::move(host))}, .lost = {}};
}

std::optional<std::string> JoinedResult::add_to_sum(result::RunResult part) {
  if (!sum_) {
    sum_ = std::move(part);
    return std::nullopt;
  }
  forget_instants(*sum_);
  forget_instants(part);
  const bool had_time = !sum_->spans.empty();
  give_time(*sum_, part);
  give_time(part, *sum_);
  // They began together, but the machines may differ about the time of the day, and the shortest
  // parts may be over before the others begin.
  if (part.spans.size() == 1 && !sum_->spans.empty())
    part.spans.front().begin_unix_us = sum_->spans.front().begin_unix_us;
  const std::array both{*std::move(sum_), std::move(part)};
  auto merged =
      result::merge(both, std::array<std::string, 2>{"the result of the other ranks", "its result"});
  if (auto* whole = std::get_if<result::RunResult>(&merged)) {
    sum_ = std::move(*whole);
    return std::nullopt;
  }
  sum_ = both.front();
  if (!had_time) sum_->spans.clear();
  return std::get<std::string>(merged);
}

void JoinedResult::add(const Origin& origin, result::RunResult part) {
  const std::string name = report::name_of_rank(origin.rank, origin.host);
  std::vector<result::Reason> reasons = report::judge(part).reasons;
  const bool interrupted = part.interrupted;
  mark_as_part(part, origin.rank, of_, origin.host);
  part.ranks->parts.front().clock_error_ns = origin.clock_error_ns;
  if (auto why = add_to_sum(std::move(part))) {
    lose({.rank = origin.rank, .host = origin.host, .why = *std::move(why)});
    return;
  }
  if (origin.begun_at) begun_[origin.rank] = *origin.begun_at;
  if (interrupted) ended_early_.push_back(name);
  for (result::Reason& reason : reasons) {
    if (std::ranges::find(kOfSmallParts, reason.code) == kOfSmallParts.end())
      reasons_[std::string(reason.code)].push_back({name, std::move(reason.sentence)});
  }
}

// If all did, the user has ended the run.
void JoinedResult::note_early_ends() {
  if (ended_early_.empty() || ended_early_.size() == sum_->ranks->parts.size()) return;
  sum_->notes.push_back(fmt::format(
      "{} ended early, interrupted, and the other ranks did not: the load was less than what was asked for",
      text::listed(ended_early_)));
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
  note_early_ends();
  note_reasons();
  return std::move(sum_);
}

}  // namespace backtalk::ranks
