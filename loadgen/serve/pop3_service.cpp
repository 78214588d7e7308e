// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/pop3_service.hpp"

namespace backtalk::serve {

std::unique_ptr<session::ServerSession> Pop3Service::make_session() {
  return std::make_unique<Pop3Server>(stls_, *shared_.store, shared_.faults, counts_,
                                      shared_.make_authenticator());
}

std::vector<NamedCount> Pop3Service::counts() const {
  return {{"connections", counts_.connections},
          {"logins", counts_.logins},
          {"logins_refused", counts_.logins_refused},
          {"commands", counts_.commands},
          {"retrieved", counts_.retrieved},
          {"octets_retrieved", counts_.octets_retrieved},
          {"deleted", counts_.deleted},
          {"protocol_errors", counts_.protocol_errors}};
}

}  // namespace backtalk::serve
