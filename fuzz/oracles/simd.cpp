#include "backtalk/simd.hpp"

#include "backtalk/fuzz/report_items.hpp"
#include "oracles/oracle.hpp"

namespace backtalk::fuzz {
namespace {

void try_target(Trial& trial, std::string_view name) {
  const std::string_view before = simd::active();
  if (name == before || !simd::use(name)) return;
  now_reading("the stream whole, under another SIMD target");
  trial.other.clear();
  make_ready(trial);
  read_pieces(*trial.adapter, trial.plan.stream, {}, trial.other);
  simd::use(before);
  if (agree(trial.whole, trial.other, Agreement::exact)) return;
  std::string sentence = "the SIMD targets disagree: expected is what ";
  sentence.append(before).append(" reads, the other is ").append(name);
  complain(trial, "simd", sentence, trial.whole, &trial.other);
}

}  // namespace

void ask_simd(Trial& trial) {
  if (!trial.target.simd) return;
  for (const std::string_view name : simd::targets()) try_target(trial, name);
}

}  // namespace backtalk::fuzz
