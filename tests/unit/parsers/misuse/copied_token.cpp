// SPDX-License-Identifier: Apache-2.0 OR MIT
// A list's content stands behind its token: a copy of the token has something else behind it.
#include "backtalk/imap.hpp"

int look(backtalk::imap::Siblings siblings) {
  int tokens = 0;
#ifdef MISUSE
  for (const auto token : siblings) tokens += token.is_list() ? 1 : 0;
#else
  for (const auto& token : siblings) tokens += token.is_list() ? 1 : 0;
#endif
  return tokens;
}
