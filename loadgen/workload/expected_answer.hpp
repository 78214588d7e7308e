// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the lines of a script expect, for the report of what came instead.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "session/script.hpp"
#include "session/session.hpp"

namespace backtalk::workload {

struct ExpectedAnswer {
  std::uint32_t source_line = 0;  ///< of the script
  session::Expectation expected;
  std::vector<session::Capture> captures;
  std::string_view separators;  ///< of the words that are kept; see session::nth_word
};

/// One for each line of the script that expects an answer.
[[nodiscard]] std::vector<ExpectedAnswer> expected_answers(const session::Script& script,
                                                           std::string_view separators);

/// What of it did not come: `"251"`, `word 9`, `word 9 to have at most 128 octets`. `failure`,
/// `status` and `text` are those of the answer that came, as the session has judged it; `statuses`
/// are the protocol's. Empty if the text, which may be cut or hidden, does not tell.
[[nodiscard]] std::string missing_from(const ExpectedAnswer& answer, std::string_view failure,
                                       std::uint16_t status, std::string_view text,
                                       std::span<const session::Status> statuses);

/// A line of the script in whose place another text came, in ASCII: `"250 ok"`, `nothing after "250
/// ok"`.
[[nodiscard]] std::string show_expected(std::string_view line, bool nothing_follows);

}  // namespace backtalk::workload
