// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/detail/held_text.hpp"

#include "work.hpp"

namespace backtalk::detail {
namespace {

constexpr std::size_t kCapacityMin = 256;

}  // namespace

bool HeldText::make_room(std::size_t more) {
  const std::size_t needed = size_ + more;
  if (needed <= capacity_) return false;
  capacity_ = std::max(needed, std::min(std::max(2 * needed, kCapacityMin), octets_max_));
  auto grown = std::make_unique_for_overwrite<char[]>(capacity_);
  std::copy_n(buffer_.get(), size_, grown.get());
  work::examined(size_);
  buffer_ = std::move(grown);
  return size_ > 0;
}

}  // namespace backtalk::detail
