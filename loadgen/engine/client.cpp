// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/client.hpp"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <new>
#include <system_error>
#include <utility>
#include <vector>

#include "engine/deal.hpp"
#include "engine/port_needs.hpp"
#include "net/clock.hpp"
#include "net/local_ports.hpp"
#include "net/probe.hpp"

namespace backtalk::engine {
namespace {

// Runs `step`. Returns a sentence for the user if there is not enough memory for it.
template <class Step>
std::optional<std::string> with_memory(Step step) {
  try {
    return step();
  } catch (const std::bad_alloc&) {
    return "not enough memory: use fewer connections (-c), a smaller --pipeline or a smaller message";
  }
}

std::optional<std::string> check_ports(const ClientPlan& plan) {
  const auto ports = net::local_ports();
  return ports ? net::check_local_ports(port_needs(plan), *ports) : std::nullopt;
}

}  // namespace

ClientRun::ClientRun(const ClientPlan& plan, session::SessionFactory make_session)
    : plan_(plan), make_session_(std::move(make_session)), intervals_(plan.threads, plan.series) {}

ClientRun::~ClientRun() {
  stop();
  if (!threads_.empty() && !begun_) begin();
  join_threads();
}

void ClientRun::join_threads() {
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

std::optional<std::string> ClientRun::problem() {
  const std::lock_guard lock(problem_lock_);
  return problem_;
}

// Keeps the first problem; later ones may be consequences of it.
void ClientRun::report(std::optional<std::string> found) {
  if (!found) return;
  const std::lock_guard lock(problem_lock_);
  if (!problem_) problem_ = std::move(found);
}

std::optional<std::string> ClientRun::prepare() {
  if (auto missing = net::probe(plan_.connections, plan_.threads)) return missing;
  if (auto missing = check_ports(plan_)) return missing;
  auto dealt = deal_part(plan_);
  if (auto* refusal = std::get_if<std::string>(&dealt)) return std::move(*refusal);
  state_.targets = std::get<std::vector<std::uint32_t>>(std::move(dealt));
  for (unsigned i = 0; i < plan_.threads; ++i) {
    workers_.push_back(std::make_unique<Worker>(plan_, make_session_, state_, i));
  }
  threads_left_.store(plan_.threads, std::memory_order_relaxed);
  prepared_.emplace(plan_.threads);
  threads_.reserve(plan_.threads);
  try {
    for (const std::unique_ptr<Worker>& worker : workers_) {
      threads_.emplace_back([this, &worker = *worker] { work(worker); });
      clockid_t clock{};
      if (pthread_getcpuclockid(threads_.back().native_handle(), &clock) == 0) clocks_.push_back(clock);
    }
  } catch (const std::system_error& failure) {
    report(fmt::format("thread {} of {} cannot be started: {}", threads_.size() + 1, plan_.threads,
                       failure.code().message()));
    prepared_->count_down(static_cast<std::ptrdiff_t>(plan_.threads - threads_.size()));
  }
  prepared_->wait();
  state_.opening.store(plan_.threads + 1, std::memory_order_relaxed);
  auto found = problem();
  may_open_.count_down();
  if (found) join_threads();
  return found;
}

void ClientRun::begin(std::uint64_t at) {
  begun_ = true;
  state_.begins_at = at;
  state_.opened(net::now_ns(), plan_.warmup_ns, plan_.duration_ns);
}

void ClientRun::work(Worker& worker) {
  report(with_memory([&] { return worker.prepare(); }));
  prepared_->count_down();
  may_open_.wait();
  if (!problem()) {
    if (auto ended = with_memory([&] { return worker.run(); })) {
      report(std::move(ended));
      stop();
    }
  }
  worker.abandon();  // the other threads must not wait for it, whether it ran or not
  threads_left_.fetch_sub(1, std::memory_order_release);
}

void ClientRun::stop() {
  state_.stop(net::now_ns());
}

std::optional<std::uint64_t> ClientRun::measured_ns() const {
  if (!state_.started.load(std::memory_order_acquire)) return std::nullopt;
  const std::uint64_t now = net::now_ns();
  return now < state_.measure_from ? std::nullopt : std::optional(now - state_.measure_from);
}

std::optional<std::uint64_t> ClientRun::begun_at() const {
  const std::uint64_t at = state_.seen_at.load(std::memory_order_relaxed);
  return at == std::numeric_limits<std::uint64_t>::max() ? std::nullopt : std::optional(at);
}

Gauges ClientRun::gauges() const {
  Gauges all;
  for (const std::unique_ptr<Worker>& worker : workers_) {
    all.connections += worker->gauges().connections.load(std::memory_order_relaxed);
    all.in_flight += worker->gauges().in_flight.load(std::memory_order_relaxed);
  }
  if (state_.started.load(std::memory_order_acquire)) all.measure_from = state_.measure_from;
  all.cpu_ns = cpu_of_threads();
  return all;
}

// A thread that has ended, but is not joined, has no clock any more.
std::vector<std::uint64_t> ClientRun::cpu_of_threads() const {
  std::vector<std::uint64_t> all;
  all.reserve(clocks_.size());
  for (const clockid_t clock : clocks_) {
    timespec used{};
    const bool known = clock_gettime(clock, &used) == 0;
    constexpr std::uint64_t kSecondNs = 1'000'000'000;
    all.push_back(known ? static_cast<std::uint64_t>(used.tv_sec) * kSecondNs +
                              static_cast<std::uint64_t>(used.tv_nsec)
                        : 0);
  }
  return all;
}

std::span<const stats::IntervalRow> ClientRun::poll_intervals() {
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    if (workers_[i]->intervals().fetch(fetched_)) intervals_.add(i, fetched_);
  }
  return intervals_.rows();
}

std::variant<stats::Tally, std::string> ClientRun::join() {
  join_threads();
  if (auto found = problem()) return *found;
  stats::Tally total(plan_.commands, plan_.statuses, nullptr, plan_.classes, plan_.mix);
  total.stages.start(state_.measure_from, plan_.stages);
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    Worker& worker = *workers_[i];
    total.add(worker.tally());
    if (worker.intervals().fetch(fetched_)) intervals_.add(i, fetched_);
    stats::IntervalRecorder& recorder = worker.intervals();
    if (recorder.roll(recorder.index()) && recorder.fetch(fetched_)) intervals_.add(i, fetched_);
  }
  intervals_.finish();
  intervals_.end_at(elapsed_ns(total));
  return total;
}

std::uint64_t ClientRun::elapsed_ns(const stats::Tally& total) const {
  const std::uint64_t begun = plan_.session_rate ? total.sessions.started : total.measured().started;
  const bool counted_out = plan_.transactions_max > 0 && begun >= plan_.transactions_max;
  std::uint64_t end = total.last_end;  // however the last transaction ended
  if (!counted_out) {
    const std::uint64_t stopped = state_.stop_at.load();
    const std::uint64_t planned = stopped != 0 ? std::min(stopped, state_.begin_until) : state_.begin_until;
    end = std::max(total.last_completion, planned);
  }
  return std::max(end, state_.measure_from) - state_.measure_from;
}

}  // namespace backtalk::engine
