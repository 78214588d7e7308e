// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Which machine this is, so that what was measured on another is not taken for its own.
#pragma once

#include <string>
#include <string_view>

namespace backtalk::calibrate {

struct Machine {
  std::string host;
  std::string processor;  ///< "AMD EPYC 7763 64-Core Processor"; empty if the kernel does not say
  unsigned cores = 0;     ///< that this process may use
  std::string kernel;     ///< its release: "6.1.0-18-amd64"

  friend bool operator==(const Machine&, const Machine&) = default;
};

[[nodiscard]] Machine this_machine();

/// The processor's name in the text of /proc/cpuinfo; empty if it has none.
[[nodiscard]] std::string processor_in(std::string_view cpuinfo);

}  // namespace backtalk::calibrate
