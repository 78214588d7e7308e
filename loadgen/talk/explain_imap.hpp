// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How a response of IMAP reads.
#pragma once

#include "backtalk/imap/response.hpp"
#include "talk/dialect.hpp"

namespace backtalk::talk {

void explain(const imap::Response& response, Heard& heard);

}  // namespace backtalk::talk
