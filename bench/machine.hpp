// SPDX-License-Identifier: Apache-2.0 OR MIT
// The machine on which the figures were measured.
#pragma once

#include <string>

namespace backtalk::bench {

// "AMD EPYC, family 25 model 17 stepping 1, 2 processors, in a virtual machine"
[[nodiscard]] std::string processor();
// "Linux 6.18.44 x86_64"
[[nodiscard]] std::string kernel();

}  // namespace backtalk::bench
