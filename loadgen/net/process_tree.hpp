// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a process and its descendants use, as /proc says it (proc(5)).
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace backtalk::net {

struct TreeUsage {
  /// User and system time of all threads so far, and of descendants that have ended and were waited
  /// for: it only grows, and its differences are what was used between. In steps of the kernel's
  /// clock, mostly 10 ms.
  std::uint64_t cpu_ns = 0;
  /// Resident memory. A page that processes share counts once for each.
  std::uint64_t resident_octets = 0;
  std::size_t processes = 0;
  /// When the first of them began, in ticks since the machine did: another process that got its
  /// number later has another.
  std::uint64_t began_ticks = 0;
};

/// Only the first of these are looked at.
inline constexpr std::size_t kTreeProcessesMax = 4096;

/// nullopt if there is no such process, if it has ended and nobody waited for it yet, or if this
/// one may not know of it. A process that has been reparented, as daemons are that fork twice, is
/// no descendant any more.
[[nodiscard]] std::optional<TreeUsage> usage_of_tree(pid_t root);

}  // namespace backtalk::net
