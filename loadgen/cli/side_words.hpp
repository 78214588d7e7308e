// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Sides on the command line, of a comparison or of loads beside each other: `compare [OPTIONS] --
/// A URL [OPTIONS] -- B URL [OPTIONS]`.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/spec_options.hpp"
#include "options/option_spec.hpp"

namespace backtalk::cli {

/// The words after each `--`.
using SideWords = std::vector<std::vector<std::string>>;

/// The longest name of a side.
inline constexpr std::size_t kSideNameMax = 32;

/// Takes the sides off the command line if it is one of `compare` or `load`: `argc` is then the
/// number of words before the first `--`.
[[nodiscard]] SideWords take_sides(int& argc, char** argv);

/// A sentence about a URL before the first `--`; `what` is what a side is called.
[[nodiscard]] std::string stands_before_sides(std::string_view url, std::string_view what);

/// True if the words of a side begin with its name and its URL.
[[nodiscard]] bool have_name_and_url(const std::vector<std::string>& words);

/// What a side may have.
struct SideLine {
  const char* verb;
  std::vector<options::OptionGroup> groups;
  options::Problem (*why_refused)(std::string_view option);
};

/// Reads the options after the name and the URL, and has `settle` use them while they are there. A
/// sentence about them, or that of `settle`, begins with the name.
[[nodiscard]] options::Problem read_side_options(
    const std::vector<std::string>& words, const SideLine& line,
    const std::function<options::Problem(const SpecOptions& own)>& settle);

}  // namespace backtalk::cli
