// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <string>

#include "backtalk/fuzz/report_items.hpp"
#include "engine/difference_table.hpp"
#include "engine/disagreement.hpp"
#include "oracles/oracle.hpp"

namespace backtalk::fuzz {
namespace {

void ask_differences(Trial& trial) {
  const auto disagreement = first_disagreement(trial.other, trial.whole);
  if (!disagreement) return;
  std::string sentence;
  switch (consequence_of(trial.target, *disagreement, sentence)) {
    case Consequence::none: break;
    case Consequence::told: tell(trial, "reference", sentence, trial.other, &trial.whole); break;
    case Consequence::stops: complain(trial, "reference", sentence, trial.other, &trial.whole);
  }
}

}  // namespace

void ask_reference(Trial& trial) {
  if (trial.target.reference == nullptr) return;
  now_reading("the stream by the reference");
  trial.target.reference(trial.plan.stream, trial.plan.settings, trial.other);
  if (!trial.target.differences.empty()) {
    ask_differences(trial);
    return;
  }
  if (agree(trial.other, trial.whole, trial.target.agreement)) return;
  complain(trial, "reference", "the parser and the reference disagree: expected is the reference",
           trial.other, &trial.whole);
}

}  // namespace backtalk::fuzz
