// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How many of the process's file descriptors, and of the machine's local ports, are in use.
#pragma once

#include <cstdint>
#include <optional>

#include "live/figures.hpp"

namespace backtalk::cli {

/// Counts open descriptors, which takes time where there are many: it counts again only after a
/// thousand times as long as that took, so that it uses no more than a thousandth of a core.
class Descriptors {
 public:
  [[nodiscard]] live::InUse look(std::uint64_t now_ns);

 private:
  live::InUse last_;
  std::uint64_t again_at_ = 0;
};

/// TCP connections in TIME_WAIT, in this network namespace, each of which still has its port;
/// nullopt if the kernel does not say.
[[nodiscard]] std::optional<std::uint64_t> ports_in_time_wait();

}  // namespace backtalk::cli
