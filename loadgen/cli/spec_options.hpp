// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Options that are declared as specs (options/option_spec.hpp), as options of CLI11.
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <vector>

#include "options/option_spec.hpp"

namespace backtalk::cli {

/// The options of one verb. The verb must outlive it.
class SpecOptions {
 public:
  struct Added {
    const options::OptionSpec* spec;
    const options::OptionGroup* group;
    CLI::Option* option;  ///< the verb owns it
  };

  /// Adds every option of `groups` to `verb`, with its default.
  SpecOptions(CLI::App& verb, std::vector<options::OptionGroup> groups);

  // Its elements point to its groups.
  SpecOptions(const SpecOptions&) = delete;
  SpecOptions& operator=(const SpecOptions&) = delete;

  /// Sets in `values` what the user gave of the options of `groups`, once the command line is
  /// parsed. Returns a sentence about the first value that cannot be used.
  [[nodiscard]] options::Problem read(std::span<const options::OptionGroup> groups,
                                      options::Values& values) const;

  /// True if the user gave the option.
  [[nodiscard]] bool given(const options::OptionSpec& spec) const;

  [[nodiscard]] std::span<const options::OptionGroup> groups() const { return groups_; }
  [[nodiscard]] std::span<const Added> all() const { return added_; }

 private:
  std::vector<options::OptionGroup> groups_;
  std::vector<Added> added_;
};

/// The value of an option that is not given, as --help shows it; empty if it shows none.
[[nodiscard]] std::string preset_of(const options::OptionSpec& spec, const options::OptionGroup& group);

}  // namespace backtalk::cli
