// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/tally.hpp"

#include <algorithm>
#include <utility>

#include "backtalk/detail/expect.hpp"
#include "session/exchange.hpp"

namespace backtalk::stats {

using session::Ending;

namespace {

// A failure by which the server answers all the same, only not as it should.
bool is_answer(std::string_view failure) {
  return failure.starts_with("reply-") || failure == "service-closing" || session::is_unexpected(failure);
}

}  // namespace

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
                       .script_line = words.script_line,
                       .expected = std::string(words.expected.substr(0, session::kServerWordsMax)),
                       .nothing_follows = words.nothing_follows});
}

Histogram CommandTally::latency() const {
  Histogram sum;
  for (const std::optional<Histogram>& one : latencies) {
    if (one) sum.merge(*one);
  }
  return sum;
}

void AddressTally::add(const AddressTally& other) {
  opened += other.opened;
  failed += other.failed;
  transactions += other.transactions;
  for (const NamedCount& one : other.errors.all()) errors.add(one.name, one.count);
}

void TargetTally::ended(const session::TransactionEnd& end) {
  if (!end.ticket.measured) return;
  counted.in_doubt += end.in_doubt ? 1 : 0;
  switch (end.ending) {
    case Ending::completed:
      ++counted.completed;
      latency.record(end.ended - end.waited - end.ticket.scheduled);
      return;
    case Ending::failed:
      ++counted.failed;
      errors.add(end.reason);
      return;
    case Ending::unfinished: ++counted.unfinished; return;
  }
}

void TargetTally::add(const TargetTally& other) {
  counted.add(other.counted);
  latency.merge(other.latency);
  for (const NamedCount& one : other.errors.all()) errors.add(one.name, one.count);
  sessions_had += other.sessions_had;
  restarts = std::max(restarts, other.restarts);
  lost |= other.lost;
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
  ++(answer.ok ? tally.ok : answer.unexpected ? tally.unexpected : tally.refused);
  if (answer.status != session::kNoStatus) {
    BACKTALK_EXPECT(answer.status < tally.statuses.size());
    ++tally.statuses[answer.status];
  }
  std::optional<Histogram>& latency_of_class = tally.latencies[classes_.of(answer.status)];
  if (!latency_of_class) latency_of_class.emplace();
  latency_of_class->record(answer.latency);
}

void Tally::command_given_up(const session::CommandGivenUp& end) {
  if (!end.measured) return;
  CommandTally& tally = commands_[end.command];
  if (!tally.censored) tally.censored.emplace();
  tally.censored->record(end.age);
  tally.timed_out += end.timed_out ? 1 : 0;
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

// Of a transaction without an answer. A wait before its first command may have put it off until
// later.
std::uint64_t age_of(const session::TransactionEnd& end) {
  return end.ended - std::min(end.ended, end.waited + end.ticket.scheduled);
}

}  // namespace

void Tally::started(const session::Ticket& ticket) {
  ++(ticket.measured ? measured_ : warmup_).started;
  if (PassTally* const pass = pass_of(ticket)) ++pass->counted.started;
  stages.started(ticket);
}

void Tally::transaction_ended(const session::TransactionEnd& end) {
  if (PassTally* const pass = pass_of(end.ticket)) count_end(end, *pass);
  stages.ended(end);
  TransactionTally& tally = end.ticket.measured ? measured_ : warmup_;
  if (end.in_doubt) ++tally.in_doubt;
  if (end.ticket.measured) last_end = std::max(last_end, end.ended);
  switch (end.ending) {
    case Ending::completed:
      ++tally.completed;
      if (end.ticket.measured) {
        const std::uint64_t ended = end.ended - end.waited;
        beside_latency_ns += end.waited + end.put_off;
        latency.record(ended - end.ticket.scheduled);
        batches.record(end.ended, ended - end.ticket.scheduled);
        service.record(ended - end.begun);
        last_completion = std::max(last_completion, end.ended);
        answered(end.ended);
        advance_intervals(end.ended);
        if (intervals_ != nullptr) intervals_->completed(ended - end.ticket.scheduled);
      }
      break;
    case Ending::failed:
      ++tally.failed;
      if (!end.ticket.measured) break;
      errors.add(end.reason);
      beside_latency_ns += age_of(end) + end.waited + end.put_off;
      if (end.reason == session::kTimeout) censor(end, true);
      if (is_answer(end.reason)) answered(end.ended);
      advance_intervals(end.ended);
      if (intervals_ != nullptr) intervals_->failed(end.reason == session::kTimeout, is_answer(end.reason));
      break;
    case Ending::unfinished:
      ++tally.unfinished;
      if (!end.ticket.measured) break;
      beside_latency_ns += age_of(end) + end.waited + end.put_off;
      in_flight.ended(end.ended, measured_.in_flight());
      if (intervals_ != nullptr) intervals_->unfinished();
      if (end.begun != 0 || planned_end != 0) censor(end, false);
      break;
  }
}

void Tally::censor(const session::TransactionEnd& end, bool has_timed_out) {
  censor(end.ticket, end.ended, age_of(end), has_timed_out);
  if (end.begun == 0) return;
  service_censored.record(end.ended - std::min(end.ended, end.waited + end.begun));
  service_timed_out += has_timed_out ? 1 : 0;
}

