// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/script_dialect.hpp"

#include <algorithm>

#include "script/language.hpp"

namespace backtalk::serve {

std::unique_ptr<ScriptDialect> make_script_dialect(script::Protocol protocol) {
  switch (protocol) {
    case script::Protocol::smtp: return make_smtp_script_dialect(false);
    case script::Protocol::lmtp: return make_smtp_script_dialect(true);
    case script::Protocol::pop3: return make_pop3_script_dialect();
    case script::Protocol::imap: return make_imap_script_dialect();
    case script::Protocol::http: return make_http_script_dialect();
  }
  return nullptr;
}

void read_mechanism(std::string_view arguments, Request& request) {
  const std::size_t end = std::min(arguments.find(' '), arguments.size());
  if (end == 0) return;
  request.name.append(" ").append(script::capitals(arguments.substr(0, std::min(end, kWordsMax))));
  request.initial = arguments.find_first_not_of(' ', end) != std::string_view::npos;
}

}  // namespace backtalk::serve
