// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Memory for what an untrusted text makes a parser keep. Internal to this folder.
#pragma once

#include <boost/json/memory_resource.hpp>
#include <cstddef>
#include <new>

namespace backtalk::result {

/// Throws std::bad_alloc if more than `octets_max` would be in use at once.
class LimitedMemory final : public boost::json::memory_resource {
 public:
  explicit LimitedMemory(std::size_t octets_max) : left_(octets_max) {}

 private:
  void* do_allocate(std::size_t octets, std::size_t alignment) override {
    if (octets > left_) throw std::bad_alloc();
    void* const taken = ::operator new(octets, std::align_val_t(alignment));
    left_ -= octets;
    return taken;
  }
  void do_deallocate(void* taken, std::size_t octets, std::size_t alignment) override {
    ::operator delete(taken, octets, std::align_val_t(alignment));
    left_ += octets;
  }
  [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::size_t left_;
};

}  // namespace backtalk::result
