#include "uring/client.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "uring/clock.hpp"
#include "uring/probe.hpp"

namespace backtalk::uring {

ClientRun::ClientRun(const ClientPlan& plan, SessionFactory make_session)
    : plan_(plan), make_session_(std::move(make_session)), intervals_(plan.threads) {}

ClientRun::~ClientRun() {
  stop();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

std::optional<std::string> ClientRun::start() {
  if (auto problem = probe(plan_.connections)) return problem;
  state_.measure_from = now_ns() + plan_.warmup_ns;
  state_.begin_until = plan_.duration_ns == 0 ? std::numeric_limits<std::uint64_t>::max()
                                              : state_.measure_from + plan_.duration_ns;
  for (unsigned i = 0; i < plan_.threads; ++i) {
    workers_.push_back(std::make_unique<Worker>(plan_, make_session_, state_, i));
  }
  threads_left_.store(plan_.threads, std::memory_order_relaxed);
  for (const std::unique_ptr<Worker>& worker : workers_) {
    threads_.emplace_back([this, &worker = *worker] {
      if (auto problem = worker.run()) {
        const std::lock_guard lock(problem_lock_);
        problem_ = std::move(problem);
      }
      threads_left_.fetch_sub(1, std::memory_order_release);
    });
  }
  return std::nullopt;
}

void ClientRun::stop() {
  std::uint64_t nobody = 0;
  state_.stop_at.compare_exchange_strong(nobody, now_ns());
}

std::span<const stats::IntervalRow> ClientRun::poll_intervals() {
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    if (workers_[i]->intervals().take(taken_)) intervals_.add(i, taken_);
  }
  return intervals_.rows();
}

std::variant<stats::Tally, std::string> ClientRun::join() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  if (problem_) return *problem_;
  stats::Tally total(plan_.commands);
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    Worker& worker = *workers_[i];
    total.add(worker.tally());
    if (worker.intervals().take(taken_)) intervals_.add(i, taken_);
    if (worker.intervals().roll(worker.last_interval()) && worker.intervals().take(taken_))
      intervals_.add(i, taken_);
  }
  intervals_.finish();
  intervals_.drop_idle_from(elapsed_s(total));
  return total;
}

double ClientRun::elapsed_s(const stats::Tally& total) const {
  std::uint64_t end = std::max(total.last_end, state_.measure_from);
  const std::uint64_t stopped = state_.stop_at.load();
  const bool counted_out = plan_.transactions_max > 0 && total.measured().started >= plan_.transactions_max;
  if (!counted_out) {
    const std::uint64_t planned = stopped != 0 ? std::min(stopped, state_.begin_until) : state_.begin_until;
    end = std::max(end, planned);
  }
  return static_cast<double>(end - state_.measure_from) / 1e9;
}

}  // namespace backtalk::uring
