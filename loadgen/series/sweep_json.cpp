// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <algorithm>
#include <boost/json.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "series/sweep.hpp"

namespace backtalk::series {
namespace {

namespace json = boost::json;

template <class Value>
json::value or_null(const std::optional<Value>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

json::value interval_of(const SweepLatency& of) {
  return of.interval ? json::value{of.interval->low, of.interval->high} : json::value(nullptr);
}

json::value rate_interval(const SweepRun& of) {
  if (!of.half_interval) return nullptr;
  return {std::max(of.per_s - *of.half_interval, 0.0), of.per_s + *of.half_interval};
}

json::object row_of(const SweepRun& run) {
  json::object out{{"pipeline", run.step.depth},
                   {"rate_per_s", or_null(run.step.rate)},
                   {"completed", run.completed},
                   {"failed", run.failed},
                   {"unfinished", run.unfinished}};
  json::array bounds;
  for (std::size_t i = 0; i < compare::kMetricCount; ++i) {
    const std::string_view key = compare::metrics()[i].key;
    out[key] = or_null(run.values[i]);
    if (run.bounds.values[i]) bounds.push_back(json::value(key));
  }
  out["bounds"] = std::move(bounds);
  out["intervals"] = {
      {"per_s", rate_interval(run)}, {"p50_ns", interval_of(run.p50)}, {"p99_ns", interval_of(run.p99)}};
  out["holds"] = run.holds();
  return out;
}

json::object verdict_of(const Sweep& sweep) {
  json::array reasons;
  for (const SweepRun& run : sweep.runs) {
    for (const result::Reason& one : run.verdict.reasons)
      reasons.push_back({{"code", one.code},
                         {"pipeline", run.step.depth},
                         {"rate_per_s", or_null(run.step.rate)},
                         {"sentence", one.sentence}});
  }
  if (sweep.problem) {
    const SweepStep step = steps_of(sweep.depths, sweep.rates)[sweep.runs.size()];
    reasons.push_back({{"code", "run-impossible"},
                       {"pipeline", step.depth},
                       {"rate_per_s", or_null(step.rate)},
                       {"sentence", *sweep.problem}});
  }
  return {{"valid", sweep.valid()}, {"reasons", std::move(reasons)}};
}

// One line of the chart: `y` and its ends, by the row.
struct Line {
  std::string_view figure;
  std::string_view unit;
  std::function<json::value(const json::object& row)> y;
  std::function<json::value(const json::object& row)> interval;
};

json::object series_of(const Line& line, const std::vector<const json::object*>& rows) {
  json::array y;
  json::array low;
  json::array high;
  for (const json::object* const row : rows) {
    y.push_back(row == nullptr ? json::value(nullptr) : line.y(*row));
    const json::value interval = row == nullptr ? json::value(nullptr) : line.interval(*row);
    const json::array* const ends = interval.if_array();
    low.push_back(ends == nullptr ? json::value(nullptr) : (*ends)[0]);
    high.push_back(ends == nullptr ? json::value(nullptr) : (*ends)[1]);
  }
  return {{"unit", line.unit}, {"y", std::move(y)}, {"low", std::move(low)}, {"high", std::move(high)}};
}

Line line_of(std::string_view key, std::string_view figure, std::string_view unit) {
  return {.figure = figure,
          .unit = unit,
          .y = [key](const json::object& row) { return row.at(key); },
          .interval = [key](const json::object& row) { return row.at("intervals").as_object().at(key); }};
}

// The row of each step, in the order of `steps`; null for a step that was not run.
std::vector<const json::object*> rows_of(const Sweep& sweep, const json::array& rows,
                                         const std::vector<SweepStep>& steps) {
  std::vector<const json::object*> out;
  for (const SweepStep& step : steps) {
    const auto found = std::ranges::find(sweep.runs, step, &SweepRun::step);
    const auto i = static_cast<std::size_t>(found - sweep.runs.begin());
    out.push_back(found == sweep.runs.end() ? nullptr : &rows[i].as_object());
  }
  return out;
}

// The axis, and for each depth the series along it.
json::object chart_of(const Sweep& sweep, const json::array& rows) {
  const std::vector<Line> lines{line_of("per_s", "per second", "1/s"), line_of("p50_ns", "p50", "ns"),
                                line_of("p99_ns", "p99", "ns")};
  std::vector<std::uint64_t> depths = sweep.depths;
  std::vector<double> rates = sweep.rates;
  std::ranges::sort(depths);
  std::ranges::sort(rates);
  json::array series;
  const auto add = [&](const std::vector<SweepStep>& steps, const json::value& depth) {
    for (const Line& line : lines) {
      json::object one = series_of(line, rows_of(sweep, rows, steps));
      std::string name(line.figure);
      if (sweep.depths.size() > 1 && !rates.empty()) name += " at -p " + json::serialize(depth);
      one["name"] = name;
      one["pipeline"] = depth;
      series.push_back(std::move(one));
    }
  };
  if (rates.empty()) {
    add(steps_of(depths, rates), nullptr);
  } else {
    for (const std::uint64_t depth : depths) add(steps_of(std::vector{depth}, rates), depth);
  }
  json::object x{
      {"name", rates.empty() ? "in flight on a connection (-p)" : "requested rate, per second (-r)"},
      {"values", rates.empty() ? json::value_from(depths) : json::value_from(rates)}};
  return {{"x", std::move(x)}, {"series", std::move(series)}};
}

}  // namespace

// The results are JSON already, and large: they are not read again.
std::string to_json(const Sweep& sweep) {
  json::array rows;
  for (const SweepRun& run : sweep.runs) rows.push_back(row_of(run));
  const SweepRun* const ends = sweep.gain_ends();
  json::object head{
      {"schema", "backtalk.sweep/1"},
      {"target", {{"url", sweep.url}, {"protocol", sweep.protocol}}},
      {"asked", json::value_from(sweep.depths)},
      {"asked_rates_per_s", json::value_from(sweep.rates)},
      {"interrupted", sweep.interrupted},
      {"gain_ends_at", ends != nullptr ? json::value(ends->step.depth) : json::value(nullptr)},
      {"gain_ends_at_rate_per_s", ends != nullptr ? or_null(ends->step.rate) : json::value(nullptr)},
      {"gain_has_ended", ends != nullptr ? json::value(sweep.gain_has_ended()) : json::value(nullptr)},
      {"sentence", sweep.sentence()},
      {"verdict", verdict_of(sweep)},
      {"chart", chart_of(sweep, rows)}};
  head["rows"] = std::move(rows);
  std::string out = json::serialize(head);
  out.pop_back();
  out.append(",\"results\":[");
  for (const SweepRun& run : sweep.runs) out.append(&run == sweep.runs.data() ? "" : ",").append(run.json);
  return out.append("]}");
}

}  // namespace backtalk::series
