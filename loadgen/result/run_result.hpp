// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The result of one run, as a value that owns everything it holds. The engine's counters become
/// one of these (result/from_tally.hpp), and reports and verdicts read nothing else. It can be
/// saved, read again (result/json.hpp) and merged with others (result/merge.hpp).
///
/// Counts are of the measured part of the run, after the warm-up, unless stated otherwise. Strings
/// are UTF-8, except for `Example::text`.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "options/setting.hpp"
#include "result/deliveries.hpp"
#include "result/named_count.hpp"
#include "result/ranks.hpp"
#include "stats/batch_interval.hpp"
#include "stats/histogram.hpp"
#include "stats/percentile.hpp"
#include "stats/series.hpp"
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
  std::uint64_t unexpected = 0;            ///< no refusals, and not what a script expects
  std::vector<StatusCount> statuses = {};  ///< those that occurred, each once
  stats::Histogram latency = {};           ///< of all replies
  std::vector<ClassLatency> classes = {};  ///< those that occurred, each once
  /// How old those were that timed out or were unfinished: their latency is that or more.
  stats::Histogram censored = {};
  std::uint64_t timed_out = 0;  ///< how many of them did
  friend bool operator==(const Command&, const Command&) = default;
};

/// One pass of a script that has several, and what became of its transactions.
struct MixPass {
  std::string name;
  std::uint64_t weight = 1;  ///< its share is this of the sum of all
  stats::TransactionTally counted = {};
  stats::Histogram latency = {};
  stats::Histogram censored = {};  ///< as of the run
  std::uint64_t timed_out = 0;
  friend bool operator==(const MixPass&, const MixPass&) = default;
};

/// One stage of an open loop, and what became of the transactions that were to begin in it.
struct Stage {
  std::uint64_t duration_ns = 0;
  double from_per_s = 0;  ///< in whole millionths; of a part of a run, its share
  double to_per_s = 0;
  stats::TransactionTally counted = {};
  stats::Histogram latency = {};
  stats::Histogram censored = {};  ///< as of the run
  std::uint64_t timed_out = 0;
  std::vector<NamedCount> errors = {};  ///< those that failed, by name
  /// nullopt: too little is known, or results were merged.
  std::optional<stats::Confidence> p50_interval = std::nullopt;
  std::optional<stats::Confidence> p99_interval = std::nullopt;
  /// By the half of the stage's time: how many were to begin, and how many of the run's were
  /// answered, refusals included.
  std::array<std::uint64_t, 2> due = {};
  std::array<std::uint64_t, 2> answered = {};
  std::optional<std::uint64_t> server_cpu_ns = std::nullopt;  ///< nullopt: not measured
  friend bool operator==(const Stage&, const Stage&) = default;

