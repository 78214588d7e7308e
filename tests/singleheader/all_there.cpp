// SPDX-License-Identifier: Apache-2.0 OR MIT
// In another order, and one of them twice.
// clang-format off
#include "backtalk_smtp.hpp"
#include "backtalk_imap.hpp"
#include "backtalk_http.hpp"
#include "backtalk_smtp.hpp"
// clang-format on

backtalk::Error read_http_and_imap();

backtalk::Error read_http_and_imap() {
  backtalk::http::ResponseParser http;
  http.feed("HTTP/1.1 200 OK\r\n\r\n");
  backtalk::imap::ResponseParser imap;
  imap.feed("* OK\n");
  if (http.next() == nullptr || imap.next() != nullptr) return {};
  return imap.error();
}
