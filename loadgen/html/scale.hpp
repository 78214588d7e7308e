// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Where values stand on an axis, and which of them it names.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::html {

/// From 0, at the low end of an axis, to 1.
struct Tick {
  double at = 0;
  std::string label;
};

class Scale {
 public:
  /// `low < high`; otherwise the axis is widened until it is. Ends beyond 10^15 are moved there.
  [[nodiscard]] static Scale linear(double low, double high);
  /// Of values above zero.
  [[nodiscard]] static Scale logarithmic(double low, double high);

  /// Limited to the axis.
  [[nodiscard]] double at(double value) const;
  [[nodiscard]] double value_at(double position) const;
  [[nodiscard]] bool is_logarithmic() const { return logarithmic_; }

  /// Round values of a linear axis, `most` at most. Labels end with `unit`.
  [[nodiscard]] std::vector<Tick> ticks(int most, std::string_view unit) const;
  /// Those between them, for who looks closer: the roundest first, and 200 at most.
  [[nodiscard]] std::vector<Tick> finer_ticks(int most, std::string_view unit) const;
  /// Of a logarithmic axis: "100/s", "1,000/s".
  [[nodiscard]] std::vector<Tick> rate_ticks() const;
  /// The ticks of a logarithmic axis in nanoseconds: "1 ms".
  [[nodiscard]] std::vector<Tick> time_ticks() const;

 private:
  Scale(double low, double high, bool logarithmic) : low_(low), high_(high), logarithmic_(logarithmic) {}

  void add_ticks(double step, std::string_view unit, std::vector<Tick>& out) const;
  [[nodiscard]] std::vector<Tick> log_ticks(std::string (*show)(double value)) const;

  double low_;  // of logarithms, if it is logarithmic
  double high_;
  bool logarithmic_;
};

/// Of which ticks the labels do not run into each other: those that keep this distance from all
/// that come before them.
[[nodiscard]] std::vector<Tick> apart(std::span<const Tick> ticks, double distance);

/// Where the percentile of that share (0 <= p < 1) stands on an axis of 1/(1 - p): 0 for p = 0, 1
/// for 0.9, 2 for 0.99.
[[nodiscard]] double nines(double share);

}  // namespace backtalk::html
