// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Faults in the bodies of answers, whose size is announced before them: HTTP bodies, IMAP literals
/// and POP3 messages.
#pragma once

#include <cstdint>

namespace backtalk::serve {

enum class BodyFault : std::uint8_t {
  none,
  size_more,  ///< one octet more is announced than follows
  size_less,  ///< one octet fewer
  cut,        ///< half of the body follows, then the connection is closed
  changed,    ///< the last octet that ends no line is another one
  other,      ///< it is the answer to another request
};

struct BodyFaults {
  BodyFault fault = BodyFault::none;
  std::uint64_t after_bodies = 0;  ///< good bodies before the fault, on each connection
};

}  // namespace backtalk::serve
