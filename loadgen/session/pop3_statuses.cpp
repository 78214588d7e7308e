// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/pop3_statuses.hpp"

#include <array>

namespace backtalk::session {
namespace {

using pop3::ResponseCode;

constexpr std::array<Status, 8> kStatuses{Status{"+OK", true},
                                          Status{"-ERR", false},
                                          Status{"-ERR [IN-USE]", false},
                                          Status{"-ERR [LOGIN-DELAY]", false},
                                          Status{"-ERR [SYS/TEMP]", false},
                                          Status{"-ERR [SYS/PERM]", false},
                                          Status{"-ERR [AUTH]", false},
                                          Status{"-ERR [UTF8]", false}};

}  // namespace

std::uint16_t pop3_status(const pop3::Status& response) noexcept {
  if (response.kind == pop3::Status::Kind::continuation) return kNoStatus;
  if (response.ok()) return kPop3Ok;
  switch (pop3::response_code(response.code)) {
    case ResponseCode::none:
    case ResponseCode::unknown: return kPop3Err;
    case ResponseCode::in_use: return 2;
    case ResponseCode::login_delay: return 3;
    case ResponseCode::sys_temp: return 4;
    case ResponseCode::sys_perm: return 5;
    case ResponseCode::auth: return 6;
    case ResponseCode::utf8: return 7;
  }
  return kPop3Err;
}

std::span<const Status> pop3_statuses() noexcept {
  return kStatuses;
}

}  // namespace backtalk::session
