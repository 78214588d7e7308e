// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap.hpp"

bool look(const backtalk::imap::Token& token) {
  using namespace backtalk::imap;
#ifdef MISUSE
  return children(Token{}).empty();
#else
  return children(token).empty();
#endif
}
