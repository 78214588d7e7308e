// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/smtp_service.hpp"

namespace backtalk::serve {

std::unique_ptr<session::ServerSession> SmtpService::make_session() {
  return std::make_unique<SmtpServer>(offer_, shared_.faults, counts_, shared_.store,
                                      shared_.make_authenticator());
}

std::vector<NamedCount> SmtpService::counts() const {
  return {{"connections", counts_.connections},
          {"messages", counts_.messages},
          {"recipients", counts_.recipients},
          {"recipients_refused", counts_.recipients_refused},
          {"senders_refused", counts_.senders_refused},
          {"messages_refused", counts_.messages_refused},
          {"octets", counts_.octets},
          {"protocol_errors", counts_.protocol_errors},
          {"logins", counts_.logins},
          {"logins_refused", counts_.logins_refused}};
}

}  // namespace backtalk::serve
