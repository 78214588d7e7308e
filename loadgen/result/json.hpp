// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A result as JSON text: schema `backtalk.load/1` (docs/load-json.md, docs/load.schema.json).
///
/// `from_json(to_json(r, verdict)) == r` as long as its times are below 2^50 ns (13 days; longer
/// ones lose nanoseconds). Derived values (percentiles, rates, the verdict) are not read but
/// computed again.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::result {

/// The longest text that `from_json` accepts, in octets: more than a week of seconds.
inline constexpr std::size_t kJsonOctetsMax = std::size_t{64} << 20;
/// The most commands that `from_json` accepts: each has a histogram of 270 kB.
inline constexpr std::size_t kJsonCommandsMax = 64;
inline constexpr std::size_t kJsonClassesMax = 16;      ///< of the answers to one command
inline constexpr std::size_t kJsonAllClassesMax = 256;  ///< of the answers to all commands
/// Objects and arrays within each other; a result has 5.
inline constexpr std::size_t kJsonDepthMax = 16;
/// What one histogram may inflate to; those of results have less than half of it.
inline constexpr std::size_t kJsonInflatedMax = std::size_t{1} << 20;
/// The most passes of a mix, and the largest weight of one, as of scripts (script/limits.hpp).
inline constexpr std::size_t kJsonPassesMax = 64;
inline constexpr std::uint64_t kJsonWeightMax = 10'000;
/// Addresses of a server, and of the machines that share a run.
inline constexpr std::size_t kJsonAddressesMax = 65'536;
inline constexpr std::size_t kJsonRanksMax = 65'536;
inline constexpr std::size_t kJsonTargetsMax = 1000;
inline constexpr std::size_t kJsonSpansMax = 1000;  ///< as many as there can be results in a merge

/// The keys of `workload` that all protocols have, in their order; any other key is the protocol's
/// own.
[[nodiscard]] std::vector<std::string_view> workload_keys();

/// Every key is always present. `verdict` is the result of report::judge.
[[nodiscard]] std::string to_json(const RunResult& result, const Verdict& verdict);

/// Returns the result, or an error message to be printed after the text's name: "`bytes.sent`:
/// ...".
///
/// The text is not trusted. Reading takes memory of about twelve times its length plus at most 600
/// histograms, whatever it contains, and time in proportion to both. A result whose counts
/// contradict each other is refused. Unknown keys are skipped.
[[nodiscard]] std::variant<RunResult, std::string> from_json(std::string_view text);

}  // namespace backtalk::result
