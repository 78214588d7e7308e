// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One input under all oracles.
#pragma once

#include <string_view>

namespace backtalk::fuzz {

/// Reads `input` with this program's target and asks every oracle that is on. What takes no longer
/// than the parser is asked of every input; the thorough questions, which take many times as long,
/// of
///
/// - the first two thousand inputs, which are the seeds,
/// - each input that shows something new (novelty.hpp),
/// - a sample of the others: one in 16 of the short ones, fewer of the longer, and not more than fit in a
///   third of the time,
/// - whatever says thorough=1 in its trailer, and of everything after `ask_everything`.
///
/// Returns where all is well.
void run_input(std::string_view input);

/// For whoever looks into a few inputs rather than for new ones: from now on each is asked
/// everything.
void ask_everything() noexcept;

}  // namespace backtalk::fuzz
