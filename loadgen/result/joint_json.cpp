// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <boost/json.hpp>

#include "result/joint_result.hpp"
#include "result/json.hpp"

namespace backtalk::result {
namespace {

namespace json = boost::json;

json::array rules_of(const JointStep& step) {
  json::array out;
  for (const JointSide& side : step.sides) {
    for (const Objective& one : side.verdict.objectives)
      out.push_back({{"side", side.name},
                     {"rule", one.rule},
                     {"met", one.met},
                     {"judged", one.judged},
                     {"measured", one.measured ? json::value(*one.measured) : json::value(nullptr)},
                     {"shown", one.shown}});
  }
  return out;
}

json::array shares_of(const JointStep& step) {
  json::array out;
  for (const JointSide& side : step.sides)
    out.push_back(
        {{"side", side.name},
         {"asked_share", side.asked_share > 0 ? json::value(side.asked_share) : json::value(nullptr)},
         {"run_share", side.run_share},
         {"completed", side.result.measured.completed}});
  return out;
}

json::object verdict_of_step(const JointStep& step) {
  json::array reasons;
  for (const Reason& reason : step.verdict.reasons) {
    json::object evidence;
    for (const auto& [name, value] : reason.evidence) evidence[name] = value;
    reasons.push_back(
        {{"code", reason.code}, {"sentence", reason.sentence}, {"evidence", std::move(evidence)}});
  }
  return {{"valid", step.verdict.valid()}, {"reasons", std::move(reasons)}};
}

// The results are JSON already, and large: they are not read again.
std::string sides_of(const JointStep& step) {
  std::string out = "[";
  for (const JointSide& side : step.sides) {
    out.append(&side == step.sides.data() ? "" : ",");
    out.append("{\"name\":").append(json::serialize(json::value(side.name)));
    out.append(",\"result\":").append(to_json(side.result, side.verdict)).append("}");
  }
  return out.append("]");
}

json::value problem_of(const JointResult& joint) {
  if (!joint.problem) return nullptr;
  return {{"at", joint.problem->at}, {"sentence", joint.problem->sentence}};
}

std::string step_of(const JointStep& step) {
  const json::object head{
      {"at", step.at},         {"required", step.required}, {"met", step.meets_rules()},
      {"slo", rules_of(step)}, {"mix", shares_of(step)},    {"verdict", verdict_of_step(step)}};
  std::string out = json::serialize(head);
  out.pop_back();
  return out.append(",\"sides\":").append(sides_of(step)).append("}");
}

}  // namespace

std::string to_json(const JointResult& joint) {
  const json::object head{{"schema", "backtalk.joint/1"},
                          {"interrupted", joint.interrupted},
                          {"met", joint.meets_rules()},
                          {"valid", joint.valid()},
                          {"problem", problem_of(joint)}};
  std::string out = json::serialize(head);
  out.pop_back();
  out.append(",\"steps\":[");
  for (const JointStep& step : joint.steps)
    out.append(&step == joint.steps.data() ? "" : ",").append(step_of(step));
  return out.append("]}");
}

}  // namespace backtalk::result
