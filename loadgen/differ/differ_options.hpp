// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of `backtalk differ`, declared once.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "options/option_spec.hpp"

namespace backtalk::differ {

struct DifferOptions : options::Values {
  std::vector<std::string> urls;
  std::string corpus = "eod";
  std::string from = "sender@backtalk.invalid";
  std::string to = "recipient@backtalk.invalid";
  std::uint64_t timeout_ns = 10'000'000'000;
  std::uint64_t pause_ns = 300'000'000;
  bool far_target = false;
  std::string json_file;
  bool quiet = false;
};

/// The URLs, then the options. Static storage.
[[nodiscard]] std::span<const options::OptionGroup> option_groups();

}  // namespace backtalk::differ
