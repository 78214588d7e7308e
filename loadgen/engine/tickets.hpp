// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Which transactions a thread may begin: the limits of the run and, in open loop, its schedule.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "engine/client_plan.hpp"
#include "engine/run_state.hpp"
#include "session/session.hpp"
#include "stats/schedule.hpp"

namespace backtalk::engine {

class Tickets {
 public:
  /// For thread `index`. `plan` and `state` must outlive it; the times in `state` must be set.
  Tickets(const ClientPlan& plan, RunState& state, unsigned index);

  /// True if transactions fall due by the clock and some still may.
  [[nodiscard]] bool scheduled() const { return schedule_.has_value(); }

  /// Closed loop: a transaction to begin now; null if no more may begin.
  [[nodiscard]] std::optional<session::Ticket> next(std::uint64_t now);

  /// Partly open: a transaction of a session that has arrived.
  [[nodiscard]] session::Ticket next_in_session(std::uint64_t now, const session::Ticket& arrival);

  /// Open loop, and sessions of a partly open one: when the next falls due.
  [[nodiscard]] std::uint64_t next_due() const { return schedule_->next(); }
  /// Open loop: the next transaction if it falls due before `instant` and within the run; null
  /// otherwise.
  [[nodiscard]] std::optional<session::Ticket> next_due_before(std::uint64_t instant);

  /// True if nothing remains to be begun. Transactions that fell due in time may still begin for as
  /// long as the plan's timeout, in which a session may become free.
  [[nodiscard]] bool all_begun(std::uint64_t now) const;

  /// Open loop: when the last transaction of the run is planned to fall due, an estimate if
  /// arrivals are random. Closed loop: the largest value.
  [[nodiscard]] std::uint64_t planned_end() const;

  /// Drops the schedule: nothing falls due from now on.
  void drop_schedule() { schedule_.reset(); }

  /// The instant from which on nothing falls due or begins: the planned end, or when the run was
  /// stopped.
  [[nodiscard]] std::uint64_t end() const;

 private:
  [[nodiscard]] bool counted_out() const;
  [[nodiscard]] std::optional<session::Ticket> number(std::uint64_t scheduled);
  [[nodiscard]] std::uint64_t next_number();

  [[nodiscard]] std::uint16_t stage_at(std::uint64_t scheduled);

  const ClientPlan& plan_;
  RunState& state_;
  std::size_t stage_ = 0;  // of the last that was asked for: they come in order of time
  std::uint64_t stage_end_ = 0;
  std::optional<stats::ArrivalSchedule> schedule_;
};

}  // namespace backtalk::engine
