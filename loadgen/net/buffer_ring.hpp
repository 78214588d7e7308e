// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Receive buffers that the kernel picks from, so that an idle connection holds none.
#pragma once

#include <liburing.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace backtalk::net {

class Ring;

class BufferRing {
 public:
  BufferRing() = default;
  ~BufferRing();
  BufferRing(const BufferRing&) = delete;
  BufferRing& operator=(const BufferRing&) = delete;

  /// Registers `count` buffers (a power of two, at most 32768) of `octets` each as `group`. Returns
  /// 0 or -errno. `ring` must outlive it.
  int open(Ring& ring, int group, unsigned count, std::size_t octets);

  /// The first `octets` of buffer `id`. Valid until the buffer is recycled.
  [[nodiscard]] std::string_view view(unsigned id, std::size_t octets) const {
    return {storage_.get() + std::size_t{id} * octets_, octets};
  }

  /// Returns a buffer to the kernel.
  void recycle(unsigned id);

 private:
  Ring* owner_ = nullptr;
  io_uring_buf_ring* ring_ = nullptr;
  int group_ = 0;
  unsigned count_ = 0;
  std::size_t octets_ = 0;
  std::unique_ptr<char[]> storage_;
};

}  // namespace backtalk::net
