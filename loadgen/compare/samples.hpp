// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Measurements that another program has taken of two sides, in rounds as a comparison takes them,
/// judged as those of a comparison are: `compare --samples FILE`.
///
///     {"schema": "backtalk.samples/1", "a": "old", "b": "new", "rows": [
///       {"name": "parse", "unit": "ns", "a": [104.2, 103.9, ...], "b": [99.1, 98.7, ...]}]}
///
/// The i-th values of a row are of one round.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "compare/findings.hpp"

namespace backtalk::compare {

inline constexpr std::size_t kSampleRowsMax = 1024;

struct SampleRow {
  std::string name;
  std::string unit;
  std::vector<double> a;
  std::vector<double> b;  ///< as many
  Finding finding = {};
};

struct Samples {
  std::string a;  ///< the names of the sides
  std::string b;
  std::vector<SampleRow> rows;  ///< with their findings once they are judged
  double alpha = kAlpha;
  std::optional<double> same_within = std::nullopt;
};

/// Reads text that is not trusted. A sentence for the user if it is anything else.
[[nodiscard]] std::variant<Samples, std::string> read_samples(std::string_view text);

/// Judges the rows, which share the level (Holm). A row of fewer than `kRoundsMin` rounds has an
/// estimate and no interval.
void judge(Samples& samples);

[[nodiscard]] std::string tabulate(const Samples& samples);

/// Schema `backtalk.samples-judged/1` (docs/compare.md).
[[nodiscard]] std::string to_json(const Samples& samples);

}  // namespace backtalk::compare
