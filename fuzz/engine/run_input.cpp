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

// How much of the time the thorough questions may take.
class Sample {
 public:
  // One in 16 of the short streams, and of the longer ones as many fewer as they take longer: what is
  // spent on one that is long would do for many. The clock is seldom looked at.
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

// Parsers that wait to be reset, one for each variant and each set of limits, without tolerances as most
// streams are read.
class Rested {
 public:
  explicit Rested(unsigned variants) : adapters_(std::size_t{2} * variants) {}

  // Null where there is none that can be reset.
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

// What is used again from input to input. It holds enough from the beginning: where more is allocated than
// freed libFuzzer looks for leaks, and that takes as long as a thousand inputs.
struct Bench {
  Bench() {
    constexpr std::size_t kReportOctets = std::size_t{1} << 18U;
    for (Report* report : {&whole, &dripped, &other}) report->reserve(kReportOctets);
    plan.cuts.reserve(kReportOctets);
  }

  Rested rested{target().variants};
  Plan plan;
  Report whole;
  Report dripped;
  Report other;
  Novelty novelty;
  Sample sample;
  std::uint64_t inputs = 0;
  bool everything = std::getenv("BACKTALK_FUZZ_EVERYTHING") != nullptr;
};

Bench& bench() {
  static Bench instance;
  return instance;
}

void read_whole(Adapter& adapter, std::string_view stream, Report& report) {
  read_pieces(adapter, stream, {}, report);
}

// Reads the stream with a parser that is ready; the work it takes.
template <class Read>
std::uint64_t read(Adapter& adapter, const Plan& plan, Read how, Report& report) {
  report.clear();
  const std::uint64_t before = adapter.work();
  how(adapter, plan.stream, report);
  return adapter.work() - before;
}

// AFL++ runs an input several times and expects it to go the same way: there its bytes decide.
bool bytes_decide() {
  static const bool under_afl = std::getenv("__AFL_SHM_ID") != nullptr;
  return under_afl;
}

bool is_thorough(Bench& bench) {
  const bool news = bench.novelty.is_news(bench.plan.stream, bench.plan.settings, bench.whole);
  if (bench.plan.thorough) return *bench.plan.thorough;
  if (bench.everything) return true;
  if (bytes_decide()) return bench.plan.sampled;
  // Seeds come first, and each of them is there for a reason.
  constexpr std::uint64_t kFirst = 2000;
  return news || bench.inputs < kFirst || bench.sample.takes(bench.plan);
}

// By a parser that is new: it need not be kept as long as its buffers have grown, and a reset that leaves
// something of another stream behind shows as well.
void ask_thoroughly(Bench& bench, Trial& trial, bool was_reset) {
  const auto begun = Clock::now();
  const EdgesAsBefore edges;
  std::unique_ptr<Adapter> adapter;
  if (was_reset) {
    adapter = make_adapter();
    trial.adapter = adapter.get();
    trial.adapter->begin(trial.plan.settings);
    read(*trial.adapter, bench.plan, read_whole, bench.other);
    judge_reset(trial);
  }
  // A parser that refuses late has a table of how it reads pieces, made from such a sample.
  const bool by_bytes =
      !trial.target.refuses_late || bench.plan.sampled || bench.plan.thorough.value_or(false);
  if (trial.target.pieces && by_bytes && trial.plan.stream.size() > 1) {
    now_reading("the stream byte by byte");
    trial.dripped_whole = true;
    make_ready(trial);
    trial.dripped_work = read(*trial.adapter, bench.plan, read_bytes, bench.dripped);
  }
  for (const Oracle& oracle : oracles()) {
    if (oracle.thorough == nullptr) continue;
    bench.other.clear();
    oracle.thorough(trial);
  }
  bench.sample.spent(Clock::now() - begun);
}

}  // namespace

void run_input(std::string_view input) {
  Bench& b = bench();
  make_plan(input, target(), b.plan);
  std::unique_ptr<Adapter> adapter = b.everything ? nullptr : b.rested.take(b.plan.settings);
  const bool was_reset = adapter != nullptr;
  if (!was_reset) adapter = make_adapter();
  b.dripped.clear();
  Trial trial{.target = target(),
              .adapter = adapter.get(),
              .plan = b.plan,
              .whole = b.whole,
              .work = 0,
              .cut_work = 0,
              .dripped = b.dripped,
              .dripped_whole = false,
              .dripped_work = 0,
              .other = b.other};
  now_trying(trial);
  if (!was_reset) adapter->begin(b.plan.settings);
  trial.work = read(*adapter, b.plan, read_whole, b.whole);
  for (const Oracle& oracle : oracles()) {
    if (oracle.of_each == nullptr) continue;
    b.other.clear();
    oracle.of_each(trial);
  }
  const bool thorough = is_thorough(b);
  ++b.inputs;
  if (thorough) ask_thoroughly(b, trial, was_reset);
  b.rested.put(b.plan.settings, std::move(adapter));
  now_trying_nothing();
  count_execution(thorough);
}

void ask_everything() noexcept {
  bench().everything = true;
}

}  // namespace backtalk::fuzz