  [[nodiscard]] double asked_per_s() const { return (from_per_s + to_per_s) / 2; }
  /// Of whatever stage, while this one lasted: for `ran_ns`, as Ctrl-C may have cut it short.
  [[nodiscard]] double answered_per_s(std::uint64_t ran_ns) const;
  [[nodiscard]] std::optional<stats::Percentile> latency_at(double percentile) const {
    return stats::censored_percentile(latency, censored, percentile);
  }
  /// For each that was answered while the stage lasted.
  [[nodiscard]] std::optional<double> server_cpu_each_ns() const;
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

/// The connections to one address of the server, or from one of this machine.
struct AddressCounts {
  std::string name;  ///< "127.0.0.1", "::1"; the path of a Unix socket
  std::uint64_t opened = 0;
  std::uint64_t failed = 0;
  std::uint64_t transactions = 0;       ///< begun on them, warm-up included
  std::vector<NamedCount> errors = {};  ///< why they failed: as many as `failed`
  friend bool operator==(const AddressCounts&, const AddressCounts&) = default;
};

/// One of several targets, and what became of what was begun on its connections.
struct TargetCounts {
  std::string url;
  std::uint64_t weight = 1;  ///< its share of the connections is this of the sum of all
  std::uint64_t opened = 0;  ///< connections, of the whole run
  std::uint64_t failed = 0;
  /// Sessions that were ready at some time before the end of the load.
  std::uint64_t ready_ever = 0;
  std::uint64_t restarts = 0;
  /// Some thread had no session with it left at the end and could not get another.
  bool lost = false;
  stats::TransactionTally counted = {};
  stats::Histogram latency = {};
  std::vector<NamedCount> errors = {};  ///< of transactions, sessions and connections, by name
  friend bool operator==(const TargetCounts&, const TargetCounts&) = default;
};

struct Connections {
  std::uint64_t opened = 0;
  std::uint64_t failed = 0;
  std::vector<AddressCounts> addresses = {};  ///< of the server; empty: not known
  std::vector<AddressCounts> sources = {};    ///< of this machine; empty: the system chose them
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

/// The server's, for --server-pid: those of the process and its descendants.
struct Server {
  std::uint64_t pid = 0;
  std::uint64_t cpu_ns = 0;          ///< user and system time
  std::uint64_t rss_max_octets = 0;  ///< the most that was seen, shared pages once for each process
  bool gone = false;                 ///< the process was gone before the end: this is what was seen
  friend bool operator==(const Server&, const Server&) = default;
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
  /// How long all transactions were in flight together, as counted; and how much of that is in no
  /// latency (stats/occupancy.hpp).
  std::uint64_t in_flight_us = 0;
  std::uint64_t beside_latency_us = 0;
  std::uint64_t unsolicited = 0;  ///< IMAP: untagged responses that no command had asked for
  friend bool operator==(const Load&, const Load&) = default;
};

/// One second of the run.
struct Second {
  std::uint64_t t_s = 0;  ///< when it ended, from the start of the measured part
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::optional<std::uint64_t> p50_ns;  ///< 0 if none completed; nullopt: unknown after merging
  std::optional<std::uint64_t> p99_ns;  ///< nullopt also if too few completed
  friend bool operator==(const Second&, const Second&) = default;
};

/// A time in which a run was measured, on the clock of its machine.
struct Span {
  std::uint64_t begin_unix_us = 0;  ///< since 1970
  std::uint64_t length_ns = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

/// The lone session beside the load, while measured.
struct Probe {
  std::string command;  ///< "NOOP"
  double rate = 0;      ///< of these a second
  stats::TransactionTally counted = {};
  stats::Histogram latency = {};   ///< from the scheduled instant
  stats::Histogram censored = {};  ///< as of the run
  std::uint64_t timed_out = 0;
  friend bool operator==(const Probe&, const Probe&) = default;
};

/// Sessions that arrive by the clock.
struct Sessions {
  std::uint64_t started = 0;  ///< fell due
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::uint64_t unfinished = 0;
  std::uint64_t found_all_busy = 0;  ///< fell due while every connection was in use
  /// From the instant at which a session was to arrive to its end.
  stats::Histogram latency = {};
  /// How old those were that timed out or were unfinished.
  stats::Histogram censored = {};
  friend bool operator==(const Sessions&, const Sessions&) = default;

