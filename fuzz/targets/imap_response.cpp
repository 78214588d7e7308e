// SPDX-License-Identifier: Apache-2.0 OR MIT
// What an IMAP server says: imap::ResponseParser, frames and tokens. The typed decoders are
// imap_decoders.cpp.
#include "backtalk/fuzz/references.hpp"
#include "targets/imap_adapter.hpp"

BACKTALK_FUZZ_TARGET(ImapResponses, .name = "imap_response", .protocol = "imap",
                     .tolerances = backtalk::fuzz::kImapTolerances, .small_limits = true,
                     .variants = backtalk::fuzz::kImapVariants, .simd = true, .work_each = 8,
                     .work_once = 256, .reference = imap_responses)
