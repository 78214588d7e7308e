// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <boost/json.hpp>
#include <string_view>
#include <utility>

#include "series/repeat.hpp"

namespace backtalk::series {
namespace {

namespace json = boost::json;

// A lower bound must not be taken for a value.
json::value value_or_null(const Spread& of, double share, double figure) {
  return of.is_bound(share) ? json::value(nullptr) : json::value(figure);
}

json::object spreads_of(const Repetition& of) {
  json::object out;
  for (std::size_t i = 0; i < compare::kMetricCount; ++i) {
    const auto& spread = of.spreads[i];
    const std::string_view key = compare::metrics()[i].key;
    if (!spread) {
      out[key] = nullptr;
      continue;
    }
    out[key] = {{"runs", spread->values},
                {"median", value_or_null(*spread, 0.5, spread->median)},
                {"min", value_or_null(*spread, 0, spread->min)},
                {"max", value_or_null(*spread, 1, spread->max)},
                {"lower_quartile", value_or_null(*spread, 0.25, spread->lower_quartile)},
                {"upper_quartile", value_or_null(*spread, 0.75, spread->upper_quartile)},
                {"bounds", spread->bounds}};
  }
  return out;
}

json::array objectives_of(const Repetition& of) {
  json::array out;
  for (const CommonObjective& one : of.objectives)
    out.push_back({{"rule", one.objective.rule}, {"met", one.missed == 0}, {"missed_runs", one.missed}});
  return out;
}

json::object common_verdict(const Repetition& of) {
  json::array reasons;
  if (of.problem)
    reasons.push_back({{"code", "run-impossible"},
                       {"runs", 1},
                       {"first_run", of.runs.size() + 1},
                       {"sentence", *of.problem}});
  for (const CommonReason& one : of.reasons)
    reasons.push_back({{"code", one.reason.code},
                       {"runs", one.runs},
                       {"first_run", one.first + 1},
                       {"sentence", one.reason.sentence}});
  return {{"valid", of.valid()}, {"reasons", std::move(reasons)}};
}

}  // namespace

// The results are JSON already, and large: they are not read again.
std::string to_json(const Repetition& repetition) {
  const json::object head{{"schema", "backtalk.repeat/1"},
                          {"target", {{"url", repetition.url}, {"protocol", repetition.protocol}}},
                          {"asked", repetition.asked},
                          {"counted", repetition.counted()},
                          {"interrupted", repetition.interrupted},
                          {"summary", spreads_of(repetition)},
                          {"slo", objectives_of(repetition)},
                          {"verdict", common_verdict(repetition)}};
  std::string out = json::serialize(head);
  out.pop_back();
  out.append(",\"results\":[");
  for (const RepeatedRun& run : repetition.runs)
    out.append(&run == repetition.runs.data() ? "" : ",").append(run.json);
  return out.append("]}");
}

}  // namespace backtalk::series
