// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Hides code from libFuzzer.
#pragma once

namespace backtalk::fuzz {

/// Saves libFuzzer's edge counters, and restores them when it goes out of scope.
///
/// libFuzzer must see only what the input's stream does to the parser: otherwise it would keep
/// inputs merely because the thorough oracles ran on them. Does nothing if another engine, or none,
/// is linked.
class EdgeCountersRestored {
 public:
  EdgeCountersRestored();
  ~EdgeCountersRestored();
  EdgeCountersRestored(const EdgeCountersRestored&) = delete;
  EdgeCountersRestored& operator=(const EdgeCountersRestored&) = delete;
};

}  // namespace backtalk::fuzz
