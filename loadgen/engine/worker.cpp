// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/worker.hpp"

#include <sys/prctl.h>

#include <algorithm>
#include <limits>

#include "net/probe.hpp"

namespace backtalk::engine {
namespace {

using State = Connection::State;
using session::Ending;

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kStopDrain = 1 * kSecond;       // after Ctrl-C
constexpr std::uint64_t kRefusedMax = 3 * kSecond;      // of nothing but refusals, before there was a session
constexpr std::uint64_t kStartLook = 1 * kMillisecond;  // between two looks whether the clock has started
// Part of the timeout without another session that is ready: the server takes no more of them.
constexpr std::uint64_t kStalledPart = 4;
constexpr std::uint64_t kLostAttempts = 3;
constexpr std::uint64_t kLeadMax = 100'000;
constexpr std::string_view kNoServer =
    "no session could be had for twice the timeout: the run ended before its count was reached";
constexpr std::string_view kNoSession = "no session could be had within --timeout: the run did not begin";
constexpr std::string_view kNothingListens = "no connection could be opened: the run did not begin";
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

unsigned share(unsigned whole, unsigned parts, unsigned index) {
  return whole / parts + (index < whole % parts ? 1 : 0);
}

// How much those before it have.
unsigned shares_before(unsigned whole, unsigned parts, unsigned index) {
  return whole / parts * index + std::min(index, whole % parts);
}

// No thread spends more than a quarter of its time on looking at the clock.
std::uint64_t lead_max(const ClientPlan& plan) {
  if (!plan.rate) return 0;
  const double mean_gap_ns = 1e9 * plan.threads / *plan.rate;
  return static_cast<std::uint64_t>(std::min(mean_gap_ns / 4, static_cast<double>(kLeadMax)));
}

}  // namespace

Worker::Worker(const ClientPlan& plan, const session::SessionFactory& make_session, RunState& state,
               unsigned index)
    : plan_(plan),
      state_(state),
      index_(index),
      tally_(plan.commands, plan.statuses, &intervals_),
      connections_(plan, make_session, tally_, watch_, shares_before(plan.connections, plan.threads, index),
                   share(plan.connections, plan.threads, index)),
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
  ready_at_ = opening_since_ = watch_.look();
  next_tick_ = watch_.now() + tick_ns_;
  if (auto problem = open_sessions()) return problem;
  start_clock();
  while (!connections_.all_retired()) {
    connections_.open_more(due_to_open());
    dispatch_due();
    if (const int result = wait(); result < 0) return net::explain_enter_failure(-result);
    tick();
  }
  intervals_.roll(interval_);
  cost_.conclude(tally_, state_.measure_from);
  return std::nullopt;
}

// --- Before the clock starts

// Until all threads have opened their sessions. Nothing is begun in them meanwhile.
std::optional<std::string> Worker::open_sessions() {
  while (!state_.started.load(std::memory_order_acquire)) {
    if (!said_opened_ && opening_is_over()) {
      say_opened();
      continue;
    }
    if (plan_.ramp_ns == 0) connections_.open_more(connections_.count());
    send_what_there_is();
    const std::uint64_t wake = std::min(next_tick_, connections_.next_retry());
    connections_.ring().wake_at(said_opened_ ? std::min(wake, watch_.look() + kStartLook) : wake);
    if (const int result = connections_.ring().submit_and_wait(1); result < 0)
      return net::explain_enter_failure(-result);
    watch_.look();
    take_completions();
    if (watch_.now() < next_tick_ && watch_.now() < connections_.next_retry()) continue;
    if (watch_.now() >= next_tick_) next_tick_ = watch_.now() + tick_ns_;
    connections_.look_for_timeouts();
    connections_.settle();
  }
  return std::nullopt;
}

void Worker::say_opened() {
  if (said_opened_) return;
  said_opened_ = true;
  state_.opened(net::now_ns(), plan_.warmup_ns, plan_.duration_ns);
}

// All sessions are ready; or the server takes no more of them; or the run need not begin at all.
bool Worker::opening_is_over() {
  if (plan_.ramp_ns > 0 || sessions_had_ == connections_.count()) return true;
  if (state_.stop_at.load(std::memory_order_relaxed) != 0) return true;
  const std::uint64_t waited = watch_.now() - opening_since_;
  if (is_refused() && waited > std::min(plan_.timeout_ns, kRefusedMax)) return true;
  if (sessions_had_ > 0 && watch_.now() - new_ready_at_ > plan_.timeout_ns / kStalledPart) return true;
  if (waited <= plan_.timeout_ns) return false;
  return !is_greeted_slowly() || waited > kHandshakeAnswers * plan_.timeout_ns;
}

