// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/stage_tallies.hpp"

#include <algorithm>

#include "stats/percentile.hpp"

namespace backtalk::stats {

using session::Ending;

namespace {

// Twenty batches are needed, and up to twice as many are there: others would only take memory.
constexpr std::uint64_t kFewerBatches = 3;

StageLatencies& latencies_of(StageTally& tally) {
  if (!tally.latencies) {
    tally.latencies.emplace();
    tally.latencies->batches.start(tally.begins_at, kFewerBatches * tally.stage.duration_ns);
  }
  return *tally.latencies;
}

std::uint64_t last_instant_of(const StageTally& tally) {
  return tally.begins_at + std::max<std::uint64_t>(tally.stage.duration_ns, 1) - 1;
}

void censor(StageTally& tally, std::uint64_t scheduled, std::uint64_t age) {
  StageLatencies& latencies = latencies_of(tally);
  latencies.censored.record(age);
  latencies.batches.record(std::min(scheduled, last_instant_of(tally)), age);
}

}  // namespace

std::optional<Confidence> StageTally::interval(double percentile) const {
  if (!latencies) return std::nullopt;
  const auto value = censored_percentile(latencies->known, latencies->censored, percentile);
  if (!value || value->at_least) return std::nullopt;
  auto interval =
      batch_interval(latencies->batches.series(stage.duration_ns, kBatchesKept), percentile, value->value);
  if (!interval) return std::nullopt;
  // Batches are coarser than the histogram, which knows what was seen.
  const std::uint64_t least = latencies->censored.empty()
                                  ? latencies->known.min()
                                  : std::min(latencies->known.min(), latencies->censored.min());
  interval->low = std::max(interval->low, std::min(least, value->value));
  interval->high =
      std::min(interval->high, std::max({latencies->known.max(), latencies->censored.max(), value->value}));
  return interval;
}

void StageTallies::start(std::uint64_t begins_at, std::span<const Stage> stages) {
  all_.clear();
  all_.reserve(stages.size());
  for (const Stage& stage : stages) {
    StageTally& tally = all_.emplace_back();
    tally.stage = stage;
    tally.begins_at = begins_at;
    begins_at += stage.duration_ns;
  }
}

void StageTallies::started(const session::Ticket& ticket) {
  StageTally* const tally = of(ticket);
  if (tally == nullptr) return;
  ++tally->counted.started;
  ++tally->due.at(ticket.scheduled < tally->middle() ? 0 : 1);
}

// A wait of the client's own may have put the transaction off, to a later stage even.
void StageTallies::ended(const session::TransactionEnd& end) {
  StageTally* const tally = of(end.ticket);
  if (tally == nullptr) return;
  const std::uint64_t took = end.ended - std::min(end.ended, end.waited + end.ticket.scheduled);
  tally->counted.in_doubt += end.in_doubt ? 1 : 0;
  switch (end.ending) {
    case Ending::completed: {
      ++tally->counted.completed;
      StageLatencies& latencies = latencies_of(*tally);
      latencies.known.record(took);
      latencies.batches.record(std::min(end.ticket.scheduled, last_instant_of(*tally)), took);
      return;
    }
    case Ending::failed:
      ++tally->counted.failed;
      tally->errors.add(end.reason);
      if (end.reason != session::kTimeout) return;
      ++tally->timed_out;
      break;
    case Ending::unfinished: ++tally->counted.unfinished; break;
  }
  censor(*tally, end.ticket.scheduled, took);
}

void StageTallies::never_begun(const session::Ticket& ticket, Ending ending, std::string_view reason,
                               std::uint64_t now) {
  StageTally* const tally = of(ticket);
  if (tally == nullptr) return;
  if (ending == Ending::unfinished) {
    ++tally->counted.unfinished;
  } else {
    ++tally->counted.failed;
    ++tally->timed_out;
    tally->errors.add(reason);
  }
  censor(*tally, ticket.scheduled, now - std::min(now, ticket.scheduled));
}

void StageTallies::answered(std::uint64_t at) {
  const auto found = std::ranges::upper_bound(all_, at, {}, &StageTally::end);
  if (found != all_.end()) ++found->answered.at(at < found->middle() ? 0 : 1);
}

void StageTallies::add(const StageTallies& other) {
  for (std::size_t i = 0; i < std::min(all_.size(), other.all_.size()); ++i) {
    StageTally& sum = all_[i];
    const StageTally& more = other.all_[i];
    sum.counted.add(more.counted);
    sum.timed_out += more.timed_out;
    for (const NamedCount& one : more.errors.all()) sum.errors.add(one.name, one.count);
    for (std::size_t half = 0; half < sum.due.size(); ++half) {
      sum.due.at(half) += more.due.at(half);
      sum.answered.at(half) += more.answered.at(half);
    }
    if (!more.latencies) continue;
    StageLatencies& latencies = latencies_of(sum);
    latencies.known.merge(more.latencies->known);
    latencies.censored.merge(more.latencies->censored);
    latencies.batches.add(more.latencies->batches);
  }
}

}  // namespace backtalk::stats
