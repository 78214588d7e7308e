// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/script_service.hpp"

namespace backtalk::serve {

std::unique_ptr<session::ServerSession> ScriptService::make_session() {
  return std::make_unique<ScriptServer>(*plan_, faults_, counts_);
}

std::vector<NamedCount> ScriptService::counts() const {
  return {{"connections", counts_.connections},
          {"answered", counts_.answered},
          {"unexpected", counts_.unexpected},
          {"protocol_errors", counts_.protocol_errors}};
}

}  // namespace backtalk::serve
