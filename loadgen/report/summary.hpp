// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The result of a run as a person reads it on the terminal.
#pragma once

#include <string>
#include <string_view>

#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::report {

[[nodiscard]] std::string summarize(const result::RunResult& result);

/// What stands before the sentence of a reason: "FAILED: ", "SATURATED: ...", "INVALID: ".
[[nodiscard]] std::string_view lead_of(const result::Reason& reason);

/// A duration with three digits and a unit: "1.23 ms".
[[nodiscard]] std::string show_ns(double ns);

/// A fraction as a percentage: "12 %", "0.4 %".
[[nodiscard]] std::string show_share(double share);

/// A rate without unnecessary digits: "5000", "0.5".
[[nodiscard]] std::string show_rate(double per_s);

/// What the server said, as `text::quote` and cut to that many octets, and the line of the script
/// that expected something else.
[[nodiscard]] std::string show_words(const result::Example& example,
                                     std::size_t octets_max = session::kServerWordsMax);

}  // namespace backtalk::report
