// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Whether each of several targets had its part of the load.
#pragma once

#include <optional>
#include <string>

#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::report {

/// The reason `server-lost`, if no session could be opened with some target of several in the whole
/// run, or if one went away and did not come back: its share of the load was not what was asked
/// for.
[[nodiscard]] std::optional<result::Reason> target_lost(const result::RunResult& result);

/// Whose restarts `server-restarted` is about: "the server was", or the URLs of those of several.
[[nodiscard]] std::string restarted_servers(const result::RunResult& result);

/// A sentence, if what falls due by the clock was begun in other shares than the weights of the
/// targets. In a closed loop that follows from their speed.
[[nodiscard]] std::optional<std::string> weights_off(const result::RunResult& result);

/// Where nothing completed: the URL, or all URLs, each with its errors.
[[nodiscard]] std::string where(const result::RunResult& result);

}  // namespace backtalk::report
