// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Results of runs that never were, for what is said about them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "report/load_result.hpp"

namespace backtalk::report {

constexpr std::uint64_t kMicrosecond = 1'000;
constexpr std::uint64_t kMillisecond = 1'000'000;
constexpr std::uint64_t kSecond = 1'000'000'000;

/// A quiet closed loop of one second: ten sessions, 1000 messages of 10 ms, 5 % of a core.
struct Quiet {
  static constexpr std::array<std::string_view, 2> kNames{"MAIL", "DOT"};
  static constexpr std::array<session::Status, 2> kStatuses{{{"250", true}, {"550", false}}};

  workload::LoadOptions options;
  stats::Tally tally{kNames.size(), kStatuses.size()};
  double elapsed_s = 1;
  bool interrupted = false;

  Quiet() {
    options.connections = 10;
    options.duration_ns = kSecond;
    tally.load_ns = tally.connected_ns = kSecond;
    tally.busy_max = 0.05;
    tally.core_turns = 1000;
    tally.silent_ns = 10 * kMillisecond;
    tally.sessions_at_start = tally.sessions_had = tally.sessions_at_end = 10;
    complete(1000);
  }

  void complete(std::uint64_t count, std::uint64_t latency_ns = 10 * kMillisecond) {
    for (std::uint64_t i = 0; i < count; ++i) {
      tally.started(true);
      tally.command_answered(
          {.command = 1, .ok = true, .status = 0, .latency = latency_ns, .measured = true});
      tally.transaction_ended({.ticket = {.number = i, .scheduled = kSecond, .measured = true},
                               .begun = kSecond,
                               .ended = kSecond + latency_ns,
                               .ending = session::Ending::completed,
                               .reason = {},
                               .in_doubt = false});
    }
  }

  void fail(std::uint64_t count, std::string_view reason) {
    for (std::uint64_t i = 0; i < count; ++i) {
      tally.started(true);
      tally.transaction_ended({.ticket = {.number = i, .scheduled = kSecond, .measured = true},
                               .begun = kSecond,
                               .ended = kSecond + kMillisecond,
                               .ending = session::Ending::failed,
                               .reason = reason,
                               .in_doubt = false});
    }
  }

  [[nodiscard]] LoadResult result() const {
    return {.options = options,
            .url = "smtp://127.0.0.1:2525",
            .protocol = "smtp",
            .transaction = "message",
            .command_names = kNames,
            .statuses = kStatuses,
            .settings = {},
            .tally = tally,
            .intervals = {},
            .elapsed_s = elapsed_s,
            .interrupted = interrupted,
            .ends_within_s = std::nullopt};
  }
};

}  // namespace backtalk::report
