#include "report/verdict.hpp"

#include <fmt/format.h>

namespace backtalk::report {
namespace {

constexpr double kBusyLimit = 0.90;     // of a thread's wall time on the CPU
constexpr double kDelayedLimit = 0.10;  // of a thread's wall time ready to run, without a core
constexpr std::uint64_t kLagLimitNs = 1'000'000;

}  // namespace

Verdict judge(const LoadResult& result) {
  const stats::Tally& tally = result.tally;
  if (tally.busy_max >= kBusyLimit) {
    return {true, fmt::format(
                      "a generator thread was on the CPU for {:.0f} % of the time: use more threads or cores",
                      tally.busy_max * 100)};
  }
  if (tally.delayed_max >= kDelayedLimit) {
    return {true,
            fmt::format(
                "a generator thread waited for a core for {:.0f} % of the time: something else, perhaps the "
                "server, runs on its cores",
                tally.delayed_max * 100)};
  }
  if (const std::uint64_t lag = tally.send_lag.value_at_percentile(99); lag > kLagLimitNs) {
    return {
        true,
        fmt::format(
            "one transaction in a hundred was begun more than {:.1f} ms late though a connection was free",
            static_cast<double>(lag) / 1e6)};
  }
  return {};
}

}  // namespace backtalk::report
