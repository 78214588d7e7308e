// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/other_protocol.hpp"

#include "backtalk/guess.hpp"

namespace backtalk::session {

std::string_view other_protocol(std::string_view own, std::string_view beginning) noexcept {
  const Guess guess = guess_protocol(beginning);
  const bool smtp = own == "smtp" || own == "lmtp";
  const bool is_own = (smtp && (guess == Guess::smtp || guess == Guess::smtp_or_ftp)) ||
                      (own == "pop3" && guess == Guess::pop3) || (own == "imap" && guess == Guess::imap) ||
                      (own == "http" && guess == Guess::http_response);
  return is_own ? std::string_view() : name_of(guess);
}

}  // namespace backtalk::session