  [[nodiscard]] std::optional<stats::Percentile> latency_at(double percentile) const {
    return stats::censored_percentile(latency, censored, percentile);
  }
};

/// What this machine measures of a server that does next to nothing, in such a run as this one on
/// one connection: `backtalk calibrate`.
struct Floor {
  std::uint64_t p50_ns = 0;
  std::uint64_t p99_ns = 0;
  std::uint64_t age_s = 0;  ///< since it was measured, when the run ended
  std::string file;         ///< that it was read from
  friend bool operator==(const Floor&, const Floor&) = default;
};

/// What the first session over TLS has agreed on.
struct Tls {
  std::string version;    ///< "TLSv1.3"
  std::string cipher;     ///< "TLS_AES_256_GCM_SHA384"
  bool verified = false;  ///< the server's certificate was verified
  friend bool operator==(const Tls&, const Tls&) = default;
};

/// What --verify has compared; what was wrong is in the errors.
struct Verification {
  std::uint64_t checked = 0;        ///< messages and bodies that had a checksum
  std::uint64_t not_checkable = 0;  ///< that had none, or were parts
  friend bool operator==(const Verification&, const Verification&) = default;
};

struct RunResult {
  std::string url;
  std::string protocol;     ///< the scheme: "smtp"
  std::optional<Tls> tls;   ///< nullopt: clear text
  std::string transaction;  ///< what one is called: "message"
  Workload workload;
  std::uint64_t elapsed_ns = 0;
  /// When that was: one, or more after merging, in order and apart. Empty: not known.
  std::vector<Span> spans;
  bool interrupted = false;
  stats::TransactionTally measured;
  stats::TransactionTally warmup;
  stats::Histogram latency;  ///< from the scheduled instant; closed loop: from when it began
  /// How old those were that timed out or were unfinished: their latency is that or more.
  stats::Histogram censored;
  std::uint64_t timed_out = 0;  ///< how many of them did
  /// Both by the time at which they ended; empty if the run was too short for batches, if it went
  /// by stages, between which nothing is steady, or not known after merging.
  stats::BatchSeries batches;
  stats::Histogram service;  ///< from the instant at which the first byte was sent
  /// Of the censored ones, how long before they were given up; not of those that were never sent.
  stats::Histogram service_censored;
  std::uint64_t service_timed_out = 0;  ///< how many of these timed out
  stats::Histogram connect;
  stats::Histogram handshake;  ///< of TLS
  /// Open loop: how late a transaction began although a session was free.
  stats::Histogram send_lag;
  /// Open loop with one rate: between transactions that began on a thread, in millionths of what
  /// was asked for on average.
  stats::Histogram gaps;
  /// From when a message was sent to when a POP3 session fetched it, if that was asked for; or
  /// from when it was accepted to when it was in its mailbox, as `deliveries` has it.
  stats::Histogram delivery;
  std::optional<Deliveries> deliveries;  ///< nullopt: no mailbox was watched
  std::vector<Command> commands;         ///< those that were sent, in the protocol's order
  /// The mix as it was run; empty if transactions are all of one kind.
  std::vector<MixPass> mix;
  /// Empty: there is one.
  std::vector<TargetCounts> targets;
  std::vector<Stage> stages;         ///< empty: there is one rate, or a closed loop
  std::optional<Sessions> sessions;  ///< nullopt: they do not arrive by the clock
  std::vector<NamedCount> errors;    ///< in the order in which they first occurred
  std::vector<Example> examples;     ///< likewise; `stats::Examples::kMax` at most
  std::vector<std::string> notes;    ///< from the engine and the sessions; the verdict adds its own
  Connections connections;
  std::uint64_t bytes_sent = 0;  ///< by the sessions, before encryption
  std::uint64_t bytes_received = 0;
  std::uint64_t wire_sent = 0;  ///< on the sockets: the same in clear text
  std::uint64_t wire_received = 0;
  Client client;
  std::optional<Server> server;  ///< nullopt: not asked for, or it could not be seen
  Load load;
  Verification verification;
  std::optional<Floor> floor;  ///< nullopt: not known
  std::optional<Probe> probe;  ///< nullopt: there was none
  std::optional<Ranks> ranks;  ///< nullopt: one process carried out the run
  /// In order of time; a second in which nothing ended may be missing.
  std::vector<Second> seconds;
  /// The same with more counts, in at most a thousand points. What ended after the run, unfinished,
  /// is in the last. Empty if not known.
  stats::Series series;

  [[nodiscard]] double elapsed_s() const { return static_cast<double>(elapsed_ns) / 1e9; }
  /// Completed transactions per second.
  [[nodiscard]] double per_s() const;
  /// The same for the time in which some connection was open; nullopt if none ever was.
  [[nodiscard]] std::optional<double> per_s_connected() const;
  /// How long a stage lasted: after Ctrl-C the part of it before.
  [[nodiscard]] std::uint64_t stage_ran_ns(std::size_t index) const;
  /// How long a point of the series lasted, which of the last is its part before the end.
  [[nodiscard]] std::uint64_t series_length_ns(std::size_t point) const;
  /// True if the server went away and did not come back before the end of the load.
  [[nodiscard]] bool server_lost() const { return connections.lost && connections.ready_at_end == 0; }
  /// Of the transactions that have a latency, or would have one, the share of which no more is
  /// known than that it was at least so long.
  [[nodiscard]] double censored_share() const;
  [[nodiscard]] std::uint64_t censored_unfinished() const {
    return censored.count() - std::min(censored.count(), timed_out);
  }
  /// A percentile of the latency, with what is censored; nullopt if there is nothing.
  [[nodiscard]] std::optional<stats::Percentile> latency_at(double percentile) const {
    return stats::censored_percentile(latency, censored, percentile);
  }
  /// The interval of that percentile; nullopt if the batches are too few or too small, or if the
  /// percentile itself is not known.
  [[nodiscard]] std::optional<stats::Confidence> latency_interval(double percentile) const;
  /// Returns the command of that name; null if it was never sent.
  [[nodiscard]] const Command* command(std::string_view name) const;

  /// Drops what there is second by second, to save memory.
  void drop_intervals() {
    seconds = {};
    series = {};
  }

  friend bool operator==(const RunResult&, const RunResult&) = default;
};

}  // namespace backtalk::result
