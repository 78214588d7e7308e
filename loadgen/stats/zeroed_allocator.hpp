// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Zeroed memory that is not touched: the kernel provides a page when it is first written.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

namespace backtalk::stats {

/// For a vector that is created with its final size: its elements are zero without being written.
template <typename T>
struct ZeroedAllocator {
  using value_type = T;

  ZeroedAllocator() = default;
  template <typename U>
  explicit constexpr ZeroedAllocator(const ZeroedAllocator<U>& /*other*/) noexcept {}

  [[nodiscard]] T* allocate(std::size_t count) {
    void* const memory = std::calloc(count, sizeof(T));
    if (memory == nullptr) throw std::bad_alloc();
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, std::size_t /*count*/) noexcept { std::free(memory); }

  /// Called by the vector for the elements that it is created with, which are zero already.
  template <typename U>
  void construct(U* /*place*/) noexcept {}
  template <typename U, typename... Arguments>
  void construct(U* place, Arguments&&... arguments) {
    ::new (static_cast<void*>(place)) U(static_cast<Arguments&&>(arguments)...);
  }

  friend bool operator==(const ZeroedAllocator&, const ZeroedAllocator&) = default;
};

}  // namespace backtalk::stats
