// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The kinds of transactions that a script makes a mix of.
#pragma once

#include <string>
#include <vector>

#include "session/script.hpp"

namespace backtalk::workload {

struct MixedPass {
  std::string name;  ///< "pass 2" if the script does not name it
  unsigned weight = 1;
};

/// The passes of a script that has several; none if there is only one.
[[nodiscard]] std::vector<MixedPass> mix_of(const session::Script& script);

}  // namespace backtalk::workload
