// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the pages of several runs have in common.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "html/saved_value.hpp"

namespace backtalk::html {

/// "throughput", "p99", of "per_s", "p99_ns".
[[nodiscard]] std::string name_of_metric(std::string_view key);
/// "1,234/s" or "1.23 ms", by the metric's unit. Of a percentile that is not known, "needs 662
/// samples"; otherwise "–".
[[nodiscard]] std::string show_metric(std::string_view key, std::optional<double> value);

/// With a capital letter and a full stop, for the banner: files have them without.
[[nodiscard]] std::string as_sentence(std::string_view text);

/// What ran, of what, how, and when the results of the file were measured.
[[nodiscard]] std::string saved_heading(const SavedValue& file, std::string_view verb, std::string_view title,
                                        std::string_view below);
/// The verdict: its word, a sentence, and the reasons that the file has. All are text.
[[nodiscard]] std::string saved_verdict(std::string_view word, bool good, std::string_view sentence,
                                        const SavedValue& reasons);
/// Empty if there are none.
[[nodiscard]] std::string saved_notes(const SavedValue& notes);

// The pages, each as the body of a document. `verb`: "load --repeat".

[[nodiscard]] std::string comparison_body(const SavedValue& file, std::string_view verb);
[[nodiscard]] std::string search_body(const SavedValue& file, std::string_view verb);
[[nodiscard]] std::string sweep_body(const SavedValue& file, std::string_view verb);
[[nodiscard]] std::string repeat_body(const SavedValue& file, std::string_view verb);
[[nodiscard]] std::string joint_body(const SavedValue& file, std::string_view verb);

}  // namespace backtalk::html