bool Worker::is_refused() const {
  return tally_.connections_opened == 0 && tally_.connections_failed > 0 &&
         !state_.had_session.load(std::memory_order_relaxed);
}

// Some handshake has been answered in part and is still under way.
bool Worker::is_greeted_slowly() {
  return std::ranges::any_of(connections_.all(), [](const Connection& one) {
    return one.state == State::open && one.heard && !one.session->ready() && !one.session->over();
  });
}

// Ends a run that no thread has a session for.
void Worker::give_up_without_session() {
  if (plan_.ramp_ns > 0 || state_.had_session.load(std::memory_order_relaxed)) return;
  if (state_.stop_at.load(std::memory_order_relaxed) != 0) return;
  tally_.note(tally_.connections_opened == 0 ? kNothingListens : kNoSession);
  state_.stop(watch_.now());
}

void Worker::start_clock() {
  const std::uint64_t now = watch_.look();
  tickets_.emplace(plan_, state_, index_);
  give_up_without_session();
  if (plan_.rate) {
    tally_.planned_end = tickets_->planned_end();
    tally_.middle = state_.measure_from + (tally_.planned_end - state_.measure_from) / 2;
  }
  next_interval_ = state_.measure_from + kSecond;
  ready_at_ = now;
  tally_.sessions_at_start = count_ready();
  if (now >= state_.measure_from) begin_measuring();
  for (Connection& connection : connections_.all()) {
    if (connection.state != State::open || !connection.session->ready()) continue;
    pump(connection);
    connection.free_since = 0;  // it had room before anything fell due
  }
}

// How many of the connections are to have been opened by now. With --ramp the run's connections, counted over
// all threads, are opened at equal distances.
std::size_t Worker::due_to_open() const {
  if (plan_.ramp_ns == 0) return connections_.count();
  const std::uint64_t since = watch_.now() - std::min(watch_.now(), state_.measure_from - plan_.warmup_ns);
  if (since >= plan_.ramp_ns) return connections_.count();
  const double whole = static_cast<double>(since) / static_cast<double>(plan_.ramp_ns) * plan_.connections;
  const auto reached = static_cast<std::size_t>(whole);
  return reached < index_ ? 0 : (reached - index_) / plan_.threads + 1;
}

std::uint64_t Worker::next_opening() const {
  const std::size_t next = connections_.begun_to_open();
  if (plan_.ramp_ns == 0 || next == connections_.count() || !connections_.may_open_more()) return kNever;
  const double part = static_cast<double>(next * plan_.threads + index_) / plan_.connections;
  const auto since = static_cast<std::uint64_t>(part * static_cast<double>(plan_.ramp_ns));
  return state_.measure_from - plan_.warmup_ns + since + 1;
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
  const unsigned batch = batch_size_.wanted(connections_.live());
  const unsigned wanted = batch_trial_.batched() ? batch : 1;
  const std::uint64_t wake = next_wake();
  const std::uint64_t wait_from = watch_.look();
  connections_.ring().wake_at(wanted > 1 ? std::min(wake, wait_from + plan_.batch_ns) : wake);
  const int result = connections_.ring().submit_and_wait(wanted);
  const std::uint64_t waited_ns = watch_.look() - wait_from;
  take_completions();
  const std::uint64_t answers = connections_.receives() - receives_before;
  tally_.batched_waits += wanted > 1 ? 1 : 0;
  batch_size_.turned(watch_.now(), waited_ns, wanted, answers);
  batch_trial_.turned(watch_.now(), answers, connections_.live(), batch > 1);
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
  wake = std::min(wake, next_opening());
  if (tickets_->scheduled() && !idle_.empty()) wake = std::min(wake, tickets_->next_due());
  if (state_.begin_until > watch_.now()) wake = std::min(wake, state_.begin_until);
  return wake;
}

// --- Beginning transactions

// Gives the session what it may begin, and sends what it has to say.
void Worker::pump(Connection& connection) {
  session::Session& session = *connection.session;
  if (session.ready()) saw_ready(connection);
  if (tickets_ && !session.over()) {
    if (tickets_->scheduled()) {
      offer(connection);
    } else {
      begin_now(connection);
    }
  }
  connections_.speak(connection);
}

