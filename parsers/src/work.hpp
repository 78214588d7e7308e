// SPDX-License-Identifier: Apache-2.0 OR MIT
// Test builds count the bytes that parsers examine or copy, so that tests and fuzz oracles can show
// that work is linear in the input, however it is cut. Other builds compile this away.
#pragma once

#include <cstddef>
#include <cstdint>

namespace backtalk::work {

#ifdef BACKTALK_COUNT_WORK
inline thread_local std::uint64_t bytes_examined = 0;
inline void examined(std::size_t bytes) {
  bytes_examined += bytes;
}
#else
inline void examined(std::size_t) {}
#endif

}  // namespace backtalk::work
