// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/limit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include "compare/differences.hpp"
#include "compare/evidence.hpp"
#include "compare/findings.hpp"
#include "text/blanks.hpp"

namespace backtalk::compare {
namespace {

// A limit on one of the sides.
struct Judged {
  const Limit* limit;
  const Difference* difference;
};

}  // namespace

std::variant<Limit, std::string> read_limit(std::string_view text) {
  const std::size_t sign = text.find_first_of("<>");
  Limit out{.text = std::string(text), .metric = find_metric(text::without_blanks(text.substr(0, sign)))};
  if (sign != std::string_view::npos && out.metric != nullptr) {
    out.above = text[sign] == '>';
    const std::string_view value = text::without_blanks(text.substr(sign + 1));
    const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), out.ratio);
    if (failure == std::errc{} && end == value.data() + value.size() && std::isfinite(out.ratio) &&
        out.ratio > 0)
      return out;
  }
  return fmt::format("--fail-if `{}`: write METRIC>RATIO or METRIC<RATIO, as in 'p99>1.05': B over A of {}",
                     text, metric_names());
}

std::vector<std::string> crossed(std::span<const Limit> limits, const Comparison& comparison) {
  if (!comparison.verdict.valid()) return {};
  std::vector<Judged> all;
  std::vector<double> p;
  std::vector<std::string> out;
  for (const Limit& limit : limits) {
    std::vector<bool> compared(comparison.sides.size());
    for (const Difference& one : comparison.differences) {
      if (one.finding.metric != limit.metric->key) continue;
      compared[one.b] = true;
      all.push_back({.limit = &limit, .difference = &one});
      // What is kept, however clearly, leaves the others no larger share of the level.
      const bool beyond = limit.above ? one.finding.ratio > limit.ratio : one.finding.ratio < limit.ratio;
      p.push_back(beyond ? p_of(one.evidence, std::log(limit.ratio)) : 1);
    }
    const auto metric = static_cast<std::size_t>(limit.metric - metrics().data());
    for (std::size_t b = 1; b < compared.size(); ++b) {
      if (compared[b]) continue;
      const auto why = why_not_compared(comparison, b, metric);
      out.push_back(fmt::format(
          "{}: {} of {} was not compared, since {}", limit.text, limit.metric->name, comparison.sides[b].name,
          why.value_or(limit.metric->of_server  ? "the server's CPU time was not measured (--server-pid)"
                       : limit.metric->of_watch ? "its mailboxes were not watched (--watch)"
                                                : "some run has too few transactions for it")));
    }
  }
  const bool can_cross = std::ranges::any_of(all, [&](const Judged& one) {
    return can_show(size_of(one.difference->evidence), comparison.alpha / static_cast<double>(all.size()));
  });
  const std::vector<double> corrected = correct_for_many(p);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Finding& found = all[i].difference->finding;
    const Limit& limit = *all[i].limit;
    if (!can_cross || !can_show(size_of(all[i].difference->evidence), comparison.alpha)) {
      out.push_back(fmt::format("{}: not judged: {} has too few runs for {}, however large the difference is",
                                limit.text, comparison.sides[all[i].difference->b].name,
                                all.size() == 1 ? "a limit to be crossed"
                                                : fmt::format("any of {} limits to be crossed", all.size())));
      continue;
    }
    const bool beyond = limit.above ? found.low > limit.ratio : found.high < limit.ratio;
    if (!beyond || corrected[i] > comparison.alpha) continue;
    out.push_back(fmt::format("{}: {} is {:.3f} times {}, and between {:.3f} and {:.3f} times", limit.text,
                              comparison.sides[all[i].difference->b].name, found.ratio,
                              comparison.sides.front().name, found.low, found.high));
  }
  return out;
}

}  // namespace backtalk::compare
