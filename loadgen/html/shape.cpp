// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "html/escape.hpp"
#include "html/scale.hpp"
#include "report/percentiles.hpp"
#include "report/summary.hpp"

namespace backtalk::html {
namespace {

constexpr std::size_t kBarCount = 48;
constexpr double kBarWidth = 4;  // the width of one, with the gap to the next
constexpr double kShapeHeight = 30;
constexpr double kShapeLeast = 1.5;

}  // namespace

void Span::take(const stats::Histogram& latency) {
  if (latency.empty()) return;
  const std::uint64_t least = std::max<std::uint64_t>(latency.min(), 1);
  low_ns = high_ns == 0 ? least : std::min(low_ns, least);
  high_ns = std::max(high_ns, std::max(latency.max(), least));
}

std::string Span::words() const {
  if (high_ns == 0) return {};
  return fmt::format("{} to {}", report::show_ns(static_cast<double>(low_ns)),
                     report::show_ns(static_cast<double>(high_ns)));
}

std::string draw_shape(const stats::Histogram& latency, const Span& span) {
  if (latency.empty()) return {};
  const Scale scale = Scale::logarithmic(static_cast<double>(span.low_ns), static_cast<double>(span.high_ns));
  std::array<std::uint64_t, kBarCount> counts{};
  latency.for_each_bucket([&](const stats::Histogram::Bucket& bucket) {
    const double middle = (static_cast<double>(bucket.lowest) + static_cast<double>(bucket.highest)) / 2;
    const auto bar = static_cast<std::size_t>(scale.at(middle) * kBarCount);
    counts.at(std::min(bar, kBarCount - 1)) += bucket.count;
  });
  const auto most = static_cast<double>(*std::ranges::max_element(counts));
  std::string path;
  for (std::size_t i = 0; i < kBarCount; ++i) {
    if (counts.at(i) == 0) continue;
    const double height = std::max(static_cast<double>(counts.at(i)) / most * kShapeHeight, kShapeLeast);
    fmt::format_to(std::back_inserter(path), "M{} {}v-{:.1f}", (static_cast<double>(i) + 0.5) * kBarWidth,
                   kShapeHeight, height);
  }
  return fmt::format(
      "<svg class=\"shape\" viewBox=\"0 0 {} {}\" role=\"img\"><title>{}</title><path d=\"{}\"/></svg>",
      kBarWidth * kBarCount, kShapeHeight, escaped(report::show_distribution(latency)), path);
}

}  // namespace backtalk::html
