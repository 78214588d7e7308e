// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Finds the first difference between two reports of one stream. Disagreements are classified by
/// what each report has there, so that a table of a few rows covers thousands of inputs.
#pragma once

#include <optional>
#include <string_view>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

struct Disagreement {
  std::string_view expected;  ///< what the reference reports; a view of its report
  std::string_view got;       ///< what the parser under test reports; a view of its report
};

/// Finds the first difference between the reports, ignoring offsets. Each side is described by the
/// name of an event (also if a text or number of that event differs), "octets", the name of the
/// error, "more" if the stream ended inside a message, or "end of stream" if it ended between two
/// messages. If the reference refuses and the parser goes on to "message", "octets" or "end", the
/// parser "accepts".
///
/// Two reports that refuse agree, even if the errors differ or the parser reports a head first. A
/// report that refuses also agrees with one that waits for more.
[[nodiscard]] std::optional<Disagreement> first_disagreement(const Report& expected, const Report& got);

/// True if `words`, a list separated by "|", contains `word`.
[[nodiscard]] bool is_among(std::string_view word, std::string_view words);

/// The row of the table that covers the disagreement, or null if it is unknown.
[[nodiscard]] const Difference* find_difference(std::span<const Difference> known,
                                                const Disagreement& disagreement);

}  // namespace backtalk::fuzz
