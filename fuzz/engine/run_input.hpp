// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One input under all oracles.
#pragma once

#include <string_view>

namespace backtalk::fuzz {

/// Reads `input` with this program's target and runs the oracles that are on. Those that take no
/// longer than the parser check every input. The thorough ones, which take many times as long,
/// check
///
/// - the first two thousand inputs, which are the seeds,
/// - each input that shows something new (novelty.hpp),
/// - a sample of the others: one in 16 of the short inputs and fewer of the longer ones, for at
///   most a third of the time,
/// - each input with thorough=1 in its trailer, and every input after `ask_everything`.
///
/// Returns if no oracle reports a violation; aborts otherwise.
void run_input(std::string_view input);

/// Makes every oracle check every input from now on: for programs that examine a few inputs instead
/// of searching for new ones.
void ask_everything() noexcept;

}  // namespace backtalk::fuzz
