// SPDX-License-Identifier: Apache-2.0 OR MIT
// An Error is true if there is an error, which would read backwards as the result of a function.
#include "backtalk/smtp/reply_parser.hpp"

bool look(const backtalk::smtp::ReplyParser& parser) {
#ifdef MISUSE
  return parser.error();
#else
  return !parser.error();
#endif
}
