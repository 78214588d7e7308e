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

std::size_t addresses_max(const ClientPlan& plan) {
  std::size_t most = 0;
  for (const Target& one : plan.targets) most = std::max(most, one.endpoints.size());
  return most;
}

}  // namespace

void Worker::tick() {
  const std::uint64_t now = clock_.now();
  if (!usage_.measuring() && now >= state_.measure_from) begin_measuring();
  track_connected_time();
  tally_.advance_intervals(now);
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
  set_gauges();
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
    // It has not begun what it is to do.
    if (loop_ == Loop::partly_open && !leaving && !is_stopped()) continue;
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

// Measures how long the server was there: how long at least one connection was open, or was closed
// because nobody needed it.
void Worker::track_connected_time() {
  if (!usage_.measuring() || ending_since_ != 0) return;
  const bool connected = connections_.live() > 0 || connections_.absent() > 0;
  if (connected == (connected_since_ != 0)) return;
  if (!connected) tally_.connected_ns += clock_.now() - connected_since_;
  connected_since_ = connected ? clock_.now() : 0;
}

std::size_t Worker::count_ready() {
  return static_cast<std::size_t>(std::ranges::count_if(connections_.all(), [](const Connection& one) {
    return one.state == State::open && one.session->ready();
  }));
}

// Sessions count as lost if none is ready, after more connection attempts without one than it takes
// all connections to try every address. Fewer prove nothing: a client that reconnects after each
// transaction also has moments without a session.
void Worker::count_sessions_at_end() {
  tally_.sessions_had = sessions_had_;
  tally_.sessions_at_end = count_ready();
  for (const TargetWatch& watch : connections_.watches()) {
    tally_.restarts += watch.restarts.restarts();
    tally_.lost_in_restarts += watch.restarts.connections();
    tally_.restart_ns = std::max(tally_.restart_ns, watch.restarts.longest_ns());
  }
  const std::uint64_t together = loop_ == Loop::partly_open ? 1 : connections_.count();
  const std::uint64_t rounds = together * addresses_max(plan_);
  tally_.lost_sessions = tally_.sessions_at_end == 0 && sessions_had_ > 0 && connections_.absent() == 0 &&
                         attempts() - attempts_at_ready_ > std::max<std::uint64_t>(rounds, kLostAttempts);
  for (std::size_t i = 0; i < tally_.targets.size(); ++i) count_at_end(i);
}

// As for the whole run, of one target of several.
void Worker::count_at_end(std::size_t target) {
  const TargetWatch& watch = connections_.watches()[target];
  stats::TargetTally& tally = tally_.targets[target];
  std::uint64_t connections = 0;
  std::uint64_t ready = 0;
  for (const Connection& one : connections_.all()) {
    if (one.watch != &watch) continue;
    ++connections;
    tally.sessions_had += one.was_ready ? 1 : 0;
    ready += one.state == State::open && one.session->ready() ? 1 : 0;
  }
  const std::uint64_t together = loop_ == Loop::partly_open ? 1 : connections;
  const std::uint64_t rounds = together * plan_.targets[target].endpoints.size();
  tally.restarts = watch.restarts.restarts();
  tally.lost = ready == 0 && tally.sessions_had > 0 &&
               watch.openings_in_vain > std::max<std::uint64_t>(rounds, kLostAttempts);
}

void Worker::begin_measuring() {
  usage_.begin(tally_);
  tally_.count_octets_of_intervals();
  track_connected_time();
}

// A closed loop with a count and no duration would never end if no thread could open a session.
bool Worker::is_hopeless() {
  if (plan_.duration_ns != 0 || loop_ != Loop::closed) return false;
  if (ready_at_ > state_.ready_at.load(std::memory_order_relaxed))
    state_.ready_at.store(ready_at_, std::memory_order_relaxed);
  const std::uint64_t ready_at = state_.ready_at.load(std::memory_order_relaxed);
  if (clock_.now() <= ready_at || clock_.now() - ready_at <= 2 * plan_.timeout_ns) return false;
  if (count_ready() == 0 && connections_.absent() == 0) return true;
  ready_at_ = clock_.now();  // of sessions that wait of their own accord nothing is heard
  return false;
}

// How long no transaction has been answered. While sessions wait of their own accord nobody expects
// an answer from the server, but for those who have asked.
std::uint64_t Worker::silent_ns(std::uint64_t now) {
  std::uint64_t since = std::max(tally_.last_answer, std::min(state_.measure_from, now));
  // For the next session, or for users who think.
  bool waits = loop_ == Loop::partly_open || connections_.absent() > 0;
  std::uint64_t asked = now;
  for (const Connection& connection : connections_.all()) {
    const bool opens = connection.state == State::connecting || connection.state == State::securing;
    if (opens && loop_ == Loop::partly_open) asked = std::min(asked, connection.opened_at);
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
  if (loop_ == Loop::partly_open) {
    end_sessions();
    if (!is_stopped()) return;
  }
  connections_.open_no_more();
  for (Connection& connection : connections_.all()) {
    if (connection.state != State::open) continue;
    connection.session->finish();
    if (!connection.socket.sending()) pump(connection);
  }
}

void Worker::end_unfinished() {
  for (Connection& connection : connections_.all()) {
    const bool opens = connection.state == State::connecting || connection.state == State::securing;
    if (connection.state == State::open || opens) connections_.cut_short(connection, ending_since_);
  }
  end_by_ = kNever;
}

}  // namespace backtalk::engine
