// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/fuzz/references.hpp"
#include "reference/pop3_reference.hpp"
#include "targets/pop3_settings.hpp"

namespace backtalk::fuzz {

void pop3_responses(std::string_view stream, const Settings& settings, Report& report) {
  const Pop3Waiting waiting = pop3_waiting(settings.variant);
  reference::Pop3Expectations expectations;
  expectations.queued.assign(waiting.queued.begin(), waiting.queued.end());
  expectations.otherwise = waiting.otherwise;
  const auto found =
      reference::read_pop3_responses(stream, expectations, pop3_limits(settings), settings.tolerances);
  for (const reference::Pop3Response& response : found.responses) {
    report.event("response", response.offset).number(static_cast<unsigned>(response.kind));
    report.number(response.multi_line ? 1 : 0).number(response.unsolicited ? 1 : 0).number(response.octets);
    report.text(response.text).text(response.code);
    report.octets(response.body);
    for (const std::string& line : response.lines) report.event("line").text(line);
    if (response.ended) report.event("end");
  }
  if (found.error) {
    report.refuse(word(found.error.code), found.error.offset);
  } else {
    report.ended(found.in_message, found.message_offset);
  }
}

}  // namespace backtalk::fuzz
