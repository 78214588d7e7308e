// SPDX-License-Identifier: Apache-2.0 OR MIT
/// backtalk load [OPTIONS] -- NAME URL [OPTIONS] -- NAME URL [OPTIONS]...: loads beside each other.
#pragma once

#include "cli/asked_load.hpp"
#include "cli/side_words.hpp"
#include "cli/spec_options.hpp"

namespace backtalk::cli {

/// Runs the loads of `sides`; if there are none, `of` at its shares (--at), with all its targets.
/// `given`, and the arguments of `of`, are what stands before the sides. Returns the exit code.
[[nodiscard]] int run_joint_load(const SpecOptions& given, const AskedLoad& of, const SideWords& sides);

}  // namespace backtalk::cli
