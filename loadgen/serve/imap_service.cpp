// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/imap_service.hpp"

namespace backtalk::serve {

std::unique_ptr<session::ServerSession> ImapService::make_session() {
  return std::make_unique<ImapServer>(starttls_, *shared_.store, shared_.faults, counts_,
                                      shared_.make_authenticator());
}

std::vector<NamedCount> ImapService::counts() const {
  return {{"connections", counts_.connections},
          {"logins", counts_.logins},
          {"logins_refused", counts_.logins_refused},
          {"commands", counts_.commands},
          {"fetched", counts_.fetched},
          {"appended", counts_.appended},
          {"octets_appended", counts_.octets_appended},
          {"protocol_errors", counts_.protocol_errors}};
}

}  // namespace backtalk::serve
