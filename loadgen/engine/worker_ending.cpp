// SPDX-License-Identifier: Apache-2.0 OR MIT
// A worker's periodic work, and the end of its run.
#include <algorithm>
#include <limits>

#include "engine/worker.hpp"

namespace backtalk::engine {
namespace {

using State = Connection::State;
using session::Ending;

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kStopDrain = 1 * kSecond;  // after Ctrl-C
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t kLostAttempts = 3;
constexpr std::string_view kNoServer =
    "no session could be opened for twice the timeout: the run ended before its count was reached";

// True if the session waits of its own accord: no answer is owed to it.
bool is_in_wait(const session::Session& session) {
  return session.next_wake() != session::kNever && session.waiting_since() == 0;
}

}  // namespace

void Worker::tick() {
  const std::uint64_t now = clock_.now();
  if (!usage_.measuring() && now >= state_.measure_from) begin_measuring();
  track_connected_time();
  intervals_.advance(now);
  if (ending_since_ == 0) {
    if (is_hopeless()) {
      tally_.note(kNoServer);
      state_.stop(now);
    }
    if (tickets_->all_begun(now)) end_load();
  } else {
    // Ctrl-C during the drain shortens it to kStopDrain as well.
    const std::uint64_t stop = state_.stop_at.load(std::memory_order_relaxed);
    if (stop != 0 && end_by_ != kNever) end_by_ = std::min(end_by_, stop + kStopDrain);
    if (now >= end_by_) end_unfinished();
  }
  if (now >= next_tick_) enforce_timeouts();
  if (now >= connections_.next_retry()) connections_.check_timeouts();
  connections_.settle();
}

void Worker::enforce_timeouts() {
  const std::uint64_t now = clock_.now();
  next_tick_ = now + tick_ns_;
  if (now > plan_.timeout_ns) count_never_begun(now - plan_.timeout_ns, Ending::failed, "no-free-connection");
  connections_.check_timeouts();
  tell_failure();
  if (ending_since_ == 0) return;
  end_waits();
  if (now <= ending_since_ + kStopDrain) return;
  // Replies to QUIT, and handshakes that are no longer needed, are given less time than
  // transactions.
  for (Connection& connection : connections_.all()) {
    if (connection.state != State::open || connection.session->ready()) continue;
    const bool leaving = connection.ready_here;
    const std::uint64_t over_at = leaving
                                      ? connections_.goodbye_since(connection) + connections_.patience_ns()
                                      : connection.session->waiting_since() + kStopDrain;
    if (now > over_at) connections_.cut_short(connection, leaving ? now : ending_since_);
  }
}

// A wait that lasts longer than the end of the run is not waited for, unless the run is one of a
// count.
void Worker::end_waits() {
  const bool counts = plan_.duration_ns == 0 && state_.stop_at.load(std::memory_order_relaxed) == 0;
  for (Connection& connection : connections_.all()) {
    if (connection.state != State::open || !is_in_wait(*connection.session)) continue;
    const std::uint64_t wake = connection.session->next_wake();
    if (wake <= end_by_) continue;
    if (counts) {
      end_by_ = wake + plan_.drain_ns;
    } else {
      connections_.cut_short(connection, ending_since_);
    }
  }
}

// Measures how long the server was there: how long at least one connection was open.
void Worker::track_connected_time() {
  if (!usage_.measuring() || ending_since_ != 0) return;
  const bool connected = connections_.live() > 0;
  if (connected == (connected_since_ != 0)) return;
  if (!connected) tally_.connected_ns += clock_.now() - connected_since_;
  connected_since_ = connected ? clock_.now() : 0;
}

std::size_t Worker::count_ready() {
  return static_cast<std::size_t>(std::ranges::count_if(connections_.all(), [](const Connection& one) {
    return one.state == State::open && one.session->ready();
  }));
}

// Sessions count as lost if none is ready, after more connection attempts without one than there
// are connections. Fewer prove nothing: a client that reconnects after each transaction also has
// moments without a session.
void Worker::count_sessions_at_end() {
  tally_.sessions_had = sessions_had_;
  tally_.sessions_at_end = count_ready();
  const RestartWatch& watch = connections_.restart_watch();
  tally_.restarts = watch.restarts();
  tally_.lost_in_restarts = watch.connections();
  tally_.restart_ns = watch.longest_ns();
  tally_.lost_sessions =
      tally_.sessions_at_end == 0 && sessions_had_ > 0 &&
      attempts() - attempts_at_ready_ > std::max<std::uint64_t>(connections_.count(), kLostAttempts);
}

void Worker::begin_measuring() {
  usage_.begin(tally_);
  track_connected_time();
}

// A closed loop with a count and no duration would never end if no thread could open a session.
bool Worker::is_hopeless() {
  if (plan_.duration_ns != 0 || plan_.rate) return false;
  if (ready_at_ > state_.ready_at.load(std::memory_order_relaxed))
    state_.ready_at.store(ready_at_, std::memory_order_relaxed);
  const std::uint64_t ready_at = state_.ready_at.load(std::memory_order_relaxed);
  if (clock_.now() <= ready_at || clock_.now() - ready_at <= 2 * plan_.timeout_ns) return false;
  if (count_ready() == 0) return true;
  ready_at_ = clock_.now();  // of sessions that wait of their own accord nothing is heard
  return false;
}

// How long no transaction has been answered. While sessions wait of their own accord nobody expects
// an answer from the server, but for those who have asked.
std::uint64_t Worker::silent_ns(std::uint64_t now) {
  std::uint64_t since = std::max(tally_.last_answer, std::min(state_.measure_from, now));
  bool waits = false;
  std::uint64_t asked = now;
  for (const Connection& connection : connections_.all()) {
    if (connection.state != State::open) continue;
    waits |= is_in_wait(*connection.session);
    if (const std::uint64_t one = connection.session->asked_since(); one != 0) asked = std::min(asked, one);
  }
  if (waits) since = std::max(since, asked);
  return now - std::min(since, now);
}

// Nothing remains to be begun: every session finishes once its transactions are answered.
void Worker::end_load() {
  const std::uint64_t now = clock_.now();
  count_sessions_at_end();
  tally_.silent_ns = silent_ns(now);
  if (connected_since_ != 0) tally_.connected_ns += now - connected_since_;
  ending_since_ = now;
  end_by_ = now + (state_.stop_at.load(std::memory_order_relaxed) != 0 ? kStopDrain : plan_.drain_ns);
  usage_.end_of_load(now);
  count_never_begun(now, Ending::unfinished, {});  // found no free connection until the end
  tickets_->drop_schedule();
  connections_.open_no_more();
  for (Connection& connection : connections_.all()) {
    if (connection.state != State::open) continue;
    connection.session->finish();
    if (!connection.socket.sending()) pump(connection);
  }
}

void Worker::end_unfinished() {
  for (Connection& connection : connections_.all()) {
    if (connection.state == State::open) connections_.cut_short(connection, ending_since_);
  }
  end_by_ = kNever;
}

}  // namespace backtalk::engine
