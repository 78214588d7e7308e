// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/session_verdict.hpp"

#include <fmt/format.h>

#include "report/summary.hpp"

namespace backtalk::report {

using result::Reason;
using result::RunResult;

namespace {

constexpr double kLateMax = 0.01;        // of the sessions
constexpr double kUnfinishedMax = 0.01;  // likewise

double share_among(std::uint64_t part, std::uint64_t whole) {
  return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

}  // namespace

std::optional<Reason> sessions_late(const RunResult& result) {
  if (!result.sessions || result.interrupted) return std::nullopt;
  const double late = share_among(result.sessions->found_all_busy, result.sessions->started);
  if (late <= kLateMax) return std::nullopt;
  return Reason{
      .code = "rate-not-reached",
      .sentence = fmt::format("the rate of sessions was not reached: {} of {} ({}) fell due while all {} of "
                              "-c were open, and had "
                              "to wait; raise -c if the server takes more sessions, or lower --session-rate",
                              result.sessions->found_all_busy, result.sessions->started, show_share(late),
                              result.workload.connections),
      .fails = true,
      .evidence = {{"late_share", late}, {"connections", static_cast<double>(result.workload.connections)}}};
}

// A run waits only so long for its last sessions. If many were still open then, the figures cover
// mainly the short ones.
std::optional<Reason> sessions_unfinished(const RunResult& result) {
  if (!result.sessions || result.interrupted) return std::nullopt;
  const double unfinished = share_among(result.sessions->unfinished, result.sessions->started);
  if (unfinished <= kUnfinishedMax) return std::nullopt;
  return Reason{.code = "sessions-unfinished",
                .sentence = fmt::format(
                    "{} of the sessions ({} of {}) had not ended when the run did: their pauses last "
                    "longer than it waits, or the server was slow; use shorter sessions, or a longer "
                    "--timeout",
                    show_share(unfinished), result.sessions->unfinished, result.sessions->started),
                .fails = false,
                .evidence = {{"unfinished_share", unfinished}}};
}

std::optional<Reason> sessions_failed(const RunResult& result) {
  if (!result.sessions) return std::nullopt;
  const double failed = share_among(result.sessions->failed, result.sessions->started);
  const double allowed = result.workload.allow_failures;
  if (failed <= allowed) return std::nullopt;
  return Reason{
      .code = "errors",
      .sentence = fmt::format("{} of the sessions failed ({} of {}), more than the {} of --allow-failures",
                              show_share(failed), result.sessions->failed, result.sessions->started,
                              show_share(allowed)),
      .fails = true,
      .evidence = {{"failed_share", failed}, {"allowed_share", allowed}}};
}

}  // namespace backtalk::report
