// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/edge_counters.hpp"

#include <cstddef>
#include <cstring>
#include <vector>

extern "C" {

// The section of the counters that -fsanitize-coverage=inline-8bit-counters adds.
extern unsigned char begin_of_counters[] __asm__("__start___sancov_cntrs") __attribute__((weak));
extern unsigned char end_of_counters[] __asm__("__stop___sancov_cntrs") __attribute__((weak));
}

namespace backtalk::fuzz {
namespace {

std::vector<unsigned char>& kept() {
  static std::vector<unsigned char> counters(static_cast<std::size_t>(end_of_counters - begin_of_counters));
  return counters;
}

}  // namespace

EdgeCountersRestored::EdgeCountersRestored() {
  if (!kept().empty()) std::memcpy(kept().data(), begin_of_counters, kept().size());
}

EdgeCountersRestored::~EdgeCountersRestored() {
  if (!kept().empty()) std::memcpy(begin_of_counters, kept().data(), kept().size());
}

}  // namespace backtalk::fuzz
