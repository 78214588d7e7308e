// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/fuzz/references.hpp"
#include "reference/imap_reference.hpp"
#include "targets/imap_settings.hpp"

namespace backtalk::fuzz {
namespace {

void report_end(const auto& found, Report& report) {
  if (found.error) {
    report.refuse(word(found.error.code), found.error.offset);
  } else {
    report.ended(found.in_message, found.message_offset);
  }
}

}  // namespace

void imap_responses(std::string_view stream, const Settings& settings, Report& report) {
  const auto found = reference::read_imap_responses(stream, imap_limits(settings), settings.tolerances);
  for (const std::string& response : found.responses) report.event("response").text(response);
  report_end(found, report);
}

void imap_commands(std::string_view stream, const Settings& settings, Report& report) {
  const auto found = reference::read_imap_commands(stream, imap_limits(settings), settings.tolerances,
                                                   refuses_odd_literals(settings));
  for (const std::string& input : found.inputs) report.event("input").text(input);
  report_end(found, report);
}

}  // namespace backtalk::fuzz
