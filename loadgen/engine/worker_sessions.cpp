// SPDX-License-Identifier: Apache-2.0 OR MIT
// Partly open loop: sessions arrive by the clock, each on a connection of its own, and within a
// session each transaction waits for the one before.
#include <algorithm>
#include <cstdint>

#include "engine/worker.hpp"

namespace backtalk::engine {

using session::Ending;

// All connections are free when the clock starts.
void Worker::await_sessions() {
  connections_.free_into(idle_);
  for (Connection& connection : connections_.all()) idle_.push(connection.slot);
}

// Opens a connection for each session that has fallen due. One that finds all of them taken waits
// for the first that becomes free.
void Worker::dispatch_sessions() {
  const std::uint64_t now = clock_.refresh();
  while (!idle_.empty() && tickets_->next_due() <= now) {
    const auto arrival = tickets_->next_due_before(now + 1);
    if (!arrival) return;
    Connection& connection = connections_.all()[idle_.pop()];
    if (arrival->measured) {
      tally_.sessions.found_all_busy += connection.free_since > arrival->scheduled ? 1 : 0;
      tally_.send_lag.record(now - std::max(arrival->scheduled, connection.free_since));
      tally_.gaps.began(now);
    }
    tally_.sessions.began(*arrival);
    connection.record->begin(*arrival, plan_.session_transactions);
    connections_.open_session(connection);
  }
}

// The session's next transactions, and then its goodbye.
void Worker::begin_in_session(Connection& connection) {
  session::Session& session = *connection.session;
  SessionRecord& record = *connection.record;
  // Nobody thinks behind the last.
  if (!plan_.think.empty() && connection.begun == record.wanted()) session.finish();
  while (session.room() > 0) {
    const bool all_begun = connection.begun == record.wanted();
    if (!all_begun && is_stopped()) record.give_up();
    if (all_begun || is_stopped()) {
      session.finish();
      return;
    }
    record.transaction_begins(clock_.now());
    begin(connection, tickets_->next_in_session(clock_.now(), record.arrival()));
  }
}

// Sessions that fell due before `instant` and found no connection.
void Worker::count_sessions_never_begun(std::uint64_t instant, Ending ending, std::string_view reason) {
  while (const auto arrival = tickets_->next_due_before(instant)) {
    tally_.sessions.began(*arrival);
    if (!arrival->measured) continue;
    if (!reason.empty()) tally_.errors.add(reason);
    ++tally_.sessions.found_all_busy;
    tally_.last_end = std::max(tally_.last_end, clock_.now());
    tally_.sessions.ended(*arrival, ending, true, clock_.now() - arrival->scheduled);
  }
}

// The load ends: those that have arrived go on to their end, unless the run was stopped.
void Worker::end_sessions() {
  if (!is_stopped()) {
    connections_.open_no_more_sessions();
    return;
  }
  for (Connection& connection : connections_.all()) {
    if (connection.state == Connection::State::open && connection.begun < connection.record->wanted())
      connection.record->give_up();
  }
}

}  // namespace backtalk::engine
