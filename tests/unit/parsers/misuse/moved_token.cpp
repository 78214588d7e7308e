// SPDX-License-Identifier: Apache-2.0 OR MIT
// Users see constant tokens, so that they cannot move one out of the array either.
#include <utility>

#include "backtalk/imap.hpp"

std::size_t look(const backtalk::imap::Response& response) {
#ifdef MISUSE
  const auto token = std::move(response.data.front());
#else
  const auto& token = response.data.front();
#endif
  return children(token).count();
}
