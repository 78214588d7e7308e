// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "html/figures.hpp"
#include "report/summary.hpp"

namespace backtalk::html {
namespace {

constexpr std::size_t kTicksMax = 200;

constexpr double kEndLeast = 1e-12;
constexpr double kEndMost = 1e15;

// Ticks count in integers.
double within_reason(double value) {
  return std::isnan(value) ? 0 : std::clamp(value, -kEndMost, kEndMost);
}

// 1, 2 or 5 times a power of ten.
double rounded_up(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= step * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

// "1 ms" of 1000000, where report::show_ns says "1.00 ms".
std::string show_round_ns(double ns) {
  std::string text = report::show_ns(ns);
  const std::size_t blank = text.find(' ');
  std::string number = text.substr(0, blank);
  if (number.find('.') != std::string::npos) {
    number.erase(number.find_last_not_of('0') + 1);
    if (number.ends_with('.')) number.pop_back();
  }
  return number + text.substr(blank);
}

}  // namespace

Scale Scale::linear(double low, double high) {
  low = within_reason(low);
  high = within_reason(high);
  return {low, high - low > kEndLeast ? high : low + 1, false};
}

Scale Scale::logarithmic(double low, double high) {
  low = std::log10(std::max(within_reason(low), kEndLeast));
  high = std::log10(std::max(within_reason(high), kEndLeast));
  // Of one value: half a decade around it.
  constexpr double kShortest = 0.25;
  if (high - low < kShortest) {
    const double middle = (low + high) / 2;
    low = middle - kShortest / 2;
    high = middle + kShortest / 2;
  }
  return {low, high, true};
}

double Scale::at(double value) const {
  if (logarithmic_) value = std::log10(std::max(value, kEndLeast));
  return std::clamp((value - low_) / (high_ - low_), 0.0, 1.0);
}

double Scale::value_at(double position) const {
  const double value = low_ + position * (high_ - low_);
  return logarithmic_ ? std::pow(10, value) : value;
}

std::vector<Tick> Scale::ticks(int most, std::string_view unit) const {
  std::vector<Tick> out;
  add_ticks(rounded_up((high_ - low_) / most), unit, out);
  return out;
}

std::vector<Tick> Scale::finer_ticks(int most, std::string_view unit) const {
  std::vector<Tick> out;
  for (const double divisor : {5.0, 10.0, 50.0})
    add_ticks(rounded_up((high_ - low_) / most) / divisor, unit, out);
  return out;
}

void Scale::add_ticks(double step, std::string_view unit, std::vector<Tick>& out) const {
  const auto begin = static_cast<std::int64_t>(std::ceil(low_ / step - 1e-9));
  const auto end = static_cast<std::int64_t>(std::floor(high_ / step + 1e-9));
  for (std::int64_t i = begin; i <= end && out.size() < kTicksMax; ++i) {
    const double value = static_cast<double>(i) * step;
    const double position = at(value);
    const bool known =
        std::ranges::any_of(out, [position](const Tick& one) { return std::abs(one.at - position) < 1e-6; });
    if (known) continue;
    const std::string number =
        step >= 1 ? show_count(static_cast<std::uint64_t>(std::llround(std::max(value, 0.0))))
                  : fmt::format("{:.6g}", value);
    out.push_back({position, fmt::format("{}{}", number, unit)});
  }
}

std::vector<Tick> Scale::time_ticks() const {
  return log_ticks(&show_round_ns);
}

std::vector<Tick> Scale::rate_ticks() const {
  return log_ticks([](double rate) { return show_number(rate) + "/s"; });
}

std::vector<Tick> Scale::log_ticks(std::string (*show)(double value)) const {
  std::vector<Tick> out;
  for (const double factor : {1.0, 3.0, 2.0, 5.0, 1.5, 7.0, 4.0, 6.0, 8.0, 9.0}) {
    for (int power = static_cast<int>(std::floor(low_)); power <= static_cast<int>(high_) + 1; ++power) {
      const double value = factor * std::pow(10, power);
      const double log = std::log10(value);
      if (log >= low_ - 1e-9 && log <= high_ + 1e-9) out.push_back({at(value), show(value)});
    }
  }
  return out;
}

std::vector<Tick> apart(std::span<const Tick> ticks, double distance) {
  std::vector<Tick> out;
  for (const Tick& one : ticks) {
    const bool free =
        std::ranges::all_of(out, [&](const Tick& other) { return std::abs(other.at - one.at) >= distance; });
    if (free) out.push_back(one);
  }
  return out;
}

double nines(double share) {
  return -std::log10(std::max(1 - share, 1e-18));
}

}  // namespace backtalk::html
