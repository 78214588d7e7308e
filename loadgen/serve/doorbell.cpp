// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/doorbell.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>

namespace backtalk::serve {

Doorbell::~Doorbell() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int Doorbell::open() {
  descriptor_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  return descriptor_ < 0 ? -errno : 0;
}

void Doorbell::ring(std::uint32_t slot) {
  const std::lock_guard lock(lock_);
  if (slot >= has_rung_.size()) has_rung_.resize(std::size_t{slot} + 1);
  if (has_rung_[slot]) return;
  has_rung_[slot] = true;
  slots_.push_back(slot);
  if (slots_.size() == 1) (void)eventfd_write(descriptor_, 1);
}

void Doorbell::answer(std::vector<std::uint32_t>& slots) {
  slots.clear();
  const std::lock_guard lock(lock_);
  eventfd_t count = 0;
  (void)eventfd_read(descriptor_, &count);
  slots.swap(slots_);
  for (const std::uint32_t slot : slots) has_rung_[slot] = false;
}

}  // namespace backtalk::serve
