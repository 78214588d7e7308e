// SPDX-License-Identifier: Apache-2.0 OR MIT
// All protocols in one program: this file has the implementation, all_there.cpp uses it.
#define BACKTALK_IMPLEMENTATION
#include "backtalk_http.hpp"
#include "backtalk_imap.hpp"
#include "backtalk_pop3.hpp"
#include "backtalk_smtp.hpp"

backtalk::Error read_http_and_imap();

int main() {
  backtalk::smtp::ReplyParser replies;
  replies.feed("220 ready\r\n");
  backtalk::pop3::ResponseParser responses;
  responses.feed("+OK ready\r\n");
  const bool here = replies.next() != nullptr && responses.next() != nullptr;
  return here && read_http_and_imap() == backtalk::Error{backtalk::ErrorCode::bare_lf, 4} ? 0 : 1;
}
