// SPDX-License-Identifier: Apache-2.0 OR MIT
/// backtalk load [OPTIONS] -- NAME URL [OPTIONS] -- NAME URL [OPTIONS]...: loads beside each other.
#pragma once

#include "cli/side_words.hpp"
#include "cli/spec_options.hpp"
#include "workload/load_options.hpp"

namespace backtalk::cli {

/// Runs the loads of `sides`. `arguments` is what was given before them. Returns the exit code.
[[nodiscard]] int run_joint_load(const SpecOptions& given, const workload::LoadArguments& arguments,
                                 const SideWords& sides);

}  // namespace backtalk::cli
