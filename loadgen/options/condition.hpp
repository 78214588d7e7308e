// SPDX-License-Identifier: Apache-2.0 OR MIT
/// When an option has an effect: an option that was given and has none is an error.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "options/values.hpp"

namespace backtalk::options {

struct OptionSpec;
struct OptionGroup;

struct Condition {
  /// `common` are the values of the options that every protocol has, `own` those of the protocol's
  /// own.
  bool (*holds)(const Values& common, const Values& own);
  /// Follows "--arrival has no effect ".
  std::string_view otherwise;
};

/// The first condition of the option that does not hold; null if it has an effect.
[[nodiscard]] const Condition* find_broken(const OptionSpec& spec, const Values& common, const Values& own);

/// A sentence about the first option that was given and has no effect, if there is one. `given`
/// tells whether the user gave the option.
[[nodiscard]] std::optional<std::string> find_ignored(
    std::span<const OptionGroup> groups, const Values& common, const Values& own,
    const std::function<bool(const OptionSpec& spec)>& given);

}  // namespace backtalk::options
