// SPDX-License-Identifier: Apache-2.0 OR MIT
// How a worker waits.
#include <algorithm>

#include "engine/worker.hpp"

namespace backtalk::engine {

// Waits are batched in closed loop only. After the schedule of an open loop has ended they are not
// batched either: answers are timed as they arrive.
int Worker::wait() {
  return loop_ == Loop::closed ? wait_for_answers() : wait_for_the_clock();
}

int Worker::wait_for_answers() {
  connections_.begin_turn();
  const std::uint64_t ended_before = ended();
  flush_output();
  const unsigned batch = batch_size_.wanted(connections_.live(), in_flight());
  const unsigned wanted = batch_trial_.batched() ? batch : 1;
  const std::uint64_t wake = next_wake();
  const std::uint64_t wait_from = clock_.refresh();
  connections_.ring().wake_at(wanted > 1 ? std::min(wake, wait_from + plan_.batch_ns) : wake);
  const int result = connections_.ring().submit_and_wait(wanted);
  const std::uint64_t waited_ns = clock_.refresh() - wait_from;
  reap_completions();
  Arrivals arrived = connections_.arrived();
  arrived.ended = ended() - ended_before;
  tally_.batched_waits += wanted > 1 ? 1 : 0;
  batch_size_.turned(clock_.now(), waited_ns, wanted, arrived);
  batch_trial_.turned(clock_.now(), arrived,
                      {.connections = connections_.live(), .transactions = in_flight()}, batch > 1);
  return result;
}

// An open loop has to be awake when a transaction falls due.
int Worker::wait_for_the_clock() {
  flush_output();
  const std::uint64_t wake = next_wake();
  const std::uint64_t set_for = wake - std::min(wake, lead_.ns());
  int result = 0;
  if (set_for > clock_.refresh()) {
    result = connections_.ring().submit_and_wait(1, set_for - clock_.now());
    const std::uint64_t woke = clock_.refresh();
    if (reap_completions() > 0) return result;
    if (woke >= set_for) lead_.rang(woke - set_for);
  } else {
    connections_.ring().submit();
  }
  do {
    connections_.ring().poll();
  } while (reap_completions() == 0 && clock_.refresh() < wake);
  return result;
}

// Submits sends and handles their completions, so that these do not end the wait for answers.
void Worker::flush_output() {
  connections_.ring().submit();
  reap_completions();
}

std::uint64_t Worker::next_wake() const {
  std::uint64_t wake =
      std::min({next_tick_, intervals_.end_ns(), connections_.next_retry(), connections_.next_wake()});
  if (!usage_.measuring()) wake = std::min(wake, state_.measure_from);
  if (ending_since_ != 0) return std::min(wake, end_by_);
  wake = std::min({wake, next_opening(), connections_.next_growth()});
  if (tickets_->scheduled() && !idle_.empty()) wake = std::min(wake, tickets_->next_due());
  if (state_.begin_until > clock_.now()) wake = std::min(wake, state_.begin_until);
  return wake;
}

}  // namespace backtalk::engine
