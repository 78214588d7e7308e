// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <boost/json.hpp>
#include <string_view>
#include <utility>

#include "series/rate_search.hpp"

namespace backtalk::series {
namespace {

namespace json = boost::json;

template <class Value>
json::value or_nothing(const std::optional<Value>& value) {
  return value ? json::value_from(*value) : json::value(nullptr);
}

// The result is JSON already, and large: it is not read again.
std::string step_text(const SearchStep& step) {
  json::array measured;
  for (const result::Objective& one : step.verdict.objectives)
    measured.push_back({{"rule", one.rule}, {"met", one.met}, {"shown", one.shown}});
  json::array reasons;
  for (const result::Reason& reason : step.verdict.reasons) reasons.emplace_back(reason.code);
  const json::object head{{"rate_per_s", step.asked.rate},
                          {"duration_s", static_cast<double>(step.asked.duration_ns) / 1e9},
                          {"ran_s", static_cast<double>(step.ran_ns) / 1e9},
                          {"confirms", step.asked.confirms},
                          {"kept", step.kept},
                          {"judged", step.judged},
                          {"completed_per_s", step.per_s},
                          {"goal", std::move(measured)},
                          {"reasons", std::move(reasons)}};
  std::string out = json::serialize(head);
  out.pop_back();
  return out.append(",\"result\":").append(step.json).append("}");
}

std::string_view ended_by(SearchEnd what) {
  switch (what) {
    case SearchEnd::interrupt: return "interrupt";
    case SearchEnd::steps: return "steps";
    case SearchEnd::time: return "time";
    case SearchEnd::problem: return "problem";
    case SearchEnd::itself: break;
  }
  return "search";
}

json::value problem_of(const RateSearch& search) {
  if (!search.problem) return nullptr;
  return {{"step", search.problem->asked.number + 1},
          {"rate_per_s", search.problem->asked.rate},
          {"sentence", search.problem->sentence}};
}

// Steps are counted from 1 for people and programs alike.
json::value step_number(const std::optional<std::size_t>& step) {
  return step ? json::value(*step + 1) : json::value(nullptr);
}

}  // namespace

std::string to_json(const RateSearch& search) {
  const auto doubt = search.doubt();
  const json::object head{
      {"schema", "backtalk.find-rate/1"},
      {"target", {{"url", search.url}, {"protocol", search.protocol}}},
      {"goal", search.goal},
      {"rate_per_s", or_nothing(search.rate)},
      {"kept_per_s", or_nothing(search.kept())},
      {"too_high_per_s", or_nothing(search.too_high)},
      {"precision", kPrecision},
      {"confirmed_by_step", step_number(search.confirmed_by)},
      {"limit_step", step_number(search.limit)},
      {"interrupted", search.ended_by == SearchEnd::interrupt},
      {"ended_by", ended_by(search.ended_by)},
      {"problem", problem_of(search)},
      {"limits",
       {{"steps", kStepsMax},
        {"time_s", static_cast<double>(search.time_max_ns) / 1e9},
        {"lowest_rate_per_s", search.lowest_rate}}},
      {"verdict", {{"valid", search.rate.has_value() && !doubt}, {"doubt", or_nothing(doubt)}}}};
  std::string out = json::serialize(head);
  out.pop_back();
  out.append(",\"steps\":[");
  for (const SearchStep& step : search.steps)
    out.append(&step == search.steps.data() ? "" : ",").append(step_text(step));
  return out.append("]}");
}

}  // namespace backtalk::series
