/// One input under all oracles.
#pragma once

#include <string_view>

namespace backtalk::fuzz {

/// Reads `input` with this program's target, and asks every oracle that is on. Returns where all is well.
void run_input(std::string_view input);

}  // namespace backtalk::fuzz
