// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/tickets.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace backtalk::engine {

namespace {

constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

}  // namespace

Tickets::Tickets(const ClientPlan& plan, RunState& state, unsigned index) : plan_(plan), state_(state) {
  const auto rate = plan.clocked_rate();
  if (!rate) return;
  schedule_.emplace(stats::ArrivalPlan{.rate_per_s = *rate,
                                       .steps = plan.rate_steps,
                                       .arrival = plan.arrival,
                                       .threads = plan.share.parts * plan.threads,
                                       .thread_index = plan.share.part + plan.share.parts * index,
                                       .start_ns = state.measure_from - plan.warmup_ns,
                                       .seed = plan.seed});
  if (!plan.stages.empty()) stage_end_ = state.measure_from + plan.stages.front().duration_ns;
}

std::uint64_t Tickets::end() const {
  const std::uint64_t stop = state_.stop_at.load(std::memory_order_relaxed);
  return stop != 0 ? std::min(stop, state_.begin_until) : state_.begin_until;
}

std::uint64_t Tickets::planned_end() const {
  const auto rate = plan_.clocked_rate();
  if (!rate) return kNever;
  if (plan_.transactions_max == 0) return state_.begin_until;
  // The number of random arrivals scatters by its square root: allows for three times that.
  const double count = static_cast<double>(plan_.transactions_max) * plan_.share.parts;
  const double arrivals = plan_.arrival == stats::Arrival::poisson ? count + 3 * std::sqrt(count) : count;
  const double ns = std::min(stats::ns_of_arrivals(arrivals, *rate, plan_.rate_steps, plan_.warmup_ns), 1e18);
  return std::min(state_.begin_until, state_.measure_from + static_cast<std::uint64_t>(ns));
}

std::optional<session::Ticket> Tickets::next(std::uint64_t now) {
  return now < end() ? number(now) : std::nullopt;
}

std::optional<session::Ticket> Tickets::next_due_before(std::uint64_t instant) {
  if (!schedule_ || schedule_->next() >= std::min(instant, end())) return std::nullopt;
  const auto ticket = number(schedule_->next());
  if (ticket) schedule_->pop();
  return ticket;
}

session::Ticket Tickets::next_in_session(std::uint64_t now, const session::Ticket& arrival) {
  return {.number = next_number(), .scheduled = now, .measured = arrival.measured};
}

std::uint64_t Tickets::next_number() {
  return plan_.share.part + plan_.share.parts * state_.numbered.fetch_add(1, std::memory_order_relaxed);
}

// Null if the run has begun as many as it may.
std::optional<session::Ticket> Tickets::number(std::uint64_t scheduled) {
  session::Ticket ticket{.scheduled = scheduled, .measured = scheduled >= state_.measure_from};
  if (ticket.measured && plan_.transactions_max > 0 &&
      state_.measured.fetch_add(1, std::memory_order_relaxed) >= plan_.transactions_max) {
    return std::nullopt;
  }
  if (ticket.measured) ticket.stage = stage_at(scheduled);
  // Sessions have no numbers: their transactions do.
  if (!plan_.session_rate) ticket.number = next_number();
  return ticket;
}

std::uint16_t Tickets::stage_at(std::uint64_t scheduled) {
  while (scheduled >= stage_end_ && stage_ + 1 < plan_.stages.size())
    stage_end_ += plan_.stages[++stage_].duration_ns;
  return static_cast<std::uint16_t>(stage_);
}

bool Tickets::counted_out() const {
  return plan_.transactions_max > 0 &&
         state_.measured.load(std::memory_order_relaxed) >= plan_.transactions_max;
}

bool Tickets::all_begun(std::uint64_t now) const {
  if (counted_out()) return true;
  if (now < end()) return false;
  if (state_.stop_at.load(std::memory_order_relaxed) != 0) return true;
  return !schedule_ || schedule_->next() >= end() || now > end() + plan_.timeout_ns;
}

}  // namespace backtalk::engine
