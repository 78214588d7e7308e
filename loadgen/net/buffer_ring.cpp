// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/buffer_ring.hpp"

#include <sys/mman.h>

#include <cerrno>

#include "net/ring.hpp"

namespace backtalk::net {

BufferRing::~BufferRing() {
  if (ring_ == nullptr) return;
  io_uring_unregister_buf_ring(owner_->native(), group_);
  munmap(ring_, count_ * sizeof(io_uring_buf));
}

int BufferRing::open(Ring& ring, int group, unsigned count, std::size_t octets) {
  void* memory =
      mmap(nullptr, count * sizeof(io_uring_buf), PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
  if (memory == MAP_FAILED) return -ENOMEM;
  io_uring_buf_reg registration{};
  registration.ring_addr = reinterpret_cast<std::uintptr_t>(memory);
  registration.ring_entries = count;
  registration.bgid = static_cast<std::uint16_t>(group);
  if (const int result = io_uring_register_buf_ring(ring.native(), &registration, 0); result < 0) {
    munmap(memory, count * sizeof(io_uring_buf));
    return result;
  }
  owner_ = &ring;
  ring_ = static_cast<io_uring_buf_ring*>(memory);
  group_ = group;
  count_ = count;
  octets_ = octets;
  storage_ = std::make_unique_for_overwrite<char[]>(count * octets);
  io_uring_buf_ring_init(ring_);
  for (unsigned id = 0; id < count; ++id) recycle(id);
  return 0;
}

void BufferRing::recycle(unsigned id) {
  io_uring_buf_ring_add(ring_, storage_.get() + std::size_t{id} * octets_, static_cast<unsigned>(octets_),
                        static_cast<unsigned short>(id), io_uring_buf_ring_mask(count_), 0);
  io_uring_buf_ring_advance(ring_, 1);
}

}  // namespace backtalk::net
