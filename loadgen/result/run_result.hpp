// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The result of one run: a value that owns all it holds. The engine's counters become one of these
/// (result/from_tally.hpp); reports and verdicts read nothing else; it can be saved, read again
/// (result/json.hpp) and merged with others (result/merge.hpp).
///
/// Counts are of the measured part of the run, after the warm-up, unless said otherwise. Strings
/// are UTF-8, but for `Example::text`.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "stats/histogram.hpp"
#include "stats/tally.hpp"

namespace backtalk::result {

/// An option of one protocol, as the result names it. Nothing: it was not given.
struct Setting {
  std::string name;
  std::variant<std::monostate, bool, std::uint64_t, double, std::string, std::vector<std::string>> value;
  friend bool operator==(const Setting&, const Setting&) = default;
};

/// Transactions that fall due by the clock.
struct OpenLoop {
  double rate_per_s = 0;              ///< in whole millionths
  std::string arrival = "constant";   ///< or "poisson"
  std::optional<std::uint64_t> seed;  ///< nothing if parts with different ones were merged
  friend bool operator==(const OpenLoop&, const OpenLoop&) = default;
};

/// What was asked for.
struct Workload {
  std::uint64_t connections = 1;
  std::uint64_t threads = 1;
  std::uint64_t pipeline = 1;
  std::optional<OpenLoop> open_loop;  ///< nothing: closed loop
  std::optional<std::uint64_t> duration_ns;
  std::optional<std::uint64_t> transactions;
  std::uint64_t warmup_ns = 0;
  std::uint64_t timeout_ns = 0;
  std::uint64_t ramp_ns = 0;
  double allow_failures = 0;                    ///< share of what was started; more of them fail the run
  std::optional<std::uint64_t> ends_within_ns;  ///< the longest that the run could take; nothing: no limit
  std::uint64_t per_connection = 0;             ///< transactions before reconnecting; 0: no limit
  std::uint64_t batch_ns = 0;                   ///< closed loop: how long a reply may wait for others
  bool quick_ack = false;
  std::vector<Setting> settings;  ///< the protocol's own options
  friend bool operator==(const Workload&, const Workload&) = default;
};

struct NamedCount {
  std::string name;
  std::uint64_t count = 0;
  friend bool operator==(const NamedCount&, const NamedCount&) = default;
};

/// How often a command was answered with one of the protocol's statuses, such as "250" or "NO".
struct StatusCount {
  std::string name;
  bool ok = true;  ///< false: the server refused
  std::uint64_t count = 0;
  friend bool operator==(const StatusCount&, const StatusCount&) = default;
};

struct Command {
  std::string name;
  std::uint64_t sent = 0;
  std::uint64_t ok = 0;
  std::uint64_t refused = 0;
  std::vector<StatusCount> statuses;  ///< those that came, each once
  stats::Histogram latency;
  friend bool operator==(const Command&, const Command&) = default;
};

/// What the server said the first time that something went wrong in this way.
struct Example {
  std::string name;                    ///< as under `errors`
  std::optional<std::string> command;  ///< that was answered, or waited for an answer
  std::optional<std::string> status;   ///< nothing: no whole reply
  std::string text;                    ///< octets as they came, `session::kServerWordsMax` at most
  std::uint64_t offset = 0;            ///< in what the connection received
  friend bool operator==(const Example&, const Example&) = default;
};

/// The whole run, but for `connected_ns`.
struct Connections {
  std::uint64_t opened = 0;
  std::uint64_t failed = 0;
  std::uint64_t ready_at_start = 0;  ///< sessions that were ready when the clock started
  std::uint64_t ready_ever = 0;      ///< sessions that were ready at some time before the end of the load
  std::uint64_t ready_at_end = 0;    ///< sessions that were ready when the load ended
  bool lost = false;                 ///< some thread had none left then and could not have one again
  std::uint64_t connected_ns = 0;    ///< of the load: some connection was open
  friend bool operator==(const Connections&, const Connections&) = default;
};

/// What the generator itself used.
struct Client {
  std::uint64_t cpu_ns = 0;
  std::uint64_t run_delay_ns = 0;   ///< threads were ready and waited for a core
  std::uint64_t core_turns = 0;     ///< how often threads were given one
  double busy_max = 0;              ///< the busiest thread's share of CPU time, in whole billionths
  double delayed_max = 0;           ///< the most delayed thread's share, likewise
  std::uint64_t batched_waits = 0;  ///< waits for more than one answer
  friend bool operator==(const Client&, const Client&) = default;
};

/// How the load went: what the verdict needs beyond the counts.
struct Load {
  std::uint64_t load_ns = 0;  ///< how long there was load to begin
  /// When it ended: since when no transaction had completed.
  std::uint64_t silent_ns = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t found_all_busy = 0;  ///< open loop: fell due while every session was busy
  /// Open loop: how long the second half of the schedule is, how many fell due in the first, and
  /// how many were answered by the middle and by the end, be it with a refusal.
  std::uint64_t second_half_ns = 0;
  std::uint64_t due_by_middle = 0;
  std::uint64_t answered_by_middle = 0;
  std::uint64_t answered_by_end = 0;
  friend bool operator==(const Load&, const Load&) = default;
};

/// One second of the run.
struct Second {
  std::uint64_t t_s = 0;  ///< when it ended, from the start of the measured part
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::optional<std::uint64_t> p50_ns;  ///< 0 if none completed; nothing: not known after merging
  std::optional<std::uint64_t> p99_ns;
  friend bool operator==(const Second&, const Second&) = default;
};

struct RunResult {
  std::string url;
  std::string protocol;     ///< the scheme: "smtp"
  std::string transaction;  ///< what one is called: "message"
  Workload workload;
  std::uint64_t elapsed_ns = 0;
  bool interrupted = false;
  stats::TransactionTally measured;
  stats::TransactionTally warmup;
  stats::Histogram latency;  ///< from the scheduled instant; closed loop: from when it was begun
  stats::Histogram service;  ///< from the instant at which the first byte was sent
  stats::Histogram connect;
  stats::Histogram tls;
  stats::Histogram send_lag;       ///< open loop: how late a transaction was begun though a session was free
  std::vector<Command> commands;   ///< those that were sent, in the protocol's order
  std::vector<NamedCount> errors;  ///< in the order in which they came up
  std::vector<Example> examples;   ///< likewise; `stats::Examples::kMax` at most
  std::vector<std::string> notes;  ///< of the engine and the sessions; the verdict adds its own
  Connections connections;
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
  Client client;
  Load load;
  std::vector<Second> seconds;  ///< in the order of time; a second in which nothing ended may be missing

  [[nodiscard]] double elapsed_s() const { return static_cast<double>(elapsed_ns) / 1e9; }
  /// Completed transactions a second.
  [[nodiscard]] double per_s() const;
  /// The same for the time in which some connection was open; nothing if none ever was.
  [[nodiscard]] std::optional<double> per_s_connected() const;
  /// The server went away and did not come back before the end of the load.
  [[nodiscard]] bool server_lost() const { return connections.lost && connections.ready_at_end == 0; }
  /// Null if it was never sent.
  [[nodiscard]] const Command* command(std::string_view name) const;

  friend bool operator==(const RunResult&, const RunResult&) = default;
};

}  // namespace backtalk::result
