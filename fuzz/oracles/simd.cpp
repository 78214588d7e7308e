// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/simd.hpp"

#include "backtalk/fuzz/report_items.hpp"
#include "oracles/oracle.hpp"

namespace backtalk::fuzz {
namespace {

// Returns false if `name` is the active target or is not available. A parser keeps the kernels that
// were chosen when it was made, even after a reset, so a new one is made here.
bool try_target(Trial& trial, std::string_view name) {
  const std::string_view before = simd::active();
  if (name == before || !simd::use(name)) return false;
  now_reading("the whole stream with another SIMD target");
  trial.other.clear();
  trial.adapter->begin(trial.plan.settings);
  read_pieces(*trial.adapter, trial.plan.stream, {}, trial.other);
  simd::use(before);
  if (agree(trial.whole, trial.other, Agreement::exact)) return true;
  std::string sentence = "the SIMD targets disagree: expected is ";
  sentence.append(before).append(", the other is ").append(name);
  complain(trial, "simd", sentence, trial.whole, &trial.other);
}

}  // namespace

void ask_simd(Trial& trial) {
  if (!trial.target.simd) return;
  bool tried = false;
  for (const std::string_view name : simd::targets()) tried = try_target(trial, name) || tried;
  if (tried) trial.adapter->begin(trial.plan.settings);
}

}  // namespace backtalk::fuzz
