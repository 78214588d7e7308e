// SPDX-License-Identifier: Apache-2.0 OR MIT
// What a POP3 server says: pop3::ResponseParser.
#include "backtalk/fuzz/references.hpp"
#include "targets/pop3_adapter.hpp"

BACKTALK_FUZZ_TARGET(Pop3Responses, .name = "pop3_response", .protocol = "pop3",
                     .tolerances = backtalk::fuzz::kPop3Tolerances, .small_limits = true,
                     .variants = backtalk::fuzz::kPop3Variants, .simd = true, .work_each = 8, .work_once = 64,
                     .reference = pop3_responses)
