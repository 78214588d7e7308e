// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Where two readings of one stream part: what each says there. A class of disagreements has one
/// name on each side, so that thousands of inputs come down to a few rows of a table.
#pragma once

#include <optional>
#include <string_view>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

struct Disagreement {
  std::string_view expected;  ///< what the reference says there: views of the reports
  std::string_view got;       ///< what the parser under test says
};

/// The first place at which the reports part, offsets left out. What stands there is an event by
/// its name, "NAME differs" where a text or number of it does, "octets", the word of the error,
/// "more" where the stream ended inside a message, "end of stream" where it ended between two.
/// Where the reference refuses and the parser reads on to "message", "octets" or "end", the parser
/// "accepts".
///
/// Two that refuse agree, whatever their words, and though one gives a head first; so do one that
/// refuses and one that still waits.
[[nodiscard]] std::optional<Disagreement> first_disagreement(const Report& expected, const Report& got);

/// Whether a word is one of those that a row joins with "|".
[[nodiscard]] bool is_among(std::string_view word, std::string_view words);

/// The row for it. Null where there is none, which makes it news.
[[nodiscard]] const Difference* find_difference(std::span<const Difference> known,
                                                const Disagreement& disagreement);

}  // namespace backtalk::fuzz
