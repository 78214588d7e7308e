// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "oracles/oracle.hpp"

namespace backtalk::fuzz {

void ask_promises(Trial& trial) {
  const std::string_view promise = trial.whole.broken_promise();
  if (promise.empty()) return;
  complain(trial, "promises", std::string(promise), trial.whole, nullptr);
}

}  // namespace backtalk::fuzz
