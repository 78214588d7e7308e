// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What may stand for a number on the command line.
#pragma once

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <string>

namespace backtalk::cli {

/// Digits that make a number of 64 bits. CLI11 alone takes -1 for the largest number, and 010 for eight.
inline CLI::Validator whole_number() {
  return {[](const std::string& text) {
            std::uint64_t number = 0;
            const char* const end = text.data() + text.size();
            const auto [stop, failure] = std::from_chars(text.data(), end, number);
            const bool octal = text.size() > 1 && text.front() == '0';
            return failure == std::errc{} && stop == end && !octal
                       ? std::string{}
                       : "`" + text + "` is not a whole number from 0 to 18446744073709551615";
          },
          "", "whole_number"};
}

}  // namespace backtalk::cli
