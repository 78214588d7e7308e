// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/dialect.hpp"

#include "talk/http_dialect.hpp"
#include "talk/imap_dialect.hpp"
#include "talk/pop3_dialect.hpp"
#include "talk/smtp_dialect.hpp"

namespace backtalk::talk {

std::unique_ptr<Dialect> make_dialect(Protocol protocol) {
  switch (protocol) {
    case Protocol::smtp: return std::make_unique<SmtpDialect>(false);
    case Protocol::lmtp: return std::make_unique<SmtpDialect>(true);
    case Protocol::pop3: return std::make_unique<Pop3Dialect>();
    case Protocol::imap: return std::make_unique<ImapDialect>();
    case Protocol::http: return std::make_unique<HttpDialect>();
  }
  return std::make_unique<SmtpDialect>(false);
}

}  // namespace backtalk::talk
