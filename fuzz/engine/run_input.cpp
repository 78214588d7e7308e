// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/run_input.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "backtalk/fuzz/adapter.hpp"
#include "engine/edge_counters.hpp"
#include "engine/novelty.hpp"
#include "engine/plan.hpp"
#include "engine/progress.hpp"
#include "engine/trial.hpp"
#include "oracles/oracle.hpp"

namespace backtalk::fuzz {
namespace {

using Clock = std::chrono::steady_clock;

// Limits the share of the time that the thorough questions take.
class ThoroughSample {
 public:
  // True for one in 16 of the short streams, and for fewer of the longer ones in proportion to
  // their length, unless the thorough questions have already taken their share of the time. The
  // clock is read only for streams that are drawn.
  [[nodiscard]] bool takes(const Plan& plan) const {
    constexpr std::uint64_t kOneIn = 16;
    constexpr std::uint64_t kShort = 256;
    const std::uint64_t size = std::max<std::uint64_t>(plan.stream.size(), kShort);
    const std::uint64_t draw = (plan.seed >> 24U) % (kOneIn * size);
    return draw < kShort && spent_ * kShare < Clock::now() - begun_;
  }
  void spent(Clock::duration time) { spent_ += time; }

 private:
  static constexpr int kShare = 3;

  Clock::time_point begun_ = Clock::now();
  Clock::duration spent_{};
};

// Parsers that were used before and can be reset: one for each variant and each set of limits,
// without tolerances, as most streams are read.
class AdapterPool {
 public:
  explicit AdapterPool(unsigned variants) : adapters_(std::size_t{2} * variants) {}

  // Null if there is none, or it cannot be reset.
  [[nodiscard]] std::unique_ptr<Adapter> take(const Settings& settings) {
    if (!usual(settings)) return nullptr;
    std::unique_ptr<Adapter> adapter = std::move(adapters_[place(settings)]);
    return adapter != nullptr && adapter->reset() ? std::move(adapter) : nullptr;
  }
  void put(const Settings& settings, std::unique_ptr<Adapter> adapter) {
    if (usual(settings)) adapters_[place(settings)] = std::move(adapter);
  }

 private:
  static bool usual(const Settings& settings) { return settings.tolerances.bits() == 0; }
  static std::size_t place(const Settings& settings) {
    return std::size_t{2} * settings.variant + (settings.small_limits ? 1 : 0);
  }

  std::vector<std::unique_ptr<Adapter>> adapters_;
};

// What is reused from input to input. Its buffers are large from the beginning: when more is
// allocated than freed, libFuzzer looks for leaks, which takes as long as a thousand inputs.
struct State {
  State() {
    constexpr std::size_t kReportOctets = std::size_t{1} << 18U;
    for (Report* report : {&whole, &dripped, &other}) report->reserve(kReportOctets);
    plan.cuts.reserve(kReportOctets);
  }

  AdapterPool pool{target().variants};
  Plan plan;
  Report whole;
  Report dripped;
  Report other;
  Novelty novelty;
  ThoroughSample sample;
  std::uint64_t inputs = 0;
  bool everything = std::getenv("BACKTALK_FUZZ_EVERYTHING") != nullptr;
};

State& shared_state() {
  static State instance;
  return instance;
}

void read_whole(Adapter& adapter, std::string_view stream, Report& report) {
  read_pieces(adapter, stream, {}, report);
}

// Reads the stream with a parser that is ready. Returns the bytes that it examined.
template <class Read>
std::uint64_t read(Adapter& adapter, const Plan& plan, Read how, Report& report) {
  report.clear();
  const std::uint64_t before = adapter.work();
  how(adapter, plan.stream, report);
  return adapter.work() - before;
}

// AFL++ runs an input several times and expects the same every time: only its bytes may decide.
bool bytes_decide() {
  static const bool under_afl = std::getenv("__AFL_SHM_ID") != nullptr;
  return under_afl;
}

bool is_thorough(State& state) {
  const bool news = state.novelty.is_news(state.plan.stream, state.plan.settings, state.whole);
  if (state.plan.thorough) return *state.plan.thorough;
  if (state.everything) return true;
  if (bytes_decide()) return state.plan.sampled;
  // The seeds come first, and each of them was chosen for a reason.
  constexpr std::uint64_t kFirst = 2000;
  return news || state.inputs < kFirst || state.sample.takes(state.plan);
}

// With a new parser: if the first one was reset, this also shows whether the reset left something
// of another stream behind.
void ask_thoroughly(State& state, Trial& trial, bool was_reset) {
  const auto begun = Clock::now();
  const EdgeCountersRestored edges;
  std::unique_ptr<Adapter> adapter;
  if (was_reset) {
    adapter = make_adapter();
    trial.adapter = adapter.get();
    trial.adapter->begin(trial.plan.settings);
    read(*trial.adapter, state.plan, read_whole, state.other);
    judge_reset(trial);
  }
  // The table of split differences of a parser that refuses late was made from such a sample.
  const bool by_bytes =
      !trial.target.refuses_late || state.plan.sampled || state.plan.thorough.value_or(false);
  if (trial.target.pieces && by_bytes && trial.plan.stream.size() > 1) {
    now_reading("the stream byte by byte");
    trial.dripped_whole = true;
    make_ready(trial);
    trial.dripped_work = read(*trial.adapter, state.plan, read_bytes, state.dripped);
  }
  for (const Oracle& oracle : oracles()) {
    if (oracle.thorough == nullptr) continue;
    state.other.clear();
    oracle.thorough(trial);
  }
  state.sample.spent(Clock::now() - begun);
}

}  // namespace

void run_input(std::string_view input) {
  State& state = shared_state();
  make_plan(input, target(), state.plan);
  std::unique_ptr<Adapter> adapter = state.everything ? nullptr : state.pool.take(state.plan.settings);
  const bool was_reset = adapter != nullptr;
  if (!was_reset) adapter = make_adapter();
  state.dripped.clear();
  Trial trial{.target = target(),
              .adapter = adapter.get(),
              .plan = state.plan,
              .whole = state.whole,
              .work = 0,
              .cut_work = 0,
              .dripped = state.dripped,
              .dripped_whole = false,
              .dripped_work = 0,
              .other = state.other};
  now_trying(trial);
  if (!was_reset) adapter->begin(state.plan.settings);
  trial.work = read(*adapter, state.plan, read_whole, state.whole);
  for (const Oracle& oracle : oracles()) {
    if (oracle.of_each == nullptr) continue;
    state.other.clear();
    oracle.of_each(trial);
  }
  const bool thorough = is_thorough(state);
  ++state.inputs;
  if (thorough) ask_thoroughly(state, trial, was_reset);
  state.pool.put(state.plan.settings, std::move(adapter));
  now_trying_nothing();
  count_execution(thorough);
}

void ask_everything() noexcept {
  shared_state().everything = true;
}

}  // namespace backtalk::fuzz
