// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/worker.hpp"

#include <sys/prctl.h>

#include <algorithm>
#include <limits>
#include <span>

#include "net/probe.hpp"

namespace backtalk::engine {
namespace {

using State = Connection::State;
using session::Ending;

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kLeadMax = 100'000;

unsigned of_thread(const ClientPlan& plan, unsigned index) {
  return static_cast<unsigned>(Share{index, plan.threads}.of(plan.connections));
}

unsigned before_thread(const ClientPlan& plan, unsigned index) {
  return static_cast<unsigned>(Share{index, plan.threads}.before(plan.connections));
}

// Limits the lead so that no thread spends more than a quarter of its time polling the clock.
std::uint64_t lead_max(const ClientPlan& plan) {
  if (!plan.clocked_rate()) return 0;
  double rate = *plan.clocked_rate();
  for (const stats::RateStep& step : plan.rate_steps) rate = std::max(rate, step.rate_per_s);
  const double mean_gap_ns = 1e9 * plan.threads * plan.share.parts / rate;
  return static_cast<std::uint64_t>(std::min(mean_gap_ns / 4, static_cast<double>(kLeadMax)));
}

}  // namespace

Worker::Worker(const ClientPlan& plan, const session::SessionFactory& make_session, RunState& state,
               unsigned index)
    : plan_(plan),
      state_(state),
      loop_(plan.session_rate ? Loop::partly_open
            : plan.rate       ? Loop::open
                              : Loop::closed),
      index_(index),
      tally_(plan.commands, plan.statuses, &intervals_, plan.classes, plan.mix),
      connections_(plan, make_session, tally_, clock_, plan.first_connection + before_thread(plan, index),
                   std::span(state.targets).subspan(before_thread(plan, index), of_thread(plan, index))),
      idle_(connections_.count()),
      batch_size_(plan.batch_ns),
      batch_trial_(plan.batch_ns),
      lead_(lead_max(plan)),
      tick_ns_(std::clamp(plan.timeout_ns / 20, kMillisecond, 100 * kMillisecond)) {}

std::optional<std::string> Worker::prepare() {
  prctl(PR_SET_TIMERSLACK, 1UL);
  return connections_.prepare();
}

std::optional<std::string> Worker::run() {
  ready_at_ = opening_since_ = clock_.refresh();
  next_tick_ = clock_.now() + tick_ns_;
  if (auto problem = open_sessions()) return problem;
  start_clock();
  while (!connections_.all_retired()) {
    connections_.open_more(due_to_open());
    dispatch_due();
    count_in_flight();
    if (const int result = wait(); result < 0) return net::explain_enter_failure(-result);
    wake_sessions();
    count_in_flight();
    tick();
  }
  tally_.end_last_interval();
  usage_.conclude(tally_, state_.measure_from);
  return std::nullopt;
}

unsigned Worker::reap_completions() {
  const unsigned taken = connections_.ring().drain([this](const io_uring_cqe& cqe) {
    if (Connection* const connection = connections_.completed(cqe)) pump(*connection);
    count_in_flight();  // at the time that the answers have
  });
  connections_.settle();
  return taken;
}

// Wakes each session at most once, so that one that keeps asking to be woken at once does not keep
// the thread from its other work.
void Worker::wake_sessions() {
  for (std::size_t left = connections_.wakes(); left > 0; --left) {
    Connection* const connection = connections_.wake_next();
    if (connection == nullptr) return;
    pump(*connection);
  }
}

// --- Beginning transactions

// Begins what the session may begin, and sends what it has to send.
void Worker::pump(Connection& connection) {
  session::Session& session = *connection.session;
  if (session.ready()) on_ready(connection);
  if (tickets_ && !session.over()) {
    switch (loop_) {
      case Loop::closed: begin_now(connection); break;
      case Loop::open: offer(connection); break;
      case Loop::partly_open: begin_in_session(connection); break;
    }
  }
  connections_.speak(connection);
}

void Worker::on_ready(Connection& connection) {
  connections_.is_ready(connection);
  if (!connection.was_ready) {
    connection.was_ready = true;
    ++sessions_had_;
    new_ready_at_ = clock_.now();
  }
  ready_at_ = clock_.now();
  attempts_at_ready_ = attempts();
  if (!had_session_) state_.had_session.store(true, std::memory_order_relaxed);
  had_session_ = true;
}

void Worker::begin(Connection& connection, const session::Ticket& ticket) {
  ++connection.begun;
  tally_.started(ticket);
  if (connection.target_record) connection.target_record->started(ticket);
  if (ticket.measured) tally_.in_flight.was_late(clock_.now() - ticket.scheduled);
  connection.session->begin(ticket);
}

// True if the connection has begun as many transactions as it may.
bool Worker::used_up(const Connection& connection) const {
  return plan_.per_connection > 0 && connection.begun >= plan_.per_connection;
}

void Worker::begin_now(Connection& connection) {
  session::Session& session = *connection.session;
  // The next transaction is thought about while the connection is closed and opened again.
  if (!plan_.think.empty() && used_up(connection)) session.finish();
  while (session.room() > 0) {
    if (used_up(connection)) {
      session.finish();
      return;
    }
    const auto ticket = tickets_->next(clock_.now());
    if (!ticket) {
      connections_.open_no_more();  // before a session that takes its leave is opened again
      session.finish();
      return;
    }
    begin(connection, *ticket);
  }
}

// Open loop: queues a connection that has room until a transaction falls due.
void Worker::offer(Connection& connection) {
  if (!tickets_->scheduled()) {  // none will
    connection.session->finish();
    return;
  }
  if (connection.offered || connection.session->room() == 0) return;
  if (used_up(connection)) {
    connection.session->finish();
    return;
  }
  connection.offered = true;
  connection.free_since = clock_.now();
  idle_.push(connection.slot);
}

void Worker::dispatch_due() {
  if (!tickets_->scheduled()) return;
  if (loop_ == Loop::partly_open) {
    dispatch_sessions();
  } else {
    dispatch_transactions();
  }
}

void Worker::dispatch_transactions() {
  const std::uint64_t now = clock_.refresh();
  while (!idle_.empty() && tickets_->next_due() <= now) {
    Connection& connection = connections_.all()[idle_.pop()];
    connection.offered = false;
    if (connection.state != State::open || connection.session->room() == 0) continue;
    const auto ticket = tickets_->next_due_before(now + 1);
    if (!ticket) return;
    // If it has room for more than this transaction, it has been free all the time.
    const auto still_free_since =
        connection.session->room() > 1 ? std::optional(connection.free_since) : std::nullopt;
    if (ticket->measured) {
      tally_.fell_due(ticket->scheduled);
      if (plan_.rate_steps.empty()) tally_.gaps.began(now);
      tally_.send_lag.record(now - std::max(ticket->scheduled, connection.free_since));
      tally_.found_all_busy += connection.free_since > ticket->scheduled ? 1 : 0;
    }
    begin(connection, *ticket);
    pump(connection);
    if (still_free_since) connection.free_since = *still_free_since;
  }
}

// Open loop: ends the transactions that fell due before `instant` and found no free connection.
void Worker::count_never_begun(std::uint64_t instant, Ending ending, std::string_view reason) {
  if (loop_ == Loop::partly_open) return count_sessions_never_begun(instant, ending, reason);
  while (const auto ticket = tickets_->next_due_before(instant)) {
    if (!ticket->measured) continue;
    tally_.fell_due(ticket->scheduled);
    tally_.never_begun(*ticket, ending, reason, clock_.now());
  }
}

}  // namespace backtalk::engine
