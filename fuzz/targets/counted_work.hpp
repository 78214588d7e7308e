// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How many bytes the parsers have examined so far, for the oracle `work`; 0 in builds that do not
/// count.
#pragma once

#include <cstdint>

#include "work.hpp"

namespace backtalk::fuzz {

[[nodiscard]] inline std::uint64_t counted_work() noexcept {
#ifdef BACKTALK_COUNT_WORK
  return work::bytes_examined;
#else
  return 0;
#endif
}

/// While it lives, work does not count: a second reading, for a comparison.
class UncountedWork {
 public:
  UncountedWork() = default;
  UncountedWork(const UncountedWork&) = delete;
  UncountedWork& operator=(const UncountedWork&) = delete;
#ifdef BACKTALK_COUNT_WORK
  ~UncountedWork() { work::bytes_examined = before_; }
#endif

 private:
  [[maybe_unused]] std::uint64_t before_ = counted_work();
};

}  // namespace backtalk::fuzz
