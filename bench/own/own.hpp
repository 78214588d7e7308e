// SPDX-License-Identifier: Apache-2.0 OR MIT
// What Backtalk's own rows have in common.
#pragma once

#include <string>
#include <vector>

#include "contender.hpp"

namespace backtalk::bench {

// "backtalk", or "backtalk-heads" for a layer of it.
[[nodiscard]] ContenderInfo own_info(std::string name, std::vector<std::string> leaves_out = {},
                                     std::string remarks = {});

void add_own_http();
void add_own_smtp();
void add_own_pop3();
void add_own_imap();

}  // namespace backtalk::bench
