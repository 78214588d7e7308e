// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The sides of a comparison that are files of saved results: `compare a.json b.json`, or `compare
/// -- old a.json b.json -- new c.json d.json`.
#pragma once

#include <string>
#include <vector>

#include "cli/side_words.hpp"
#include "cli/spec_options.hpp"
#include "compare/compare_options.hpp"
#include "compare/saved.hpp"

namespace backtalk::cli {

/// True if some side is a file.
[[nodiscard]] bool names_files(const std::vector<std::string>& urls, const SideWords& words);

/// Reads the results of each side. `common` are the words before the first `--`. Returns a sentence
/// for the user if they cannot be compared, or if nobody has said that they may be.
[[nodiscard]] options::Problem settle_files(std::vector<compare::SavedSide>& sides,
                                            const compare::CompareOptions& options, const SideWords& words,
                                            const SpecOptions& common);

}  // namespace backtalk::cli
