// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/http_service.hpp"

namespace backtalk::serve {

std::unique_ptr<session::ServerSession> HttpService::make_session() {
  return std::make_unique<HttpServer>(faults_, counts_);
}

std::vector<NamedCount> HttpService::counts() const {
  return {{"connections", counts_.connections},
          {"requests", counts_.requests},
          {"octets_received", counts_.octets_received},
          {"octets_sent", counts_.octets_sent},
          {"protocol_errors", counts_.protocol_errors}};
}

}  // namespace backtalk::serve
