// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "live/verdict_so_far.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "report/failures.hpp"
#include "report/objectives.hpp"
#include "report/summary.hpp"
#include "report/verdict.hpp"

namespace backtalk::live {
namespace {

// The rules of which the figures are known while the run goes on.
std::string known_rules(const std::string& slo) {
  std::string known;
  const auto rules = report::read_rules(slo);
  const auto* const all = std::get_if<std::vector<report::Rule>>(&rules);
  if (all == nullptr) return known;
  for (const report::Rule& rule : *all) {
    if (!rule.command.empty() || rule.delivery || rule.connect) continue;
    known.append(known.empty() ? "" : ",").append(rule.text);
  }
  return known;
}

}  // namespace

VerdictSoFar verdict_so_far(result::RunResult result, std::span<const report::Threshold> thresholds) {
  if (result.measured.started == 0) return {};
  result.workload.slo = known_rules(result.workload.slo);
  const result::Verdict verdict = report::judge(result);
  VerdictSoFar out{.standing = verdict.valid() ? Standing::holds : Standing::in_doubt, .sentences = {}};
  for (const result::Reason& reason : verdict.reasons) {
    out.sentences.push_back(std::string(report::lead_of(reason)) + reason.sentence);
    if (reason.fails) out.standing = Standing::fails;
  }
  report::Failures crossed;
  for (const result::Objective& rule : verdict.objectives) crossed.add(rule);
  for (const report::Threshold& limit : thresholds) {
    // The sentences above say why a result is not valid.
    if (limit.delivery || limit.asks_validity()) continue;
    crossed.add_crossed(std::span(&limit, 1), result);
  }
  for (const report::Failure& one : crossed.all()) {
    out.standing = Standing::fails;
    out.sentences.push_back("FAILED: " + one.sentence);
  }
  return out;
}

}  // namespace backtalk::live
