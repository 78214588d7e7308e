// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/removal.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace backtalk::mailbox {

Removal::Removal(Mailbox& box, std::function<bool(const Item& item, FlagSet flags)> goes)
    : box_(box), goes_(std::move(goes)) {
  begin();
}

void Removal::begin() {
  from_ = box_.view();
  next_ = 0;
  kept_.clear();
  kept_at_.clear();
  kept_.reserve(from_.size());
  kept_at_.reserve(from_.size());
  ++tries_;
}

bool Removal::step(std::size_t count) {
  if (tries_ > kTriesMax) {
    begin();
    count = std::numeric_limits<std::size_t>::max();
  }
  for (; next_ < from_.size() && count > 0; ++next_, --count) {
    if (goes_(from_.item(next_), from_.flags(next_))) continue;
    kept_.push_back(from_.item(next_));
    kept_at_.push_back(static_cast<std::uint32_t>(next_));
  }
  if (next_ < from_.size()) return false;
  if (kept_.size() == from_.size() || box_.keep_only(from_, kept_, kept_at_)) return true;
  begin();
  return false;
}

Removal removal_of_deleted(Mailbox& box) {
  return {box, [](const Item&, FlagSet flags) { return (flags & kDeleted) != 0; }};
}

Removal removal_of(Mailbox& box, std::vector<std::uint32_t> uids, bool only_deleted) {
  return {box, [uids = std::move(uids), only_deleted](const Item& item, FlagSet flags) {
            return std::ranges::binary_search(uids, item.uid) && (!only_deleted || (flags & kDeleted) != 0);
          }};
}

}  // namespace backtalk::mailbox
