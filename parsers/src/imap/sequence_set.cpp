// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/sequence_set.hpp"

#include "ascii.hpp"
#include "work.hpp"

namespace backtalk::imap {

// seq-number = nz-number / "*"
bool NumberSet::number(std::uint32_t& out) noexcept {
  if (allow_star_ && rest_.starts_with('*')) {
    rest_.remove_prefix(1);
    out = NumberRange::kLargest;
    return true;
  }
  std::uint64_t value = 0;
  std::size_t at = 0;
  for (; at < rest_.size() && ascii::is_digit(rest_[at]); ++at) {
    value = value * 10 + static_cast<std::uint64_t>(rest_[at] - '0');
    if (value > NumberRange::kLargest) return false;
  }
  work::examined(at);
  rest_.remove_prefix(at);
  out = static_cast<std::uint32_t>(value);
  return value != 0;
}

// sequence-set = (seq-number / seq-range) ["," sequence-set]
// seq-range    = seq-number ":" seq-number
bool NumberSet::next(NumberRange& range) noexcept {
  if (!good_ || (begun_ && rest_.empty())) return false;
  if (begun_) {
    good_ = rest_.starts_with(',');
    if (!good_) return false;
    rest_.remove_prefix(1);
  }
  begun_ = true;
  good_ = number(range.first);
  range.last = range.first;
  if (good_ && rest_.starts_with(':')) {
    rest_.remove_prefix(1);
    good_ = number(range.last);
  }
  return good_;
}

bool NumberSet::check() const noexcept {
  NumberSet copy{text_, allow_star_};
  NumberRange ignored;
  while (copy.next(ignored)) {
  }
  return copy.good();
}

std::uint64_t NumberSet::count() const noexcept {
  NumberSet copy{text_, allow_star_};
  std::uint64_t total = 0;
  for (NumberRange range; copy.next(range);) total += range.count();
  return total;
}

}  // namespace backtalk::imap
