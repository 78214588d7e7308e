// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "text/duration.hpp"

#include <array>
#include <charconv>

namespace backtalk::text {
namespace {

struct Unit {
  std::string_view name;
  double ns;
};
constexpr std::array kUnits{Unit{"", 1e9},  Unit{"ns", 1},   Unit{"us", 1e3},  Unit{"ms", 1e6},
                            Unit{"s", 1e9}, Unit{"m", 60e9}, Unit{"h", 3600e9}};
constexpr double kWeekNs = 7 * 24 * 3600e9;

}  // namespace

std::optional<std::uint64_t> read_duration(std::string_view text) {
  double number = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || !(number >= 0)) return std::nullopt;
  const std::string_view name = text.substr(static_cast<std::size_t>(stop - text.data()));
  for (const Unit& unit : kUnits) {
    if (unit.name == name && number * unit.ns <= kWeekNs) return static_cast<std::uint64_t>(number * unit.ns);
  }
  return std::nullopt;
}

std::string show_duration(std::uint64_t ns) {
  struct Shown {
    std::string_view name;
    std::uint64_t ns;
  };
  constexpr std::array kShown{Shown{"s", 1'000'000'000}, Shown{"ms", 1'000'000}, Shown{"us", 1'000},
                              Shown{"ns", 1}};
  for (const Shown& unit : kShown) {
    if (ns % unit.ns == 0) return std::to_string(ns / unit.ns).append(unit.name);
  }
  return {};  // unreachable: every number is a whole number of ns
}

}  // namespace backtalk::text
