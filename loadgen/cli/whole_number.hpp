// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The check of numbers on the command line.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "text/whole_number.hpp"

namespace backtalk::cli {

/// As `text::read_whole_number`. CLI11 alone takes -1 for the largest number, and 010 for eight.
inline CLI::Validator whole_number() {
  return {[](const std::string& text) {
            return text::read_whole_number(text)
                       ? std::string{}
                       : "`" + text + "` is not a whole number from 0 to 18446744073709551615";
          },
          "", "whole_number"};
}

}  // namespace backtalk::cli
