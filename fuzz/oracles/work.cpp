// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "oracles/oracle.hpp"

namespace backtalk::fuzz {
namespace {

void judge(Trial& trial, std::uint64_t work, const char* how) {
  const std::uint64_t allowed = trial.target.work_once + trial.target.work_each * trial.plan.stream.size();
  if (work <= allowed) return;
  std::string sentence = "the work is not linear: ";
  sentence.append(std::to_string(work)).append(" bytes were examined of a stream of ");
  sentence.append(std::to_string(trial.plan.stream.size())).append(" that came ").append(how);
  sentence.append("; ").append(std::to_string(allowed)).append(" are allowed");
  complain(trial, "work", sentence, trial.whole, nullptr);
}

}  // namespace

void ask_work(Trial& trial) {
  if (trial.target.work_each == 0) return;
  judge(trial, trial.work, "whole");
  judge(trial, trial.cut_work, "in pieces");
}

// A parser that starts over with each piece becomes quadratic when it is fed byte by byte.
void ask_work_by_bytes(Trial& trial) {
  if (trial.target.work_each > 0) judge(trial, trial.dripped_work, "byte by byte");
}

}  // namespace backtalk::fuzz
