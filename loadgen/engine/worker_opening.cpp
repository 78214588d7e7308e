// SPDX-License-Identifier: Apache-2.0 OR MIT
// Before the clock starts: a worker opens its sessions.
#include <algorithm>
#include <limits>

#include "engine/worker.hpp"
#include "net/probe.hpp"

namespace backtalk::engine {
namespace {

using State = Connection::State;

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();
// How long nothing but refusals is tolerated before the first session.
constexpr std::uint64_t kRefusedMax = 3 * kSecond;
// Interval at which a waiting thread checks whether the clock has started.
constexpr std::uint64_t kStartPoll = 1 * kMillisecond;
// If no further session becomes ready for this part of the timeout, the server accepts no more.
constexpr std::uint64_t kStalledPart = 4;
// When the clock starts, all sessions have something to send: this many have it in memory.
constexpr unsigned kSentAtOnce = 256;
constexpr std::string_view kNoSession = "no session could be opened within --timeout: the run did not begin";
constexpr std::string_view kNothingListens = "no connection could be opened: the run did not begin";

}  // namespace

// Runs until all threads have opened their sessions and the clock starts. No transaction begins
// before that.
std::optional<std::string> Worker::open_sessions() {
  while (!state_.begun(clock_.now())) {
    if (!reported_opened_ && opening_is_over()) {
      report_opened();
      clock_.refresh();
      continue;
    }
    if (opens_before_clock()) connections_.open_more(connections_.count());
    flush_output();
    const std::uint64_t wake = std::min(
        {next_tick_, connections_.next_retry(), connections_.next_wake(), connections_.next_growth()});
    const bool clock_is_set = state_.started.load(std::memory_order_acquire);
    const std::uint64_t check_at = clock_is_set ? state_.begins_at : clock_.refresh() + kStartPoll;
    connections_.ring().wake_at(reported_opened_ ? std::min(wake, check_at) : wake);
    if (const int result = connections_.ring().submit_and_wait(1); result < 0)
      return net::explain_enter_failure(-result);
    clock_.refresh();
    reap_completions();
    wake_sessions();
    if (clock_.now() < next_tick_ && clock_.now() < connections_.next_retry()) continue;
    if (clock_.now() >= next_tick_) next_tick_ = clock_.now() + tick_ns_;
    set_gauges();
    connections_.check_timeouts();
    connections_.settle();
    tell_failure();
  }
  return std::nullopt;
}

// As long as there is no session, others may want to know why.
void Worker::tell_failure() {
  if (had_session_ || told_failure_ || tally_.errors.all().empty()) return;
  told_failure_ = true;
  const std::string_view name = tally_.errors.all().front().name;
  const auto example = std::ranges::find(tally_.examples.all(), name, &stats::Example::name);
  state_.failure.tell(name, example != tally_.examples.all().end() ? std::string_view(example->text) : "");
}

void Worker::report_opened() {
  if (reported_opened_) return;
  reported_opened_ = true;
  state_.opened(net::now_ns(), plan_.warmup_ns, plan_.duration_ns);
}

// True if all sessions are ready, if the server accepts no more of them, or if there is no need to
// wait for them.
bool Worker::opening_is_over() {
  if (!opens_before_clock() || sessions_had_ == connections_.count()) return true;
  if (state_.stop_at.load(std::memory_order_relaxed) != 0) return true;
  const std::uint64_t waited = clock_.now() - opening_since_;
  if (is_refused() && waited > std::min(plan_.timeout_ns, kRefusedMax)) return true;
  if (sessions_had_ > 0 && clock_.now() - new_ready_at_ > plan_.timeout_ns / kStalledPart) return true;
  if (waited <= plan_.timeout_ns) return false;
  return !is_greeted_slowly() || waited > kHandshakeAnswers * plan_.timeout_ns;
}

bool Worker::is_refused() const {
  return tally_.connections_opened == 0 && tally_.connections_failed > 0 &&
         !state_.had_session.load(std::memory_order_relaxed);
}

// True if some handshake has been answered in part and is still under way.
bool Worker::is_greeted_slowly() {
  return std::ranges::any_of(connections_.all(), [](const Connection& one) {
    if (one.state == State::securing) return one.heard;
    return one.state == State::open && one.heard && !one.session->ready() && !one.session->over();
  });
}

// Ends the run if no thread has a session.
void Worker::stop_without_session() {
  if (!opens_before_clock() || state_.had_session.load(std::memory_order_relaxed)) return;
  if (state_.stop_at.load(std::memory_order_relaxed) != 0) return;
  tally_.note(tally_.connections_opened == 0 ? kNothingListens : kNoSession);
  state_.stop(clock_.now());
}

void Worker::start_clock() {
  const std::uint64_t now = clock_.refresh();
  state_.saw_start(now);
  tickets_.emplace(plan_, state_, index_);
  stop_without_session();
  if (loop_ == Loop::partly_open) await_sessions();
  if (loop_ == Loop::open) {
    tally_.planned_end = tickets_->planned_end();
    tally_.middle = state_.measure_from + (tally_.planned_end - state_.measure_from) / 2;
  }
  intervals_.start(state_.measure_from, plan_.series.interval_ns);
  tally_.batches.start(state_.measure_from, plan_.duration_ns);
  tally_.stages.start(state_.measure_from, plan_.stages);
  if (const auto rate = plan_.clocked_rate()) tally_.gaps.start(*rate / (plan_.threads * plan_.share.parts));
  ready_at_ = now;
  tally_.sessions_at_start = count_ready();
  if (now >= state_.measure_from) begin_measuring();
  unsigned sent = 0;
  for (Connection& connection : connections_.all()) {
    if (connection.state != State::open || !connection.session->ready()) continue;
    pump(connection);
    connection.free_since = 0;  // it had room before anything fell due
    if (++sent % kSentAtOnce == 0) flush_output();
  }
}

// How many of this thread's connections should have been opened by now. With --ramp the run's
// connections, counted over all threads, are opened at equal intervals.
std::size_t Worker::due_to_open() const {
  if (loop_ == Loop::partly_open) return 0;
  if (plan_.ramp_ns == 0) return connections_.count();
  const std::uint64_t since = clock_.now() - std::min(clock_.now(), state_.measure_from - plan_.warmup_ns);
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

}  // namespace backtalk::engine
