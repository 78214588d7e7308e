// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A target's table of known differences at work: what happens where a parser and its reference
/// part.
///
/// BACKTALK_FUZZ_DIFFERENCES changes it:
///
///     (not set)        what no row has stops the run
///     known            what a row has stops it as well: how a row is reproduced
///     EXPECTED>GOT     only this class stops it: how a row is searched for
///     survey           nothing does; each class is told once: how a table is begun
///     rows             as not set, and at the end the replay says what inputs have shown of each row
#pragma once

#include <string>

#include "backtalk/fuzz/adapter.hpp"
#include "engine/disagreement.hpp"

namespace backtalk::fuzz {

enum class Consequence : std::uint8_t { none, told, stops };

/// What is to happen about a disagreement, and the sentence for it.
[[nodiscard]] Consequence consequence_of(const Target& target, const Disagreement& disagreement,
                                         std::string& sentence);

/// True where a known disagreement of a parser with itself is to stop the run: with `known`.
[[nodiscard]] bool known_split_stops();

/// With `rows`: prints which rows the inputs have shown so far, and of which words of a row they
/// have not. True where each is shown that is not withheld.
[[nodiscard]] bool every_row_was_shown(const Target& target);

/// Prints the table, for people.
void print_differences(const Target& target);

}  // namespace backtalk::fuzz
