// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/mix.hpp"

namespace backtalk::workload {

std::vector<MixedPass> mix_of(const session::Script& script) {
  std::vector<MixedPass> mix;
  if (script.passes.size() < 2) return mix;
  for (const session::ScriptPass& pass : script.passes) {
    std::string name = pass.name.empty() ? "pass " + std::to_string(mix.size() + 1) : pass.name;
    mix.push_back({.name = std::move(name), .weight = pass.weight});
  }
  return mix;
}

}  // namespace backtalk::workload
