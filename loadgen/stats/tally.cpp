// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/tally.hpp"

#include <algorithm>
#include <utility>

#include "backtalk/detail/expect.hpp"

namespace backtalk::stats {

using session::Ending;

void TransactionTally::add(const TransactionTally& other) {
  started += other.started;
  completed += other.completed;
  failed += other.failed;
  unfinished += other.unfinished;
  in_doubt += other.in_doubt;
}

namespace {

// A failure by which the server answers all the same, only not as it should.
bool is_answer(std::string_view failure) {
  return failure.starts_with("reply-") || failure == "service-closing" ||
         failure == "script-unexpected-reply";
}

}  // namespace

void NamedCounts::add(std::string_view name, std::uint64_t count) {
  const auto found = std::ranges::find(counts_, name, &NamedCount::name);
  if (found != counts_.end()) {
    found->count += count;
  } else {
    counts_.push_back({name, count});
  }
}

void Examples::add(const session::ServerWords& words) {
  const auto same = [&words](const Example& one) {
    return one.status == words.status && one.command == words.command &&
           one.script_line == words.script_line && one.name == words.name;
  };
  if (std::ranges::any_of(examples_, same) || examples_.size() == kMax) return;
  examples_.push_back({.name = words.name,
                       .command = words.command,
                       .status = words.status,
                       .text = std::string(words.text.substr(0, session::kServerWordsMax)),
                       .offset = words.offset,
                       .text_offset = words.offset - words.lead,
                       .script_line = words.script_line});
}

Histogram CommandTally::latency() const {
  Histogram sum;
  for (const std::optional<Histogram>& one : latencies) {
    if (one) sum.merge(*one);
  }
  return sum;
}

Tally::Tally(std::size_t commands, std::size_t statuses, IntervalRecorder* intervals, StatusClasses classes,
             PassMix mix)
    : classes_(std::move(classes)),
      commands_(commands),
      mix_(std::move(mix)),
      passes_(mix_.size()),
      intervals_(intervals) {
  for (CommandTally& one : commands_) {
    one.statuses.resize(statuses);
    one.latencies.resize(classes_.size() + 1);
  }
}

void Tally::command_sent(unsigned command, bool measured) {
  if (measured) ++commands_[command].sent;
}

void Tally::command_answered(const session::CommandAnswer& answer) {
  if (!answer.measured) return;
  CommandTally& tally = commands_[answer.command];
  ++(answer.ok ? tally.ok : tally.refused);
  if (answer.status != session::kNoStatus) {
    BACKTALK_EXPECT(answer.status < tally.statuses.size());
    ++tally.statuses[answer.status];
  }
  std::optional<Histogram>& latency_of_class = tally.latencies[classes_.of(answer.status)];
  if (!latency_of_class) latency_of_class.emplace();
  latency_of_class->record(answer.latency);
}

namespace {

void count_end(const session::TransactionEnd& end, PassTally& pass) {
  pass.counted.in_doubt += end.in_doubt ? 1 : 0;
  switch (end.ending) {
    case Ending::completed: break;
    case Ending::failed: ++pass.counted.failed; return;
    case Ending::unfinished: ++pass.counted.unfinished; return;
  }
  ++pass.counted.completed;
  if (!pass.latency) pass.latency.emplace();
  pass.latency->record(end.ended - end.waited - end.ticket.scheduled);
}

}  // namespace

void Tally::started(const session::Ticket& ticket) {
  ++(ticket.measured ? measured_ : warmup_).started;
  if (PassTally* const pass = pass_of(ticket)) ++pass->counted.started;
}

void Tally::transaction_ended(const session::TransactionEnd& end) {
  if (PassTally* const pass = pass_of(end.ticket)) count_end(end, *pass);
  TransactionTally& tally = end.ticket.measured ? measured_ : warmup_;
  if (end.in_doubt) ++tally.in_doubt;
  switch (end.ending) {
    case Ending::completed:
      ++tally.completed;
      if (end.ticket.measured) {
        const std::uint64_t ended = end.ended - end.waited;
        latency.record(ended - end.ticket.scheduled);
        service.record(ended - end.begun);
        last_end = std::max(last_end, end.ended);
        answered(end.ended);
        if (intervals_ != nullptr) {
          intervals_->advance(end.ended);
          intervals_->completed(ended - end.ticket.scheduled);
        }
      }
      break;
    case Ending::failed:
      ++tally.failed;
      if (!end.ticket.measured) break;
      errors.add(end.reason);
      if (is_answer(end.reason)) answered(end.ended);
      if (intervals_ != nullptr) {
        intervals_->advance(end.ended);
        intervals_->failed();
      }
      break;
    case Ending::unfinished: ++tally.unfinished; break;
  }
}

void Tally::answered(std::uint64_t at) {
  last_answer = std::max(last_answer, at);
  answered_by_middle += at <= middle ? 1 : 0;
  answered_by_end += at <= planned_end ? 1 : 0;
}

void Tally::never_begun(const session::Ticket& ticket, Ending ending, std::string_view reason) {
  started(ticket);
  ++found_all_busy;
  const bool unfinished = ending == Ending::unfinished;
  ++(unfinished ? measured_.unfinished : measured_.failed);
  if (PassTally* const pass = pass_of(ticket))
    ++(unfinished ? pass->counted.unfinished : pass->counted.failed);
  if (unfinished) return;
  errors.add(reason);
  if (intervals_ != nullptr) intervals_->failed();
}

void Tally::add(const Tally& other) {
  measured_.add(other.measured_);
  warmup_.add(other.warmup_);
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    commands_[i].sent += other.commands_[i].sent;
    commands_[i].ok += other.commands_[i].ok;
    commands_[i].refused += other.commands_[i].refused;
    for (std::size_t status = 0; status < commands_[i].statuses.size(); ++status) {
      commands_[i].statuses[status] += other.commands_[i].statuses[status];
    }
    for (std::size_t klass = 0; klass < commands_[i].latencies.size(); ++klass) {
      const std::optional<Histogram>& more = other.commands_[i].latencies[klass];
      if (!more) continue;
      std::optional<Histogram>& sum = commands_[i].latencies[klass];
      if (!sum) sum.emplace();
      sum->merge(*more);
    }
  }
  for (std::size_t i = 0; i < passes_.size(); ++i) {
    passes_[i].counted.add(other.passes_[i].counted);
    const std::optional<Histogram>& more = other.passes_[i].latency;
    if (!more) continue;
    if (!passes_[i].latency) passes_[i].latency.emplace();
    passes_[i].latency->merge(*more);
  }
  latency.merge(other.latency);
  service.merge(other.service);
  connect.merge(other.connect);
  tls.merge(other.tls);
  send_lag.merge(other.send_lag);
  for (const NamedCount& one : other.errors.all()) errors.add(one.name, one.count);
  for (const Example& one : other.examples.all()) {
    examples.add({.name = one.name,
                  .command = one.command,
                  .status = one.status,
                  .text = one.text,
                  .offset = one.offset,
                  .lead = one.offset - one.text_offset,
                  .script_line = one.script_line});
  }
  for (const NamedCount& one : other.notes.all()) notes.add(one.name, one.count);
  connections_opened += other.connections_opened;
  connections_failed += other.connections_failed;
  unsolicited_responses += other.unsolicited_responses;
  bytes_sent += other.bytes_sent;
  bytes_received += other.bytes_received;
  wire_overhead_sent += other.wire_overhead_sent;
  wire_overhead_received += other.wire_overhead_received;
  handshakes_full += other.handshakes_full;
  handshakes_resumed += other.handshakes_resumed;
  handshakes_failed += other.handshakes_failed;
  cpu_ns += other.cpu_ns;
  run_delay_ns += other.run_delay_ns;
  core_turns += other.core_turns;
  load_ns = std::max(load_ns, other.load_ns);
  busy_max = std::max(busy_max, other.busy_max);
  delayed_max = std::max(delayed_max, other.delayed_max);
  last_end = std::max(last_end, other.last_end);
  last_answer = std::max(last_answer, other.last_answer);
  sessions_at_start += other.sessions_at_start;
  sessions_had += other.sessions_had;
  found_all_busy += other.found_all_busy;
  connected_ns = std::max(connected_ns, other.connected_ns);
  sessions_at_end += other.sessions_at_end;
  lost_sessions |= other.lost_sessions;
  restarts = std::max(restarts, other.restarts);
  lost_in_restarts += other.lost_in_restarts;
  restart_ns = std::max(restart_ns, other.restart_ns);
  batched_waits += other.batched_waits;
  due_by_middle += other.due_by_middle;
  answered_by_middle += other.answered_by_middle;
  answered_by_end += other.answered_by_end;
  middle = std::max(middle, other.middle);
  planned_end = std::max(planned_end, other.planned_end);
  silent_ns = std::min(silent_ns, other.silent_ns);
}

}  // namespace backtalk::stats
