// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The result of one run, as a value that owns everything it holds. The engine's counters become
/// one of these (result/from_tally.hpp), and reports and verdicts read nothing else. It can be
/// saved, read again (result/json.hpp) and merged with others (result/merge.hpp).
///
/// Counts are of the measured part of the run, after the warm-up, unless stated otherwise. Strings
/// are UTF-8, except for `Example::text`.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "options/setting.hpp"
#include "stats/histogram.hpp"
#include "stats/tally.hpp"
#include "workload/load_options.hpp"

namespace backtalk::result {

/// An option of the protocol, under its key.
struct Setting {
  std::string name;
  options::Setting value;
  friend bool operator==(const Setting&, const Setting&) = default;
};

/// What was asked of the run. The options that all protocols have are LoadOptions, whose table says
/// under which keys they are saved (workload/load_option_table.hpp). A process that carries out a
/// part of a run has its part of the divided ones.
struct Workload : workload::LoadOptions {
  /// The longest time that the run could take; nullopt: no limit.
  std::optional<std::uint64_t> ends_within_ns;
  std::vector<Setting> own;  ///< the protocol's options
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

/// The latencies of the replies of one class of statuses: "4xx", "-ERR" (stats/status_classes.hpp).
struct ClassLatency {
  std::string name;
  stats::Histogram latency = {};
  friend bool operator==(const ClassLatency&, const ClassLatency&) = default;
};

struct Command {
  std::string name;
  std::uint64_t sent = 0;
  std::uint64_t ok = 0;
  std::uint64_t refused = 0;
  std::vector<StatusCount> statuses;       ///< those that occurred, each once
  stats::Histogram latency;                ///< of all replies
  std::vector<ClassLatency> classes = {};  ///< those that occurred, each once
  friend bool operator==(const Command&, const Command&) = default;
};

/// One pass of a script that has several, and what became of its transactions.
struct MixPass {
  std::string name;
  std::uint64_t weight = 1;  ///< its share is this of the sum of all
  stats::TransactionTally counted = {};
  stats::Histogram latency = {};
  friend bool operator==(const MixPass&, const MixPass&) = default;
};

/// What the server said the first time that something went wrong in this way.
struct Example {
  std::string name;                    ///< as under `errors`
  std::optional<std::string> command;  ///< that was answered, or waited for an answer
  std::optional<std::string> status;   ///< nullopt: no complete reply
  /// Octets as they arrived, `session::kServerWordsMax` at most.
  std::string text;
  std::uint64_t offset = 0;  ///< in the stream that the connection received
  /// The line of the script that expected something else.
  std::optional<std::uint64_t> script_line = std::nullopt;
  /// Where the text begins in the stream: before `offset`, or there.
  std::uint64_t text_offset = 0;
  /// What of that line's expectations did not come: `"251"`, `word 9`.
  std::optional<std::string> expected = std::nullopt;
  friend bool operator==(const Example&, const Example&) = default;

