// SPDX-License-Identifier: Apache-2.0 OR MIT
// What a parser gives is part of the parser.
#include "backtalk/http.hpp"
#include "backtalk/imap.hpp"
#include "backtalk/pop3.hpp"
#include "backtalk/smtp.hpp"

template <class Parser>
bool ask(Parser parser) {
#ifdef MISUSE
  const auto* const message = Parser{}.next();
#else
  const auto* const message = parser.next();
#endif
  return message != nullptr;
}

bool ask_all() {
  using namespace backtalk;
  return ask(smtp::ReplyParser{}) || ask(smtp::CommandParser{}) || ask(pop3::ResponseParser{}) ||
         ask(pop3::CommandParser{}) || ask(imap::ResponseParser{}) || ask(imap::CommandParser{}) ||
         ask(http::ResponseParser{}) || ask(http::RequestParser{});
}
