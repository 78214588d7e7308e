// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of `pop3` and `pop3s` alone.
#pragma once

#include <span>

#include "options/option_spec.hpp"
#include "workload/script_options.hpp"

namespace backtalk::workload {

struct Pop3Options : ScriptOptions {};

[[nodiscard]] std::span<const options::OptionGroup> pop3_option_groups();

}  // namespace backtalk::workload
