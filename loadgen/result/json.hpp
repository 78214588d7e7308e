// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A result as a JSON text: schema `backtalk.load/1` (docs/load-json.md).
///
/// `from_json(to_json(r, verdict)) == r`, as long as its times are below 2^50 ns (13 days; longer
/// ones lose nanoseconds). What is derived (percentiles, rates, the verdict) is not read but
/// derived again.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::result {

/// The most octets of a text that `from_json` looks at: more than a week of seconds.
inline constexpr std::size_t kJsonOctetsMax = std::size_t{64} << 20;
/// The most commands, of any protocol, that it takes: each has a histogram of 270 kB.
inline constexpr std::size_t kJsonCommandsMax = 64;

/// The keys of `workload` that all protocols have; the others are the protocol's own.
inline constexpr std::array<std::string_view, 17> kWorkloadKeys{
    "connections",    "threads",       "pipeline",       "loop",          "rate_per_s", "arrival",
    "seed",           "duration_s",    "transactions",   "warmup_s",      "timeout_s",  "ramp_s",
    "allow_failures", "ends_within_s", "per_connection", "batch_wait_us", "quick_ack"};

/// Every key is always there. `verdict` is report::judge's.
[[nodiscard]] std::string to_json(const RunResult& result, const Verdict& verdict);

/// The result; or what is wrong with the text, as a clause that follows its name: "`bytes.sent`:
/// ...".
///
/// The text is not trusted: it is read in memory of some ten times its length and the commands'
/// histograms, whatever it says, and a result whose counts contradict each other is refused. Keys
/// that are not known are skipped.
[[nodiscard]] std::variant<RunResult, std::string> from_json(std::string_view text);

}  // namespace backtalk::result
