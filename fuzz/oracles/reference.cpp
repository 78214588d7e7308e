#include "backtalk/fuzz/report_items.hpp"
#include "oracles/oracle.hpp"

namespace backtalk::fuzz {

void ask_reference(Trial& trial) {
  if (trial.target.reference == nullptr) return;
  trial.target.reference(trial.plan.stream, trial.plan.settings, trial.other);
  if (agree(trial.other, trial.whole, trial.target.agreement)) return;
  complain(trial, "reference", "the parser and the reference disagree: expected is the reference",
           trial.other, &trial.whole);
}

}  // namespace backtalk::fuzz
