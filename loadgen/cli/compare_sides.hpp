// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The sides of a comparison on the command line: `compare [OPTIONS] -- A URL [OPTIONS] -- B URL
/// [OPTIONS]`.
#pragma once

#include <string>
#include <vector>

namespace backtalk::cli {

/// The words behind each `--`.
using SideWords = std::vector<std::vector<std::string>>;

/// Takes the sides off the command line if it is one of `compare`: `argc` is then the number of
/// words before the first `--`.
[[nodiscard]] SideWords take_sides(int& argc, char** argv);

}  // namespace backtalk::cli
