#include "uring/worker.hpp"

#include <sys/prctl.h>

#include <algorithm>
#include <limits>

#include "uring/probe.hpp"

namespace backtalk::uring {
namespace {

using State = Connection::State;
using session::Ending;

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kStopDrain = 1 * kSecond;  // after Ctrl-C
constexpr std::uint64_t kLeadMax = 100'000;
constexpr std::string_view kNoServer =
    "no session could be had for twice the timeout: the run ended before its count was reached";
constexpr std::string_view kFewerSessions =
    "some sessions never began: what was measured is that of fewer than -c asks for";
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

unsigned share(unsigned whole, unsigned parts, unsigned index) {
  return whole / parts + (index < whole % parts ? 1 : 0);
}

// No thread spends more than a quarter of its time on looking at the clock.
std::uint64_t lead_max(const ClientPlan& plan) {
  if (!plan.rate) return 0;
  const double mean_gap_ns = 1e9 * plan.threads / *plan.rate;
  return static_cast<std::uint64_t>(std::min(mean_gap_ns / 4, static_cast<double>(kLeadMax)));
}

}  // namespace

Worker::Worker(const ClientPlan& plan, const SessionFactory& make_session, RunState& state, unsigned index)
    : plan_(plan),
      state_(state),
      index_(index),
      tally_(plan.commands, &intervals_),
      connections_(plan, make_session, tally_, watch_, share(plan.connections, plan.threads, index)),
      free_(connections_.all().size()),
      gathering_(plan.batch_ns),
      lead_(lead_max(plan)),
      tick_ns_(std::clamp(plan.timeout_ns / 20, kMillisecond, 100 * kMillisecond)) {}

std::optional<std::string> Worker::prepare() {
  prctl(PR_SET_TIMERSLACK, 1UL);
  return connections_.prepare();
}

std::optional<std::string> Worker::run() {
  tickets_.emplace(plan_, state_, index_);
  ready_at_ = watch_.look();
  next_tick_ = watch_.now() + tick_ns_;
  next_interval_ = state_.measure_from + kSecond;
  while (!connections_.all_retired()) {
    connections_.open_more();
    dispatch_due();
    if (const int result = wait(); result < 0) return explain_enter_failure(-result);
    tick();
  }
  intervals_.roll(interval_);
  cost_.conclude(tally_, state_.measure_from, watch_.look());
  return std::nullopt;
}

// --- Waiting

// Answers are gathered in closed loop only. Not even those that come when the schedule of an open loop has
// ended: they are timed as they come.
int Worker::wait() {
  return plan_.rate ? wait_for_the_clock() : wait_for_answers();
}

int Worker::wait_for_answers() {
  const std::uint64_t receives_before = connections_.receives();
  send_what_there_is();
  const unsigned wanted = gathering_.wanted(connections_.live());
  const std::uint64_t wake = next_wake();
  const std::uint64_t wait_from = watch_.look();
  connections_.ring().wake_at(wanted > 1 ? std::min(wake, wait_from + plan_.batch_ns) : wake);
  const int result = connections_.ring().submit_and_wait(wanted);
  const std::uint64_t waited_ns = watch_.look() - wait_from;
  take_completions();
  gathering_.turned(watch_.now(), waited_ns, connections_.receives() - receives_before);
  return result;
}

// An open loop has to be awake when a transaction falls due.
int Worker::wait_for_the_clock() {
  send_what_there_is();
  const std::uint64_t wake = next_wake();
  const std::uint64_t set_for = wake - std::min(wake, lead_.ns());
  int result = 0;
  if (set_for > watch_.look()) {
    result = connections_.ring().submit_and_wait(1, set_for - watch_.now());
    const std::uint64_t woke = watch_.look();
    if (take_completions() > 0) return result;
    if (woke >= set_for) lead_.rang(woke - set_for);
  } else {
    connections_.ring().submit();
  }
  do {
    connections_.ring().poll();
  } while (take_completions() == 0 && watch_.look() < wake);
  return result;
}

// So that the completions of sends do not end the wait for answers.
void Worker::send_what_there_is() {
  connections_.ring().submit();
  take_completions();
}

unsigned Worker::take_completions() {
  const unsigned taken = connections_.ring().drain([this](const io_uring_cqe& cqe) {
    if (Connection* const connection = connections_.completed(cqe)) pump(*connection);
  });
  connections_.settle();
  return taken;
}

std::uint64_t Worker::next_wake() const {
  std::uint64_t wake = std::min({next_tick_, next_interval_, connections_.next_retry()});
  if (!cost_.measuring()) wake = std::min(wake, state_.measure_from);
  if (ending_since_ != 0) return std::min(wake, end_by_);
  if (tickets_->scheduled() && !free_.empty()) wake = std::min(wake, tickets_->next_due());
  if (state_.begin_until > watch_.now()) wake = std::min(wake, state_.begin_until);
  return wake;
}

// --- Beginning transactions

// Gives the session what it may begin, and sends what it has to say.
void Worker::pump(Connection& connection) {
  session::Session& session = *connection.session;
  if (session.ready()) saw_ready(connection);
  if (!session.over()) {
    if (tickets_->scheduled()) {
      offer(connection);
    } else {
      begin_now(connection);
    }
  }
  connections_.speak(connection);
}

void Worker::saw_ready(Connection& connection) {
  connection.was_ready = true;
  ready_at_ = watch_.now();
  if (!had_session_) state_.had_session.store(true, std::memory_order_relaxed);
  had_session_ = true;
}

void Worker::begin(Connection& connection, const session::Ticket& ticket) {
  ++connection.begun;
  tally_.started(ticket.measured);
  connection.session->begin(ticket);
}

// It has begun as many transactions as a connection may.
bool Worker::used_up(const Connection& connection) const {
  return plan_.per_connection > 0 && connection.begun >= plan_.per_connection;
}

void Worker::begin_now(Connection& connection) {
  session::Session& session = *connection.session;
  if (plan_.rate) {  // its schedule has ended
    session.finish();
    return;
  }
  while (session.room() > 0) {
    const auto ticket = used_up(connection) ? std::nullopt : tickets_->take(watch_.now());
    if (!ticket) {
      session.finish();
      return;
    }
    begin(connection, *ticket);
  }
}

// Open loop: a connection with room stands in line for what falls due.
void Worker::offer(Connection& connection) {
  if (connection.offered || connection.session->room() == 0) return;
  if (used_up(connection)) {
    connection.session->finish();
    return;
  }
  connection.offered = true;
  connection.free_since = watch_.now();
  free_.join(connection.slot);
}

void Worker::dispatch_due() {
  if (!tickets_->scheduled()) return;
  const std::uint64_t now = watch_.look();
  while (!free_.empty() && tickets_->next_due() <= now) {
    Connection& connection = connections_.all()[free_.leave()];
    connection.offered = false;
    if (connection.state != State::open || connection.session->room() == 0) continue;
    const auto ticket = tickets_->take_due_before(now + 1);
    if (!ticket) return;
    if (ticket->measured) tally_.send_lag.record(now - std::max(ticket->scheduled, connection.free_since));
    begin(connection, *ticket);
    pump(connection);
  }
}

// Open loop: what falls due before that and found no free connection ends so.
void Worker::never_begun_before(std::uint64_t instant, Ending ending, std::string_view reason) {
  while (const auto ticket = tickets_->take_due_before(instant)) {
    if (ticket->measured) tally_.never_begun(ending, reason, 1);
  }
}

// --- What happens now and then, and the end

void Worker::tick() {
  const std::uint64_t now = watch_.now();
  if (!cost_.measuring() && now >= state_.measure_from) cost_.begin(tally_);
  if (now >= next_interval_) {
    intervals_.roll(interval_);
    interval_ = (now - state_.measure_from) / kSecond;
    next_interval_ = state_.measure_from + (interval_ + 1) * kSecond;
  }
  if (ending_since_ == 0) {
    if (is_hopeless()) {
      tally_.note(kNoServer);
      state_.stop(now);
    }
    if (tickets_->all_begun(now)) end_load();
  } else {
    // Who stops a run that is ending waits no longer than who stops it before.
    const std::uint64_t stop = state_.stop_at.load(std::memory_order_relaxed);
    if (stop != 0 && end_by_ != kNever) end_by_ = std::min(end_by_, stop + kStopDrain);
    if (now >= end_by_) give_up();
  }
  if (now >= next_tick_) look_around();
  if (now >= connections_.next_retry()) connections_.look_for_timeouts();
  connections_.settle();
}

void Worker::look_around() {
  const std::uint64_t now = watch_.now();
  next_tick_ = now + tick_ns_;
  if (now > plan_.timeout_ns) never_begun_before(now - plan_.timeout_ns, Ending::failed, "timeout");
  connections_.look_for_timeouts();
  if (ending_since_ == 0 || now <= ending_since_ + kStopDrain) return;
  // Leave-taking and handshakes that nobody needs any more are not waited for as transactions are.
  for (Connection& connection : connections_.all()) {
    if (connection.state == State::open && !connection.session->ready())
      connections_.end(connection, Ending::unfinished, {});
  }
}

// A closed loop with a count and no duration would go on for ever where no thread can have a session.
bool Worker::is_hopeless() {
  if (plan_.duration_ns != 0 || plan_.rate) return false;
  if (ready_at_ > state_.ready_at.load(std::memory_order_relaxed))
    state_.ready_at.store(ready_at_, std::memory_order_relaxed);
  const std::uint64_t ready_at = state_.ready_at.load(std::memory_order_relaxed);
  return watch_.now() > ready_at && watch_.now() - ready_at > 2 * plan_.timeout_ns;
}

// Nothing remains to be begun: every session takes its leave when its transactions are answered.
void Worker::end_load() {
  const std::uint64_t now = watch_.now();
  ending_since_ = now;
  end_by_ = now + (state_.stop_at.load(std::memory_order_relaxed) != 0 ? kStopDrain : plan_.drain_ns);
  cost_.end_of_load(now);
  never_begun_before(now, Ending::unfinished, {});  // what found no free connection to the very end
  tickets_->drop_schedule();
  // A count may be reached, or the run be interrupted, before all have begun: that is no wonder.
  const bool fewer = std::ranges::any_of(connections_.all(), [](const auto& one) { return !one.was_ready; });
  const bool all_the_time = plan_.duration_ns != 0 && now >= state_.begin_until;
  if (all_the_time && fewer && state_.had_session.load(std::memory_order_relaxed))
    tally_.note(kFewerSessions);
  connections_.open_no_more();
  for (Connection& connection : connections_.all()) {
    if (connection.state != State::open) continue;
    connection.session->finish();
    if (!connection.socket.sending()) pump(connection);
  }
}

void Worker::give_up() {
  for (Connection& connection : connections_.all()) {
    if (connection.state == State::open) connections_.end(connection, Ending::unfinished, {});
  }
  end_by_ = kNever;
}

}  // namespace backtalk::uring
