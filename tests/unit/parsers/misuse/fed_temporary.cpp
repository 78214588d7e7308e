// SPDX-License-Identifier: Apache-2.0 OR MIT
// What is fed is borrowed: a temporary string would be gone when `next` reads it.
#include <string>

#include "backtalk/http.hpp"
#include "backtalk/imap.hpp"
#include "backtalk/pop3.hpp"
#include "backtalk/smtp.hpp"

std::string receive();

template <class Parser>
void feed(Parser& parser) {
#ifdef MISUSE
  parser.feed(receive());
#else
  static_assert(!requires { parser.feed(receive()); });
  const std::string bytes = receive();
  parser.feed(bytes);
  parser.feed("literal");
  parser.feed(bytes.c_str());
  parser.feed(std::string_view{bytes}.substr(1));
#endif
}

template void feed(backtalk::smtp::ReplyParser&);
template void feed(backtalk::smtp::CommandParser&);
template void feed(backtalk::pop3::ResponseParser&);
template void feed(backtalk::pop3::CommandParser&);
template void feed(backtalk::imap::ResponseParser&);
template void feed(backtalk::imap::CommandParser&);
template void feed(backtalk::http::ResponseParser&);
template void feed(backtalk::http::RequestParser&);
