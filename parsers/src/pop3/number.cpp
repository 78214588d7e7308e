// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "pop3/number.hpp"

namespace backtalk::pop3 {

bool NumberReader::take_long_number(std::uint64_t max, std::uint64_t& number) noexcept {
  const char* const first = at_;
  number = 0;
  for (; at_ != end_ && *at_ >= '0' && *at_ <= '9'; ++at_) {
    const auto digit = static_cast<std::uint64_t>(*at_ - '0');
    if (digit > max || number > (max - digit) / 10) {
      at_ = first;
      return false;
    }
    number = number * 10 + digit;
  }
  return at_ != first;
}

}  // namespace backtalk::pop3
