// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The value of an option as a result has it under the option's key.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "options/option_spec.hpp"

namespace backtalk::options {

/// monostate: not given.
using Setting =
    std::variant<std::monostate, bool, std::uint64_t, double, std::string, std::vector<std::string>>;

/// monostate for a kind::Parsed, which does not keep its texts.
[[nodiscard]] Setting setting_of(const OptionSpec& spec, const Values& values);

/// Sets the value that `setting_of` has returned. Bounds are not checked, because results of
/// several processes can be merged. The problem, if there is one, says what is expected.
[[nodiscard]] Problem restore(const OptionSpec& spec, const Setting& setting, Values& values);

}  // namespace backtalk::options
