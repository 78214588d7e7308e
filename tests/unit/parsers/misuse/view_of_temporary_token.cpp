// SPDX-License-Identifier: Apache-2.0 OR MIT
// A list's content stands behind its token, and an NString views its token.
#include "backtalk/imap.hpp"

bool look(const backtalk::imap::Token& token) {
  using namespace backtalk::imap;
#ifdef MISUSE
  const NString string{Token{}};
#else
  const NString string{token};
#endif
  return string.is_nil();
}
