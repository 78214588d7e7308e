// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/to_json.hpp"

#include <boost/json.hpp>
#include <cmath>
#include <string_view>

#include "compare/differences.hpp"
#include "compare/wording.hpp"

namespace backtalk::compare {
namespace {

namespace json = boost::json;

std::string_view method(Method of) {
  switch (of) {
    case Method::together: return "together";
    case Method::saved: return "saved";
    case Method::rounds: break;
  }
  return "rounds";
}

json::array starts(const Comparison& of) {
  json::array out;
  for (const StartsOfMetric& one : of.starts)
    out.push_back({{"side", of.sides[one.side].name},
                   {"metric", metrics()[one.metric].key},
                   {"between", one.between.between},
                   {"within", one.between.within},
                   {"share", one.between.share},
                   {"p", one.between.p}});
  return out;
}

json::array order(const Comparison& of) {
  json::array out;
  for (const auto& round : of.order) {
    json::array& names = out.emplace_back(json::array()).get_array();
    for (const std::size_t side : round) names.emplace_back(of.sides[side].name);
  }
  return out;
}

json::array repeats(const Comparison& of) {
  json::array out;
  for (const Repeat& one : of.repeats)
    out.push_back({{"round", one.round + 1},
                   {"side", of.sides[one.side].name},
                   {"code", one.code},
                   {"sentence", one.sentence}});
  return out;
}

// So few runs have no interval: null.
json::value finite(double end, const Finding& found) {
  return std::isinf(found.high) ? json::value(nullptr) : json::value(end);
}

json::array metrics_of(const Comparison& of) {
  json::array out;
  for (const Difference& one : of.differences) {
    const Finding& found = one.finding;
    out.push_back({{"metric", found.metric},
                   {"a", of.sides.front().name},
                   {"b", of.sides[one.b].name},
                   {"ratio", found.ratio},
                   {"low", finite(found.low, found)},
                   {"high", finite(found.high, found)},
                   {"p", found.p},
                   {"verdict", word_of(found.word)},
                   {"resolution", found.resolution ? json::value(*found.resolution) : json::value(nullptr)}});
  }
  return out;
}

json::array not_compared(const Comparison& of) {
  json::array out;
  for (std::size_t b = 1; b < of.sides.size(); ++b) {
    for (std::size_t metric = 0; metric < kMetricCount; ++metric) {
      if (const auto why = why_not_compared(of, b, metric))
        out.push_back({{"metric", metrics()[metric].key},
                       {"a", of.sides.front().name},
                       {"b", of.sides[b].name},
                       {"sentence", *why}});
    }
  }
  return out;
}

json::object verdict(const result::Verdict& of) {
  json::array reasons;
  for (const result::Reason& reason : of.reasons) {
    json::object evidence;
    for (const auto& [name, value] : reason.evidence) evidence[name] = value;
    reasons.push_back(
        {{"code", reason.code}, {"sentence", reason.sentence}, {"evidence", std::move(evidence)}});
  }
  return {{"valid", of.valid()}, {"reasons", std::move(reasons)}};
}

// The results are JSON already, and large: they are not read again.
std::string sides(const Comparison& of) {
  std::string out = "[";
  for (const Side& side : of.sides) {
    out.append(&side == of.sides.data() ? "{" : ",{");
    out.append("\"name\":").append(json::serialize(json::value(side.name)));
    out.append(",\"url\":").append(json::serialize(json::value(side.url)));
    out.append(",\"files\":").append(json::serialize(json::value_from(side.files)));
    out.append(",\"results\":[");
    for (const Run& run : side.runs) out.append(&run == side.runs.data() ? "" : ",").append(run.json);
    out.append("]}");
  }
  return out.append("]");
}

}  // namespace

std::string to_json(const Comparison& comparison) {
  const json::object head{{"schema", "backtalk.compare/1"}, {"method", method(comparison.method)},
                          {"rounds", comparison.rounds()},  {"seed", comparison.seed},
                          {"order", order(comparison)},     {"repeated", comparison.repeats.size()},
                          {"repeats", repeats(comparison)}, {"runs_a_round", comparison.runs_a_round},
                          {"level", 1 - comparison.alpha},  {"interrupted", comparison.interrupted}};
  const json::object tail{{"starts", starts(comparison)},
                          {"metrics", metrics_of(comparison)},
                          {"not_compared", not_compared(comparison)},
                          {"notes", json::value_from(comparison.verdict.notes)},
                          {"verdict", verdict(comparison.verdict)}};
  std::string out = json::serialize(head);
  out.pop_back();
  out.append(",\"sides\":").append(sides(comparison)).append(",");
  return out.append(std::string_view(json::serialize(tail)).substr(1));
}

}  // namespace backtalk::compare
