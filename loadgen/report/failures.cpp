// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/failures.hpp"

#include <fmt/format.h>

namespace backtalk::report {

void Failures::add(const result::Reason& reason, std::string_view about) {
  if (reason.fails) add(reason.sentence, about);
}

void Failures::add(const result::Objective& rule, std::string_view about) {
  if (rule.met) return;
  add(fmt::format("objective {}{}: {}", rule.rule, rule.judged ? "" : " was not judged", rule.shown), about);
}

void Failures::add(const result::Verdict& verdict, std::string_view about) {
  for (const result::Reason& reason : verdict.reasons) add(reason, about);
  for (const result::Objective& rule : verdict.objectives) add(rule, about);
}

void Failures::add(std::string_view sentence, std::string_view about) {
  all_.push_back({.sentence = fmt::format("{}{}", about, sentence)});
}

void Failures::add_crossed(std::string_view sentence, std::string_view about) {
  all_.push_back({.sentence = fmt::format("{}{}", about, sentence), .in_summary = false});
}

void Failures::add_crossed(std::span<const Threshold> limits, const result::RunResult& result,
                           std::string_view about) {
  for (const std::string& sentence : crossed(limits, result)) add_crossed(sentence, about);
}

}  // namespace backtalk::report
