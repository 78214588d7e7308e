// SPDX-License-Identifier: Apache-2.0 OR MIT
// Poisson arrivals are what they are said to be where the server sees them.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "anderson_darling.hpp"
#include "simulated_run.hpp"
#include "stats/schedule.hpp"

namespace backtalk::known {
namespace {

SimulatedLoad arrivals(stats::Arrival arrival, std::uint64_t seed = 1, double rate = 500) {
  return {.connections = 64, .rate = rate, .arrival = arrival, .seed = seed, .duration_ns = 10 * kSecond};
}

TEST(PoissonArrivals, HaveExponentialGapsAtTheServer) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const auto run = simulate(arrivals(stats::Arrival::poisson, seed));
    EXPECT_EQ(run.stamps.size(), run.result.measured.started);
    EXPECT_LT(anderson_darling(run.stamps, 2e6), kAndersonDarlingAt01PerCent) << seed;
  }
}

TEST(PoissonArrivals, HaveThemWhateverTheServerDoes) {
  SimulatedLoad load = arrivals(stats::Arrival::poisson);
  load.faults = {"service=bimodal:1ms:30ms:5%"};
  EXPECT_LT(anderson_darling(simulate(load).stamps, 2e6), kAndersonDarlingAt01PerCent);
}

// Each thread has a process of its own; together they are one again.
TEST(PoissonArrivals, OfSeveralThreadsAreOneProcess) {
  std::vector<std::uint64_t> instants;
  for (std::uint32_t thread = 0; thread < 4; ++thread) {
    stats::ArrivalSchedule schedule(
        {.rate_per_s = 500, .arrival = stats::Arrival::poisson, .threads = 4, .thread_index = thread});
    for (; schedule.next() < 10 * kSecond; schedule.pop()) instants.push_back(schedule.next());
  }
  std::ranges::sort(instants);
  EXPECT_LT(anderson_darling(instants, 2e6), kAndersonDarlingAt01PerCent);
}

// --- Planted: what is not such a process is found.

TEST(PoissonArrivalsPlanted, ConstantOnesAreNoSample) {
  EXPECT_GT(anderson_darling(simulate(arrivals(stats::Arrival::constant)).stamps, 2e6), 100);
}

TEST(PoissonArrivalsPlanted, ARateThatIsTenPerCentOffIsFound) {
  EXPECT_GT(anderson_darling(simulate(arrivals(stats::Arrival::poisson, 1, 550)).stamps, 2e6),
            kAndersonDarlingAt01PerCent);
}

// A client that sends the next only when the last is answered gives the server another process.
TEST(PoissonArrivalsPlanted, AClientThatWaitsForAnswersIsFound) {
  SimulatedLoad load = arrivals(stats::Arrival::poisson);
  load.connections = 1;
  load.faults = {"service=const:1ms"};
  EXPECT_GT(anderson_darling(simulate(load).stamps, 2e6), kAndersonDarlingAt01PerCent);
}

}  // namespace
}  // namespace backtalk::known
