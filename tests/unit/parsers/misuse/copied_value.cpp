// SPDX-License-Identifier: Apache-2.0 OR MIT
// The value of an item is a token in its parser's array, like every other.
#include "backtalk/imap.hpp"

std::size_t look(const backtalk::imap::FetchItem& item) {
#ifdef MISUSE
  const auto value = *item.value;
#else
  const auto& value = *item.value;
#endif
  return children(value).count();
}
