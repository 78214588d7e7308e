// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/fuzz/references.hpp"
#include "reference/smtp_reply_reference.hpp"
#include "targets/smtp_limits.hpp"

namespace backtalk::fuzz {

void smtp_replies(std::string_view stream, const Settings& settings, Report& report) {
  const auto found = reference::read_smtp_replies(stream, reply_limits(settings), settings.tolerances);
  for (const reference::SmtpReply& reply : found.replies) {
    report.event("reply", reply.offset).number(reply.code).text(reply.enhanced);
    for (const std::string& line : reply.lines) report.text(line);
  }
  if (found.error) {
    report.refuse(word(found.error.code), found.error.offset);
  } else {
    report.ended(found.in_message, found.message_offset);
  }
}

}  // namespace backtalk::fuzz
