// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Options that are declared as specs (workload/option_spec.hpp), as options of CLI11.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "workload/option_spec.hpp"

namespace backtalk::cli {

struct SpecOption {
  const workload::OptionSpec* spec;
  CLI::Option* option;  ///< the verb owns it
};

/// Adds every option of `groups` to `verb`, with the defaults of LoadOptions.
[[nodiscard]] std::vector<SpecOption> add_spec_options(CLI::App& verb,
                                                       std::span<const workload::OptionGroup> groups);

/// Sets in `options` what the user gave, once the command line is parsed. Returns a sentence about the first
/// value that cannot be taken.
[[nodiscard]] std::optional<std::string> read_spec_options(std::span<const SpecOption> added,
                                                           workload::LoadOptions& options);

}  // namespace backtalk::cli