void Worker::saw_ready(Connection& connection) {
  if (!connection.was_ready) {
    connection.was_ready = true;
    ++sessions_had_;
    new_ready_at_ = watch_.now();
  }
  ready_at_ = watch_.now();
  attempts_at_ready_ = attempts();
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

// Open loop: a connection with room waits for what falls due.
void Worker::offer(Connection& connection) {
  if (connection.offered || connection.session->room() == 0) return;
  if (used_up(connection)) {
    connection.session->finish();
    return;
  }
  connection.offered = true;
  connection.free_since = watch_.now();
  idle_.push(connection.slot);
}

void Worker::dispatch_due() {
  if (!tickets_->scheduled()) return;
  const std::uint64_t now = watch_.look();
  while (!idle_.empty() && tickets_->next_due() <= now) {
    Connection& connection = connections_.all()[idle_.pop()];
    connection.offered = false;
    if (connection.state != State::open || connection.session->room() == 0) continue;
    const auto ticket = tickets_->take_due_before(now + 1);
    if (!ticket) return;
    // It had room all the time if it has room for more than this one.
    const auto still_free_since =
        connection.session->room() > 1 ? std::optional(connection.free_since) : std::nullopt;
    if (ticket->measured) {
      tally_.fell_due(ticket->scheduled);
      tally_.send_lag.record(now - std::max(ticket->scheduled, connection.free_since));
      tally_.found_all_busy += connection.free_since > ticket->scheduled ? 1 : 0;
    }
    begin(connection, *ticket);
    pump(connection);
    if (still_free_since) connection.free_since = *still_free_since;
  }
}

// Open loop: what falls due before that and found no free connection ends so.
void Worker::never_begun_before(std::uint64_t instant, Ending ending, std::string_view reason) {
  while (const auto ticket = tickets_->take_due_before(instant)) {
    if (!ticket->measured) continue;
    tally_.fell_due(ticket->scheduled);
    tally_.never_begun(ending, reason, 1);
  }
}

// --- What happens now and then, and the end

void Worker::tick() {
  const std::uint64_t now = watch_.now();
  if (!cost_.measuring() && now >= state_.measure_from) begin_measuring();
  watch_connections();
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
    // Ctrl-C during the drain shortens it to kStopDrain, too.
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
  if (now > plan_.timeout_ns)
    never_begun_before(now - plan_.timeout_ns, Ending::failed, "no-free-connection");
  connections_.look_for_timeouts();
  if (ending_since_ == 0 || now <= ending_since_ + kStopDrain) return;
  // The reply to a QUIT or to a handshake that nobody needs any more is not waited for as transactions are.
  for (Connection& connection : connections_.all()) {
    if (connection.state != State::open || connection.session->ready()) continue;
    if (now > connection.session->waiting_since() + kStopDrain)
      connections_.end(connection, Ending::unfinished, {});
  }
}

// How long the server was there: some connection was open.
void Worker::watch_connections() {
  if (!cost_.measuring() || ending_since_ != 0) return;
  const bool connected = connections_.live() > 0;
  if (connected == (connected_since_ != 0)) return;
  if (!connected) tally_.connected_ns += watch_.now() - connected_since_;
  connected_since_ = connected ? watch_.now() : 0;
}

std::size_t Worker::count_ready() {
  return static_cast<std::size_t>(std::ranges::count_if(connections_.all(), [](const Connection& one) {
    return one.state == State::open && one.session->ready();
  }));
}

// Sessions count as lost if more attempts than there are connections brought none: a client that reconnects
// after each transaction has none for a moment, too.
void Worker::count_sessions_at_end() {
  tally_.sessions_had = sessions_had_;
  tally_.sessions_at_end = count_ready();
  tally_.lost_sessions =
      tally_.sessions_at_end == 0 && sessions_had_ > 0 &&
      attempts() - attempts_at_ready_ > std::max<std::uint64_t>(connections_.count(), kLostAttempts);
}

void Worker::begin_measuring() {
  cost_.begin(tally_);
  watch_connections();
}

// A closed loop with a count and no duration would never end if no thread could have a session.
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
  count_sessions_at_end();
  tally_.silent_ns = now - std::clamp(tally_.last_end, std::min(state_.measure_from, now), now);
  if (connected_since_ != 0) tally_.connected_ns += now - connected_since_;
  ending_since_ = now;
  end_by_ = now + (state_.stop_at.load(std::memory_order_relaxed) != 0 ? kStopDrain : plan_.drain_ns);
  cost_.end_of_load(now);
  never_begun_before(now, Ending::unfinished, {});  // what found no free connection to the very end
  tickets_->drop_schedule();
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

}  // namespace backtalk::engine