  /// The octets around `offset`, in rows of sixteen (text/hexdump.hpp). Empty if there is no text,
  /// or if it is not shown.
  [[nodiscard]] std::vector<std::string> hexdump() const;
};

/// Of the whole run, except for `connected_ns`.
/// TLS handshakes, of the whole run.
struct Handshakes {
  std::uint64_t full = 0;
  std::uint64_t resumed = 0;  ///< that resumed an earlier connection's session
  std::uint64_t failed = 0;
  friend bool operator==(const Handshakes&, const Handshakes&) = default;
};

/// Of the server, as its connections show them: all were lost, and could be opened again.
struct Restarts {
  std::uint64_t count = 0;        ///< as many as the thread that saw most of them
  std::uint64_t connections = 0;  ///< that were lost in them
  std::uint64_t longest_ns = 0;   ///< until there was a session again
  friend bool operator==(const Restarts&, const Restarts&) = default;
};

struct Connections {
  std::uint64_t opened = 0;
  std::uint64_t failed = 0;
  Handshakes handshakes = {};
  Restarts restarts = {};
  std::uint64_t ready_at_start = 0;  ///< sessions that were ready when the clock started
  /// Sessions that were ready at some time before the end of the load.
  std::uint64_t ready_ever = 0;
  std::uint64_t ready_at_end = 0;  ///< sessions that were ready when the load ended
  /// Some thread had none left at the end and could not get another.
  bool lost = false;
  std::uint64_t connected_ns = 0;  ///< time of the load in which some connection was open
  friend bool operator==(const Connections&, const Connections&) = default;
};

/// The generator's own resource use.
struct Client {
  std::uint64_t cpu_ns = 0;
  std::uint64_t run_delay_ns = 0;   ///< time that threads were ready but waited for a core
  std::uint64_t core_turns = 0;     ///< how often threads were given a core
  double busy_max = 0;              ///< the busiest thread's share of CPU time, in whole billionths
  double delayed_max = 0;           ///< the most delayed thread's share of its wall time, likewise
  std::uint64_t batched_waits = 0;  ///< waits for more than one reply
  friend bool operator==(const Client&, const Client&) = default;
};

/// How the load went: what the verdict needs beyond the counts.
struct Load {
  std::uint64_t load_ns = 0;  ///< how long transactions could begin
  /// How long no transaction had been answered when the load ended, refusals included.
  std::uint64_t silent_ns = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t found_all_busy = 0;  ///< open loop: fell due while every session was busy
  /// Open loop: the length of the second half of the schedule, how many transactions fell due in
  /// the first half, and how many were answered by the middle and by the end, refusals included.
  std::uint64_t second_half_ns = 0;
  std::uint64_t due_by_middle = 0;
  std::uint64_t answered_by_middle = 0;
  std::uint64_t answered_by_end = 0;
  std::uint64_t unsolicited = 0;  ///< IMAP: untagged responses that no command had asked for
  friend bool operator==(const Load&, const Load&) = default;
};

/// One second of the run.
struct Second {
  std::uint64_t t_s = 0;  ///< when it ended, from the start of the measured part
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::optional<std::uint64_t> p50_ns;  ///< 0 if none completed; nullopt: unknown after merging
  std::optional<std::uint64_t> p99_ns;
  friend bool operator==(const Second&, const Second&) = default;
};

/// What the first session over TLS has agreed on.
struct Tls {
  std::string version;    ///< "TLSv1.3"
  std::string cipher;     ///< "TLS_AES_256_GCM_SHA384"
  bool verified = false;  ///< the server's certificate was verified
  friend bool operator==(const Tls&, const Tls&) = default;
};

struct RunResult {
  std::string url;
  std::string protocol;     ///< the scheme: "smtp"
  std::optional<Tls> tls;   ///< nullopt: clear text
  std::string transaction;  ///< what one is called: "message"
  Workload workload;
  std::uint64_t elapsed_ns = 0;
  bool interrupted = false;
  stats::TransactionTally measured;
  stats::TransactionTally warmup;
  stats::Histogram latency;  ///< from the scheduled instant; closed loop: from when it began
  stats::Histogram service;  ///< from the instant at which the first byte was sent
  stats::Histogram connect;
  stats::Histogram handshake;  ///< of TLS
  /// Open loop: how late a transaction began although a session was free.
  stats::Histogram send_lag;
  std::vector<Command> commands;  ///< those that were sent, in the protocol's order
  /// The mix as it was run; empty if transactions are all of one kind.
  std::vector<MixPass> mix;
  std::vector<NamedCount> errors;  ///< in the order in which they first occurred
  std::vector<Example> examples;   ///< likewise; `stats::Examples::kMax` at most
  std::vector<std::string> notes;  ///< from the engine and the sessions; the verdict adds its own
  Connections connections;
  std::uint64_t bytes_sent = 0;  ///< by the sessions, before encryption
  std::uint64_t bytes_received = 0;
  std::uint64_t wire_sent = 0;  ///< on the sockets: the same in clear text
  std::uint64_t wire_received = 0;
  Client client;
  Load load;
  /// In order of time; a second in which nothing ended may be missing.
  std::vector<Second> seconds;

  [[nodiscard]] double elapsed_s() const { return static_cast<double>(elapsed_ns) / 1e9; }
  /// Completed transactions per second.
  [[nodiscard]] double per_s() const;
  /// The same for the time in which some connection was open; nullopt if none ever was.
  [[nodiscard]] std::optional<double> per_s_connected() const;
  /// True if the server went away and did not come back before the end of the load.
  [[nodiscard]] bool server_lost() const { return connections.lost && connections.ready_at_end == 0; }
  /// Returns the command of that name; null if it was never sent.
  [[nodiscard]] const Command* command(std::string_view name) const;

  friend bool operator==(const RunResult&, const RunResult&) = default;
};

}  // namespace backtalk::result
