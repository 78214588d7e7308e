// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Sides run against each other, round after round, and what that shows.
///
/// In each round every side runs once, in random order, so that neither a drift of the machine nor
/// what runs first does to what runs second is charged to one side. The first side is compared with
/// each of the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "compare/evidence.hpp"
#include "compare/findings.hpp"
#include "compare/metrics.hpp"
#include "compare/starts.hpp"
#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::compare {

inline constexpr std::size_t kRoundsMax = 200;
inline constexpr std::size_t kSidesMax = 8;

struct Plan {
  std::vector<std::string> names;   ///< of the sides: at least two
  std::size_t rounds = 10;          ///< from `kRoundsMin` to `kRoundsMax`
  bool looks = false;               ///< look after 8 rounds, 16 and so on, and stop once it shows
  std::uint64_t seed = 1;           ///< of the order of the sides
  const Metric* primary = nullptr;  ///< does not share the level with the others
  std::optional<double> same_within = std::nullopt;
  /// The sides of a round run at the same time, instead of one after the other.
  bool together = false;
  /// How often a side runs in a round, whose value is the mean: twice if servers are started for
  /// each round, to see how much starts differ.
  std::size_t runs_a_round = 1;
  std::vector<bool> restarted = {};  ///< the sides whose servers are started for each round
  std::size_t limits = 0;            ///< that share the level
  /// The sides whose server's CPU time is measured: between two of these it is one more metric.
  std::vector<bool> server_measured = {};
  /// By side: its mailboxes are watched.
  std::vector<bool> watched = {};
  std::vector<std::string> urls = {};  ///< of the sides, for tables and results
};

/// One run, as it is kept: the whole result takes up to megabytes.
struct Run {
  Values values;
  Bounds bounds = {};
  std::string json;  ///< of schema backtalk.load/1, without its seconds
};

struct Side {
  std::string name;
  std::string url = {};
  std::string transaction = {};         ///< what one is called
  std::vector<Run> runs = {};           ///< `runs_a_round` for each round; saved: those there are
  bool restarted = false;               ///< its server was started for each round
  std::vector<std::string> files = {};  ///< in which they were saved
};

/// A run that was not valid, for which its round was repeated.
struct Repeat {
  std::size_t round = 0;  ///< counted from 0
  std::size_t side = 0;
  std::string code;  ///< of the first reason
  std::string sentence;
};

struct Difference {
  std::size_t metric = 0;  ///< index into `metrics`
  std::size_t b = 1;       ///< the side that is compared with the first
  Evidence evidence = {};
  Finding finding;
};

/// How much the starts of a side differ in a metric.
struct StartsOfMetric {
  std::size_t side = 0;
  std::size_t metric = 0;
  BetweenStarts between;
};

enum class Method : std::uint8_t {
  rounds,    ///< the sides of a round ran one after the other
  together,  ///< at the same time
  saved      ///< before, and were saved: they form no pairs, and there are no rounds
};

struct Comparison {
  std::vector<Side> sides;
  std::uint64_t seed = 0;                       ///< of the order
  std::vector<std::vector<std::size_t>> order;  ///< of the sides, for each round
  std::vector<Repeat> repeats;
  std::vector<StartsOfMetric> starts;   ///< of the sides that were started for each round
  std::vector<Difference> differences;  ///< none is shown if the comparison is not valid
  double alpha = kAlpha;
  std::optional<double> same_within;
  bool interrupted = false;
  Method method = Method::rounds;
  std::size_t runs_a_round = 1;
  result::Verdict verdict;

  [[nodiscard]] std::size_t rounds() const { return order.size(); }
};

/// A sentence if so few rounds cannot cross any of the limits, so that they would seem to be kept.
[[nodiscard]] std::optional<std::string> why_no_limit_can_be_crossed(const Plan& plan);

/// A sentence if so few rounds cannot show a difference, however large it is, in the metric that
/// matters (without one: in any, if all of them are known), and what to do about it.
[[nodiscard]] std::optional<std::string> doubt_about(const Plan& plan);

/// Runs sides at once, `Plan::runs_a_round` times each; the round makes a run one of its own.
/// Returns the results of the first side, then those of the next; or a sentence if that cannot be
/// done. A run that was interrupted is the last one.
using RunSides = std::function<std::variant<std::vector<result::RunResult>, std::string>(
    std::span<const std::size_t> sides, std::size_t round)>;

/// The order of the sides in a round. Every order is as likely, and a seed decides them all. Of two
/// rounds the second has the order of the first reversed, so that what goes first and what drifts
/// falls on all sides alike.
[[nodiscard]] std::vector<std::size_t> order_of(std::uint64_t seed, std::size_t round, std::size_t sides);

/// Repeats a round with a run that is not valid, as often in all as there are rounds, but no round
/// more than three times: then the comparison ends, and is not valid. It also ends with a run that
/// was interrupted, and with one that cannot be made: then it is not valid. Returns the sentence of
/// `run` if there is no round before it, not even one that was repeated.
[[nodiscard]] std::variant<Comparison, std::string> compare(const Plan& plan, const RunSides& run);

}  // namespace backtalk::compare
