// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/simd.hpp"

#include "backtalk/fuzz/report_items.hpp"
#include "oracles/oracle.hpp"

namespace backtalk::fuzz {
namespace {

// True where it was another than the usual. A parser has the kernels of the target under which it
// was made: one that is only reset goes on with those that it has.
bool try_target(Trial& trial, std::string_view name) {
  const std::string_view before = simd::active();
  if (name == before || !simd::use(name)) return false;
  now_reading("the stream whole, under another SIMD target");
  trial.other.clear();
  trial.adapter->begin(trial.plan.settings);
  read_pieces(*trial.adapter, trial.plan.stream, {}, trial.other);
  simd::use(before);
  if (agree(trial.whole, trial.other, Agreement::exact)) return true;
  std::string sentence = "the SIMD targets disagree: expected is what ";
  sentence.append(before).append(" reads, the other is ").append(name);
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
