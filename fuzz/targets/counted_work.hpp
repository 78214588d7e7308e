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

}  // namespace backtalk::fuzz
