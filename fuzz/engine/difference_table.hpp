// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Applies a target's table of known differences when a parser and its reference disagree.
///
/// BACKTALK_FUZZ_DIFFERENCES selects what stops the run:
///
///     (not set)        a difference that is not in the table
///     known            any difference: to reproduce a row
///     EXPECTED>GOT     this difference only: to search for inputs that show a row
///     survey           nothing; each difference is reported once: to start a table
///     rows             as if not set; at the end the replay lists the rows that inputs have shown
#pragma once

#include <string>

#include "backtalk/fuzz/adapter.hpp"
#include "engine/disagreement.hpp"

namespace backtalk::fuzz {

enum class Consequence : std::uint8_t { none, told, stops };

/// Decides what a disagreement causes, and sets the sentence that reports it.
[[nodiscard]] Consequence consequence_of(const Target& target, const Disagreement& disagreement,
                                         std::string& sentence);

/// True if a known disagreement of a parser with itself stops the run, as with `known`.
[[nodiscard]] bool known_split_stops();

/// With `rows`, prints which rows the inputs have shown so far, and which names in them they have
/// not. Returns true if every row that is not withheld was shown.
[[nodiscard]] bool every_row_was_shown(const Target& target);

/// Prints the table as Markdown.
void print_differences(const Target& target);

}  // namespace backtalk::fuzz
