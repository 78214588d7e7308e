/// One thread of the load generator: a ring, and the connections that it drives.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stats/interval_series.hpp"
#include "stats/schedule.hpp"
#include "stats/tally.hpp"
#include "uring/buffer_ring.hpp"
#include "uring/client_plan.hpp"
#include "uring/connection.hpp"
#include "uring/ring.hpp"

namespace backtalk::uring {

/// What the threads of a run share. Everything else is each thread's own.
struct RunState {
  std::uint64_t measure_from = 0;          ///< end of the warm-up
  std::uint64_t begin_until = 0;           ///< nothing is begun from here on; the largest value: no limit
  std::atomic<std::uint64_t> numbered{0};  ///< transactions begun, warm-up included
  std::atomic<std::uint64_t> measured{0};  ///< of them measured: against the plan's limit
  std::atomic<std::uint64_t> stop_at{0};   ///< somebody wants the run to end: when; 0: nobody
  std::atomic<std::uint64_t> ready_at{0};  ///< when a session was last seen ready; roughly
};

/// Made by one thread, run by another; what it counted may be read once `run` has returned.
class Worker {
 public:
  /// `index` of `plan.threads`; it drives its share of `plan.connections`. All references outlive the worker.
  Worker(const ClientPlan& plan, const SessionFactory& make_session, RunState& state, unsigned index);

  /// The whole run. What went wrong, where it could not be begun.
  [[nodiscard]] std::optional<std::string> run();

  [[nodiscard]] const stats::Tally& tally() const { return tally_; }
  [[nodiscard]] stats::IntervalRecorder& intervals() { return intervals_; }
  /// The second that was running when the run ended.
  [[nodiscard]] std::uint64_t last_interval() const { return interval_; }

 private:
  enum class Operation : std::uint8_t { connect, receive, send, cancel };

  // The life of a connection
  void open(Connection& connection);
  void opened(Connection& connection, int result);
  void received(Connection& connection, const io_uring_cqe& cqe);
  void sent(Connection& connection, int result);
  void close(Connection& connection);
  void release(Connection& connection);
  void fail(Connection& connection, std::string_view reason);
  void arm_receive(Connection& connection);
  void start_send(Connection& connection);
  void pump(Connection& connection);

  // Beginning transactions
  [[nodiscard]] bool accepts_more() const;
  [[nodiscard]] bool take_number(session::Ticket& ticket);
  void begin_closed_loop(Connection& connection);
  void dispatch_due();
  void offer(Connection& connection);
  void retire_overdue();

  // The loop
  void wait();
  [[nodiscard]] bool gathering_pays() const;
  void handle(const io_uring_cqe& cqe);
  void open_more();
  void tick();
  void look_for_timeouts();
  void check_end();
  [[nodiscard]] bool is_hopeless();
  void give_up();
  void mark_measuring();
  void mark_ending();
  void wind_up();
  [[nodiscard]] std::uint64_t next_wake() const;
  void leave_undone(std::uint64_t due_before);
  static void mark(io_uring_sqe* sqe, const Connection& connection, Operation operation);

  const ClientPlan& plan_;
  const SessionFactory& make_session_;
  RunState& state_;
  unsigned index_;
  Ring ring_;
  BufferRing buffers_;
  stats::IntervalRecorder intervals_;
  stats::Tally tally_;
  std::vector<Connection> connections_;
  std::vector<std::uint32_t> free_;  // open loop: connections with room, the one that waited longest first
  std::size_t free_first_ = 0;
  std::size_t free_count_ = 0;
  std::optional<stats::ArrivalSchedule> schedule_;

  std::uint64_t now_ = 0;  // read once a turn, and again for each receive
  std::uint64_t next_tick_ = 0;
  std::uint64_t tick_ns_ = 0;
  std::uint64_t next_interval_ = 0;
  std::uint64_t interval_ = 0;
  std::uint64_t ending_since_ = 0;
  std::uint64_t ready_at_ =
      0;                      // when one of the sessions was last seen ready; at first, when the thread began
  std::uint64_t end_by_ = 0;  // when the wait for what is in flight ends; 0: nothing has ended yet
  unsigned receives_ = 0;     // completed by the last wait
  std::uint64_t reply_gap_ns_ = 0;  // between two of them, a moving average
  unsigned live_ = 0;               // connections that are open
  unsigned shaking_hands_ = 0;      // connections that were opened for the first time and are not ready yet
  std::size_t next_to_open_ = 0;
  std::size_t retired_ = 0;  // connections that will not be opened again
  bool ending_ = false;
  bool measuring_ = false;
  std::uint64_t cpu_before_ = 0;
  std::uint64_t run_delay_before_ = 0;
  std::uint64_t cpu_at_end_ = 0;  // when nothing was left to begin: the drain is no part of the load
  std::uint64_t run_delay_at_end_ = 0;
  std::uint64_t sent_before_ = 0;
  std::uint64_t received_before_ = 0;
};

}  // namespace backtalk::uring
