// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Which transactions a thread may begin: the run's limits, and in open loop its schedule.
#pragma once

#include <cstdint>
#include <optional>

#include "engine/client_plan.hpp"
#include "engine/run_state.hpp"
#include "session/session.hpp"
#include "stats/schedule.hpp"

namespace backtalk::engine {

class Tickets {
 public:
  /// Of thread `index`. `plan` and `state` outlive it; the state's times are set.
  Tickets(const ClientPlan& plan, RunState& state, unsigned index);

  /// Transactions fall due by the clock, and some still may.
  [[nodiscard]] bool scheduled() const { return schedule_.has_value(); }

  /// Closed loop: one to begin now; nothing where no more are to begin.
  [[nodiscard]] std::optional<session::Ticket> take(std::uint64_t now);

  /// Open loop: when the next falls due.
  [[nodiscard]] std::uint64_t next_due() const { return schedule_->next(); }
  /// Open loop: the next one, where it falls due before `instant` and within the run; nothing otherwise.
  [[nodiscard]] std::optional<session::Ticket> take_due_before(std::uint64_t instant);

  /// Nothing remains to be begun. What fell due in time is still begun for as long as a session may be waited
  /// for: the plan's timeout.
  [[nodiscard]] bool all_begun(std::uint64_t now) const;

  /// Open loop: when the last transaction of the run is to fall due, as far as the plan tells; the largest
  /// value in closed loop.
  [[nodiscard]] std::uint64_t planned_end() const;

  /// Nothing falls due any more.
  void drop_schedule() { schedule_.reset(); }

  /// From when on nothing falls due or is begun: the planned end, or the moment at which the run was stopped.
  [[nodiscard]] std::uint64_t end() const;

 private:
  [[nodiscard]] bool counted_out() const;
  [[nodiscard]] std::optional<session::Ticket> number(std::uint64_t scheduled);

  const ClientPlan& plan_;
  RunState& state_;
  std::optional<stats::ArrivalSchedule> schedule_;
};

}  // namespace backtalk::engine