void Tally::censor(const session::Ticket& ticket, std::uint64_t now, std::uint64_t age, bool has_timed_out) {
  censored.record(age);
  batches.record(now, age);
  timed_out += has_timed_out ? 1 : 0;
  PassTally* const pass = pass_of(ticket);
  if (pass == nullptr) return;
  if (!pass->censored) pass->censored.emplace();
  pass->censored->record(age);
  pass->timed_out += has_timed_out ? 1 : 0;
}

void Tally::answered(std::uint64_t at) {
  last_answer = std::max(last_answer, at);
  answered_by_middle += at <= middle ? 1 : 0;
  answered_by_end += at <= planned_end ? 1 : 0;
  stages.answered(at);
}

void Tally::never_begun(const session::Ticket& ticket, Ending ending, std::string_view reason,
                        std::uint64_t now) {
  started(ticket);
  stages.never_begun(ticket, ending, reason, now);
  const bool unfinished = ending == Ending::unfinished;
  censor(ticket, now, now - std::min(now, ticket.scheduled), !unfinished);
  ++found_all_busy;
  last_end = std::max(last_end, ticket.scheduled);
  ++(unfinished ? measured_.unfinished : measured_.failed);
  if (PassTally* const pass = pass_of(ticket))
    ++(unfinished ? pass->counted.unfinished : pass->counted.failed);
  if (intervals_ != nullptr) {
    if (unfinished) {
      intervals_->unfinished();
    } else {
      intervals_->failed(true);
    }
  }
  if (!unfinished) errors.add(reason);
}

IntervalMarks Tally::marks() const {
  return {.started = measured_.started, .octets_sent = bytes_sent, .octets_received = bytes_received};
}

void Tally::end_interval(std::uint64_t now) {
  intervals_->count(marks(), errors.all());
  intervals_->advance(now);
}

void Tally::count_octets_of_intervals() {
  if (intervals_ != nullptr) intervals_->count_octets_from(marks());
}

void Tally::end_last_interval() {
  if (intervals_ == nullptr) return;
  intervals_->count(marks(), errors.all());
  intervals_->roll(intervals_->index());
}

namespace {

void add_some(std::optional<Histogram>& sum, const std::optional<Histogram>& more) {
  if (!more) return;
  if (!sum) sum.emplace();
  sum->merge(*more);
}

template <class One>
void add_all(std::vector<One>& sum, const std::vector<One>& more) {
  sum.resize(std::max(sum.size(), more.size()));
  for (std::size_t i = 0; i < more.size(); ++i) sum[i].add(more[i]);
}

}  // namespace

void Tally::add(const Tally& other) {
  measured_.add(other.measured_);
  warmup_.add(other.warmup_);
  for (std::size_t i = 0; i < commands_.size(); ++i) {
    commands_[i].sent += other.commands_[i].sent;
    commands_[i].ok += other.commands_[i].ok;
    commands_[i].refused += other.commands_[i].refused;
    commands_[i].unexpected += other.commands_[i].unexpected;
    for (std::size_t status = 0; status < commands_[i].statuses.size(); ++status) {
      commands_[i].statuses[status] += other.commands_[i].statuses[status];
    }
    for (std::size_t klass = 0; klass < commands_[i].latencies.size(); ++klass) {
      add_some(commands_[i].latencies[klass], other.commands_[i].latencies[klass]);
    }
    add_some(commands_[i].censored, other.commands_[i].censored);
    commands_[i].timed_out += other.commands_[i].timed_out;
  }
  for (std::size_t i = 0; i < passes_.size(); ++i) {
    passes_[i].counted.add(other.passes_[i].counted);
    add_some(passes_[i].latency, other.passes_[i].latency);
    add_some(passes_[i].censored, other.passes_[i].censored);
    passes_[i].timed_out += other.passes_[i].timed_out;
  }
  latency.merge(other.latency);
  gaps.add(other.gaps);
  in_flight.add(other.in_flight);
  beside_latency_ns += other.beside_latency_ns;
  censored.merge(other.censored);
  timed_out += other.timed_out;
  batches.add(other.batches);
  stages.add(other.stages);
  service.merge(other.service);
  service_censored.merge(other.service_censored);
  service_timed_out += other.service_timed_out;
  connect.merge(other.connect);
  tls.merge(other.tls);
  send_lag.merge(other.send_lag);
  delivery.merge(other.delivery);
  sessions.add(other.sessions);
  for (const NamedCount& one : other.errors.all()) errors.add(one.name, one.count);
  for (const Example& one : other.examples.all()) {
    examples.add({.name = one.name,
                  .command = one.command,
                  .status = one.status,
                  .text = one.text,
                  .offset = one.offset,
                  .lead = one.offset - one.text_offset,
                  .script_line = one.script_line,
                  .expected = one.expected,
                  .nothing_follows = one.nothing_follows});
  }
  for (const NamedCount& one : other.notes.all()) notes.add(one.name, one.count);
  connections_opened += other.connections_opened;
  connections_failed += other.connections_failed;
  add_all(addresses, other.addresses);
  add_all(targets, other.targets);
  add_all(sources, other.sources);
  unsolicited_responses += other.unsolicited_responses;
  checked += other.checked;
  not_checkable += other.not_checkable;
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
  last_completion = std::max(last_completion, other.last_completion);
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
