#include "uring/worker.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>

#include "uring/clock.hpp"

namespace backtalk::uring {
namespace {

using State = Connection::State;
using session::Ending;

constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint64_t kBackoffMin = 10 * kMillisecond;
constexpr std::uint64_t kBackoffMax = 1 * kSecond;
constexpr std::uint64_t kStopDrain = 1 * kSecond;  // after Ctrl-C
constexpr unsigned kHandshakesMax = 64;            // at once, when the run begins: listen queues are short
constexpr unsigned kRingEntries = 4096;
constexpr unsigned kGatherConnectionsMin = 4;  // fewer have nothing to gather
constexpr int kBufferGroup = 0;
constexpr std::string_view kNoServer =
    "no session could be had for twice the timeout: the run ended before its count was reached";
constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

std::string_view connect_failure(int error) {
  switch (error) {
    case ECONNREFUSED: return "connect-refused";
    case ETIMEDOUT: return "connect-timeout";
    case ENETUNREACH:
    case EHOSTUNREACH: return "connect-unreachable";
    case EADDRNOTAVAIL: return "connect-no-ports-left";
    case ENOENT: return "connect-no-such-socket";
    case EACCES:
    case EPERM: return "connect-not-permitted";
    case EAGAIN: return "connect-queue-full";
    case EMFILE:
    case ENFILE: return "connect-too-many-files";
    case ECONNRESET: return "connect-reset";
    default: return "connect-failed";
  }
}

std::string_view transfer_failure(int error) {
  switch (error) {
    case ECONNRESET: return "reset";
    case EPIPE: return "closed";
    case ETIMEDOUT: return "timeout";
    default: return "transfer-failed";
  }
}

unsigned share(unsigned whole, unsigned parts, unsigned index) {
  return whole / parts + (index < whole % parts ? 1 : 0);
}

}  // namespace

Worker::Worker(const ClientPlan& plan, const SessionFactory& make_session, RunState& state, unsigned index)
    : plan_(plan),
      make_session_(make_session),
      state_(state),
      index_(index),
      tally_(plan.commands, &intervals_),
      connections_(share(plan.connections, plan.threads, index)),
      free_(connections_.size()) {}

// --- The loop

std::optional<std::string> Worker::run() {
  prctl(PR_SET_TIMERSLACK, 1UL);
  if (auto problem = ring_.open(kRingEntries)) return problem;
  const auto buffers = static_cast<unsigned>(
      std::bit_ceil(std::clamp(connections_.size() * 2, std::size_t{64}, std::size_t{2048})));
  if (const int result = buffers_.open(ring_, kBufferGroup, buffers, plan_.receive_octets); result < 0) {
    return fmt::format("io_uring refuses {} receive buffers: {}", buffers, std::strerror(-result));
  }
  for (std::uint32_t slot = 0; slot < connections_.size(); ++slot) {
    Connection& connection = connections_[slot];
    connection.slot = slot;
    connection.session = make_session_(tally_);
    connection.output.resize(plan_.send_octets);
  }
  if (plan_.rate) {
    schedule_.emplace(
        stats::ArrivalPlan{.rate_per_s = *plan_.rate,
                           .arrival = plan_.poisson ? stats::Arrival::poisson : stats::Arrival::constant,
                           .threads = plan_.threads,
                           .thread_index = index_,
                           .start_ns = state_.measure_from - plan_.warmup_ns,
                           .seed = plan_.seed});
  }
  now_ = ready_at_ = now_ns();
  tick_ns_ = std::clamp(plan_.timeout_ns / 20, kMillisecond, 100 * kMillisecond);
  next_tick_ = now_ + tick_ns_;
  next_interval_ = state_.measure_from + kSecond;
  while (retired_ < connections_.size()) {
    open_more();
    dispatch_due();
    ring_.submit();
    ring_.drain([this](const io_uring_cqe& cqe) { handle(cqe); });  // of sends
    wait();
    tick();
  }
  wind_up();
  return std::nullopt;
}

// An open loop has to be awake when a transaction falls due. A closed loop answers to replies, and to an
// alarm.
void Worker::wait() {
  now_ = now_ns();
  const std::uint64_t before = now_;
  const std::uint64_t wake = next_wake();
  if (schedule_) {
    ring_.submit_and_wait(1, wake > now_ ? wake - now_ : 0);
  } else {
    const bool gather = gathering_pays();
    ring_.wake_at(gather ? std::min(wake, now_ + plan_.batch_ns) : wake);
    ring_.submit_and_wait(gather ? live_ / 2 : 1);
  }
  now_ = now_ns();
  receives_ = 0;
  ring_.drain([this](const io_uring_cqe& cqe) { handle(cqe); });
  if (plan_.rate) return;
  constexpr std::uint64_t kWeight = 8;
  // No larger than what rules gathering out, so that one long wait does not rule it out for long.
  const std::uint64_t gap = std::min((now_ - before) / std::max(receives_, 1U), plan_.batch_ns);
  reply_gap_ns_ = (reply_gap_ns_ * (kWeight - 1) + gap) / kWeight;
}

// Waking up costs more than handling a reply. Where replies follow each other closely it is done once for
// half of the connections; `batch_ns` is what a reply may have to wait for the others, a fifth of it what is
// expected. Never in open loop, not even when its schedule has ended: its answers are timed as they come.
bool Worker::gathering_pays() const {
  return !plan_.rate && plan_.batch_ns > 0 && live_ >= kGatherConnectionsMin &&
         reply_gap_ns_ * (live_ / 2) <= plan_.batch_ns / 5;
}

void Worker::handle(const io_uring_cqe& cqe) {
  const Tag tag = Tag::unpack(cqe.user_data);
  Connection& connection = connections_[tag.slot];
  switch (static_cast<Operation>(tag.operation)) {
    case Operation::connect: opened(connection, cqe.res); break;
    case Operation::receive: received(connection, cqe); break;
    case Operation::send: sent(connection, cqe.res); break;
    case Operation::cancel: connection.cancel_pending = false; break;
  }
  if (connection.state == State::closing && !connection.has_operations()) release(connection);
}

std::uint64_t Worker::next_wake() const {
  std::uint64_t wake = next_tick_;
  if (!measuring_) wake = std::min(wake, state_.measure_from);
  wake = std::min(wake, next_interval_);
  if (schedule_ && free_count_ > 0) wake = std::min(wake, schedule_->next());
  if (end_by_ == 0 && state_.begin_until > now_) wake = std::min(wake, state_.begin_until);
  if (end_by_ != 0) wake = std::min(wake, end_by_);
  return wake;
}

void Worker::tick() {
  if (!measuring_ && now_ >= state_.measure_from) mark_measuring();
  if (now_ >= next_interval_) {
    intervals_.roll(interval_);
    interval_ = (now_ - state_.measure_from) / kSecond;
    next_interval_ = state_.measure_from + (interval_ + 1) * kSecond;
  }
  if (!ending_) check_end();
  // Who stops a run that is ending waits no longer than who stops it before.
  const std::uint64_t stop = state_.stop_at.load(std::memory_order_relaxed);
  if (ending_ && stop != 0 && end_by_ != kNever) end_by_ = std::min(end_by_, stop + kStopDrain);
  if (ending_ && now_ >= end_by_) give_up();
  if (now_ < next_tick_) return;
  next_tick_ = now_ + tick_ns_;
  retire_overdue();
  look_for_timeouts();
}

void Worker::mark_measuring() {
  measuring_ = true;
  cpu_before_ = thread_cpu_ns();
  run_delay_before_ = thread_run_delay_ns();
  sent_before_ = tally_.bytes_sent;
  received_before_ = tally_.bytes_received;
}

void Worker::mark_ending() {
  ending_ = true;
  ending_since_ = now_;
  cpu_at_end_ = thread_cpu_ns();
  run_delay_at_end_ = thread_run_delay_ns();
}

void Worker::wind_up() {
  intervals_.roll(interval_);
  now_ = now_ns();
  if (!measuring_) {  // it was stopped in its warm-up
    tally_.bytes_sent = tally_.bytes_received = 0;
    return;
  }
  tally_.wall_ns = now_ - state_.measure_from;
  tally_.cpu_ns = thread_cpu_ns() - cpu_before_;
  tally_.run_delay_ns = thread_run_delay_ns() - run_delay_before_;
  tally_.bytes_sent -= sent_before_;
  tally_.bytes_received -= received_before_;
  // Shares of the time in which there was load to generate: waiting for the last answers would dilute them.
  if (ending_since_ <= state_.measure_from) return;
  const auto wall = static_cast<double>(ending_since_ - state_.measure_from);
  tally_.busy_max = static_cast<double>(cpu_at_end_ - cpu_before_) / wall;
  tally_.delayed_max = static_cast<double>(run_delay_at_end_ - run_delay_before_) / wall;
}

// --- The life of a connection

void Worker::mark(io_uring_sqe* sqe, const Connection& connection, Operation operation) {
  sqe->user_data = Tag{static_cast<std::uint8_t>(operation), connection.slot}.pack();
}

// When the run begins connections are opened only as fast as the server takes them on.
void Worker::open_more() {
  while (!ending_ && next_to_open_ < connections_.size() && shaking_hands_ < kHandshakesMax) {
    ++shaking_hands_;
    open(connections_[next_to_open_++]);
  }
}

void Worker::open(Connection& connection) {
  const int descriptor = socket(plan_.target.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  connection.since = now_;
  connection.state = State::connecting;
  connection.descriptor = descriptor;
  if (descriptor < 0) {
    opened(connection, -errno);
    return;
  }
  if (plan_.target.family() != AF_UNIX) {
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  io_uring_sqe* sqe = ring_.entry();
  io_uring_prep_connect(sqe, descriptor, plan_.target.get(), plan_.target.octets);
  mark(sqe, connection, Operation::connect);
  connection.connect_pending = true;
}

void Worker::opened(Connection& connection, int result) {
  connection.connect_pending = false;
  if (connection.state != State::connecting) return;
  if (result < 0) {
    ++tally_.connections_failed;
    tally_.errors.add(connect_failure(-result));
    close(connection);
    return;
  }
  ++tally_.connections_opened;
  now_ = now_ns();
  tally_.connect.record(now_ - connection.since);
  ++live_;
  connection.state = State::open;
  connection.begun = 0;
  connection.output_at = connection.output_end = 0;
  connection.session->restart(now_);
  arm_receive(connection);
  pump(connection);
}

void Worker::arm_receive(Connection& connection) {
  io_uring_sqe* sqe = ring_.entry();
  io_uring_prep_recv_multishot(sqe, connection.descriptor, nullptr, 0, 0);
  sqe->flags |= IOSQE_BUFFER_SELECT;
  sqe->buf_group = kBufferGroup;
  sqe->ioprio |= IORING_RECVSEND_POLL_FIRST;
  mark(sqe, connection, Operation::receive);
  connection.receiving = true;
}

void Worker::received(Connection& connection, const io_uring_cqe& cqe) {
  ++receives_;
  if ((cqe.flags & IORING_CQE_F_MORE) == 0) connection.receiving = false;
  const bool has_buffer = (cqe.flags & IORING_CQE_F_BUFFER) != 0;
  const unsigned buffer = cqe.flags >> IORING_CQE_BUFFER_SHIFT;
  if (connection.state == State::open) {
    if (cqe.res > 0) {
      now_ = now_ns();
      tally_.bytes_received += static_cast<std::uint64_t>(cqe.res);
      connection.session->consume(buffers_.view(buffer, static_cast<std::size_t>(cqe.res)), now_);
      if (plan_.quick_ack) {
        const int on = 1;
        setsockopt(connection.descriptor, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
      }
      if (!connection.receiving && !connection.session->over()) arm_receive(connection);
      pump(connection);
    } else if (cqe.res == -ENOBUFS) {
      arm_receive(connection);
    } else {
      fail(connection, cqe.res == 0 ? "closed" : transfer_failure(-cqe.res));
    }
  }
  if (has_buffer) buffers_.recycle(buffer);
}

void Worker::sent(Connection& connection, int result) {
  connection.sending = false;
  if (connection.state != State::open) return;
  if (result < 0) {
    // What the server said before it closed may still be on its way in: the receive tells how it ended.
    if (!connection.receiving || (result != -EPIPE && result != -ECONNRESET))
      fail(connection, transfer_failure(-result));
    return;
  }
  tally_.bytes_sent += static_cast<std::uint64_t>(result);
  connection.output_at += static_cast<std::size_t>(result);
  if (connection.output_at < connection.output_end) {
    start_send(connection);
  } else {
    pump(connection);
  }
}

void Worker::start_send(Connection& connection) {
  io_uring_sqe* sqe = ring_.entry();
  io_uring_prep_send(sqe, connection.descriptor, connection.output.data() + connection.output_at,
                     connection.output_end - connection.output_at, MSG_NOSIGNAL);
  mark(sqe, connection, Operation::send);
  connection.sending = true;
  connection.since = now_;
}

// Gives the session what it may begin, sends what it has to say, and closes when it is over.
void Worker::pump(Connection& connection) {
  session::Session& session = *connection.session;
  if (session.ready()) ready_at_ = now_;
  if (connection.first_time && (session.ready() || session.over())) {
    connection.first_time = false;
    --shaking_hands_;
  }
  if (ending_ && !schedule_) session.finish();
  if (!session.over()) {
    if (schedule_) {
      offer(connection);
    } else {
      begin_closed_loop(connection);
    }
    if (!connection.sending) {
      const std::size_t octets = session.produce(connection.output, now_);
      connection.output_at = 0;
      connection.output_end = octets;
      if (octets > 0) start_send(connection);
    }
  }
  if (session.over()) close(connection);
}

void Worker::fail(Connection& connection, std::string_view reason) {
  connection.session->end(Ending::failed, reason, now_);
  close(connection);
}

void Worker::close(Connection& connection) {
  if (connection.state == State::open) --live_;
  if (connection.first_time) {
    connection.first_time = false;
    --shaking_hands_;
  }
  connection.state = State::closing;
  if (connection.has_operations() && !connection.cancel_pending) {
    io_uring_sqe* sqe = ring_.entry();
    if (connection.receiving && !connection.sending && !connection.connect_pending) {
      // By its tag the kernel finds one operation at once; by the descriptor it looks at all there are.
      const Tag tag{static_cast<std::uint8_t>(Operation::receive), connection.slot};
      io_uring_prep_cancel64(sqe, tag.pack(), 0);
    } else {
      io_uring_prep_cancel_fd(sqe, connection.descriptor, IORING_ASYNC_CANCEL_ALL);
    }
    mark(sqe, connection, Operation::cancel);
    connection.cancel_pending = true;
    return;
  }
  if (!connection.has_operations()) release(connection);
}

// Nothing of the connection is with the kernel any more: its descriptor goes, and it may be opened again.
void Worker::release(Connection& connection) {
  if (connection.descriptor >= 0) ::close(connection.descriptor);
  connection.descriptor = -1;
  if (ending_) {
    connection.state = State::retired;
    ++retired_;
    return;
  }
  connection.state = State::down;
  if (connection.begun > 0) {
    connection.backoff_ns = 0;
    connection.begun = 0;
    open(connection);
    return;
  }
  connection.backoff_ns = std::clamp(connection.backoff_ns * 2, kBackoffMin, kBackoffMax);
  connection.retry_at = now_ + connection.backoff_ns;
  next_tick_ = std::min(next_tick_, connection.retry_at);
}

// --- Beginning transactions

bool Worker::accepts_more() const {
  return !ending_ && now_ < state_.begin_until && state_.stop_at.load(std::memory_order_relaxed) == 0;
}

// False where the run has begun as many transactions as it may.
bool Worker::take_number(session::Ticket& ticket) {
  ticket.measured = ticket.scheduled >= state_.measure_from;
  if (ticket.measured && plan_.transactions_max > 0 &&
      state_.measured.fetch_add(1, std::memory_order_relaxed) >= plan_.transactions_max) {
    return false;
  }
  ticket.number = state_.numbered.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void Worker::begin_closed_loop(Connection& connection) {
  session::Session& session = *connection.session;
  while (session.room() > 0 && accepts_more()) {
    if (plan_.per_connection > 0 && connection.begun >= plan_.per_connection) {
      session.finish();
      return;
    }
    session::Ticket ticket{.scheduled = now_};
    if (!take_number(ticket)) {
      session.finish();
      return;
    }
    ++connection.begun;
    tally_.started(ticket.measured);
    session.begin(ticket);
  }
}

// Open loop: a connection with room stands in line for what falls due.
void Worker::offer(Connection& connection) {
  if (connection.offered || connection.session->room() == 0) return;
  if (plan_.per_connection > 0 && connection.begun >= plan_.per_connection) {
    connection.session->finish();
    return;
  }
  connection.offered = true;
  connection.free_since = now_;
  free_[(free_first_ + free_count_++) % free_.size()] = connection.slot;
}

void Worker::dispatch_due() {
  if (!schedule_) return;
  now_ = now_ns();
  while (free_count_ > 0 && schedule_->next() <= now_ && schedule_->next() < state_.begin_until) {
    const std::uint64_t stop = state_.stop_at.load(std::memory_order_relaxed);
    if (stop != 0 && schedule_->next() >= stop) return;
    Connection& connection = connections_[free_[free_first_]];
    free_first_ = (free_first_ + 1) % free_.size();
    --free_count_;
    connection.offered = false;
    if (connection.state != State::open || connection.session->room() == 0) continue;
    session::Ticket ticket{.scheduled = schedule_->next()};
    if (!take_number(ticket)) return;
    schedule_->pop();
    if (ticket.measured) tally_.send_lag.record(now_ - std::max(ticket.scheduled, connection.free_since));
    ++connection.begun;
    tally_.started(ticket.measured);
    connection.session->begin(ticket);
    pump(connection);
  }
}

// Open loop: what fell due longer ago than the timeout and found no free connection has failed.
void Worker::retire_overdue() {
  if (!schedule_) return;
  while (schedule_->next() < state_.begin_until && schedule_->next() + plan_.timeout_ns < now_) {
    session::Ticket ticket{.scheduled = schedule_->next()};
    if (!take_number(ticket)) return;
    schedule_->pop();
    if (ticket.measured) {
      tally_.never_begun(Ending::failed, "timeout", 1);
      intervals_.failed();
    }
  }
}

// --- How it ends

void Worker::look_for_timeouts() {
  for (Connection& connection : connections_) {
    switch (connection.state) {
      case State::down:
        if (!ending_ && connection.retry_at != 0 && now_ >= connection.retry_at) {
          connection.retry_at = 0;
          open(connection);
        } else if (connection.retry_at != 0) {
          next_tick_ = std::min(next_tick_, connection.retry_at);
        }
        break;
      case State::connecting:
        if (now_ > connection.since + plan_.timeout_ns) {
          ++tally_.connections_failed;
          tally_.errors.add("connect-timeout");
          close(connection);
        }
        break;
      case State::open: {
        const std::uint64_t waiting = connection.session->waiting_since();
        const bool unanswered = waiting != 0 && now_ > waiting + plan_.timeout_ns;
        const bool unsent = connection.sending && now_ > connection.since + plan_.timeout_ns;
        // Leave-taking and handshakes that nobody needs any more are not waited for as transactions are.
        const bool needless = ending_ && !connection.session->ready() && now_ > ending_since_ + kStopDrain;
        if (unanswered || unsent) {
          fail(connection, "timeout");
        } else if (needless) {
          connection.session->end(Ending::unfinished, {}, now_);
          close(connection);
        }
        break;
      }
      case State::closing:
      case State::retired: break;
    }
  }
  // Thousands of connections that are to be opened again, each at an instant of its own, are looked at
  // together.
  next_tick_ = std::max(next_tick_, now_ + kMillisecond);
}

// A closed loop with a count and no duration would go on for ever where no thread can have a session.
bool Worker::is_hopeless() {
  if (plan_.duration_ns != 0 || schedule_) return false;
  if (ready_at_ > state_.ready_at.load(std::memory_order_relaxed))
    state_.ready_at.store(ready_at_, std::memory_order_relaxed);
  const std::uint64_t ready_at = state_.ready_at.load(std::memory_order_relaxed);
  return now_ > ready_at && now_ - ready_at > 2 * plan_.timeout_ns;
}

// Does anything remain to be begun? If not, every session takes its leave when its transactions are answered.
void Worker::check_end() {
  if (ending_) return;
  if (is_hopeless()) {
    tally_.note(kNoServer);
    std::uint64_t nobody = 0;
    state_.stop_at.compare_exchange_strong(nobody, now_);
  }
  const std::uint64_t stop = state_.stop_at.load(std::memory_order_relaxed);
  const bool counted_out =
      plan_.transactions_max > 0 && state_.measured.load(std::memory_order_relaxed) >= plan_.transactions_max;
  std::uint64_t until = state_.begin_until;
  if (stop != 0) until = std::min(until, stop);
  if (now_ < until && !counted_out) return;
  const bool backlog =
      schedule_ && !counted_out && schedule_->next() < until && now_ < until + plan_.drain_ns;
  if (backlog && stop == 0) return;  // what fell due in time is still begun
  mark_ending();
  end_by_ = stop != 0 ? now_ + kStopDrain : now_ + plan_.drain_ns;
  if (schedule_) leave_undone(std::min(until, now_));
  for (; next_to_open_ < connections_.size(); ++next_to_open_) {
    connections_[next_to_open_].state = State::retired;
    ++retired_;
  }
  for (Connection& connection : connections_) {
    if (connection.state == State::open) {
      connection.session->finish();
      if (!connection.sending) pump(connection);
    } else if (connection.state == State::down) {
      connection.state = State::retired;
      ++retired_;
    } else if (connection.state == State::connecting) {
      close(connection);
    }
  }
}

// Open loop: what fell due and found no free connection to the very end.
void Worker::leave_undone(std::uint64_t due_before) {
  while (schedule_->next() < due_before) {
    session::Ticket ticket{.scheduled = schedule_->next()};
    if (!take_number(ticket)) break;
    schedule_->pop();
    if (ticket.measured) tally_.never_begun(Ending::unfinished, {}, 1);
  }
  schedule_.reset();
}

void Worker::give_up() {
  for (Connection& connection : connections_) {
    if (connection.state != State::open) continue;
    connection.session->end(Ending::unfinished, {}, now_);
    close(connection);
  }
  end_by_ = kNever;
}

}  // namespace backtalk::uring
