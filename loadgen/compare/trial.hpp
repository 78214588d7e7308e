// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A try of a side before the rounds: a server that is down, or speaks another protocol, would
/// otherwise only be found out after many runs that are not valid.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "load/job.hpp"
#include "load/plan_run.hpp"

namespace backtalk::compare {

/// How long a side may take to open its first session, unless --timeout is given.
inline constexpr std::uint64_t kTrialSessionNs = 5'000'000'000;

/// The job as it is tried: one session, a few transactions, one after the other.
[[nodiscard]] load::Job trial_of(load::Job job);

/// Runs a few transactions, and returns a sentence with the URL if none of them completes, or if
/// there is no session for `session_ns`. A side that is only slow passes: the rounds judge it.
/// `stop` is asked several times a second whether to end early.
[[nodiscard]] std::optional<std::string> try_side(const load::Job& job, const load::Terms& terms,
                                                  std::uint64_t session_ns,
                                                  const std::function<bool()>& stop);

}  // namespace backtalk::compare
