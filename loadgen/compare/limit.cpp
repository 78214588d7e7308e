// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/limit.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <system_error>

namespace backtalk::compare {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

}  // namespace

std::variant<Limit, std::string> read_limit(std::string_view text) {
  const std::size_t sign = text.find_first_of("<>");
  Limit out{.text = std::string(text), .metric = find_metric(trimmed(text.substr(0, sign)))};
  if (sign != std::string_view::npos && out.metric != nullptr) {
    out.above = text[sign] == '>';
    const std::string_view value = trimmed(text.substr(sign + 1));
    const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), out.ratio);
    if (failure == std::errc{} && end == value.data() + value.size() && std::isfinite(out.ratio) &&
        out.ratio > 0)
      return out;
  }
  return fmt::format("--fail-if `{}`: write METRIC>RATIO or METRIC<RATIO, as in 'p99>1.05': B over A of {}",
                     text, metric_names());
}

std::optional<std::string> crossed(const Limit& limit, const Comparison& comparison) {
  if (!comparison.verdict.valid()) return std::nullopt;
  bool compared = false;
  for (const Difference& one : comparison.differences) {
    const Finding& found = one.finding;
    if (found.metric != limit.metric->key) continue;
    compared = true;
    if (limit.above ? found.low > limit.ratio : found.high < limit.ratio)
      return fmt::format("{}: {} is {:.3f} times {}, and between {:.3f} and {:.3f} times", limit.text,
                         comparison.sides[one.b].name, found.ratio, comparison.sides.front().name, found.low,
                         found.high);
  }
  if (compared) return std::nullopt;
  return fmt::format("{}: {} was not compared, since some run has too few transactions for it", limit.text,
                     limit.metric->name);
}

}  // namespace backtalk::compare
