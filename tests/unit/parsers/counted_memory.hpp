// SPDX-License-Identifier: Apache-2.0 OR MIT
// Counts the allocations of a program. It replaces operator new, so a program may include it only
// once.
#pragma once

#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <new>

namespace backtalk::memory {

struct Count {
  std::size_t allocations = 0;
  std::size_t octets = 0;      // in use now
  std::size_t octets_max = 0;  // the most that ever were, since it was set
};
inline Count count;

inline void* take(std::size_t octets) {
  void* const taken = std::malloc(octets);
  if (taken == nullptr) throw std::bad_alloc();
  ++count.allocations;
  count.octets += malloc_usable_size(taken);
  count.octets_max = std::max(count.octets_max, count.octets);
  return taken;
}

inline void give_back(void* taken) {
  if (taken != nullptr) count.octets -= malloc_usable_size(taken);
  std::free(taken);
}

}  // namespace backtalk::memory

// Not inlined: GCC takes the free of an inlined delete for a mismatch with the new that it
// replaces.
[[gnu::noinline]] void* operator new(std::size_t octets) {
  return backtalk::memory::take(octets);
}
[[gnu::noinline]] void operator delete(void* taken) noexcept {
  backtalk::memory::give_back(taken);
}
[[gnu::noinline]] void operator delete(void* taken, std::size_t) noexcept {
  backtalk::memory::give_back(taken);
}
