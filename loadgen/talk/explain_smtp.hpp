// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How a reply of SMTP reads.
#pragma once

#include "backtalk/smtp/reply.hpp"
#include "talk/dialect.hpp"

namespace backtalk::talk {

/// `lists_offer`: the reply accepts EHLO, and its lines are what the server offers.
void explain(const smtp::Reply& reply, bool lists_offer, Heard& heard);

}  // namespace backtalk::talk
