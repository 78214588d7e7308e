// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/fuzz/references.hpp"
#include "reference/http_reference.hpp"
#include "targets/http_settings.hpp"

namespace backtalk::fuzz {
namespace {

void report_fields(const reference::HttpFields& fields, Report& report) {
  for (const auto& [name, value] : fields) report.text(name).text(value);
}

void report_rest(const reference::HttpMessage& message, Report& report) {
  report_fields(message.fields, report);
  report.event("body", message.offset + message.head_octets);
  report.octets(message.body);
  if (!message.ended) return;
  report.event("end");
  report_fields(message.trailers, report);
}

void report_end(const reference::HttpMessages& found, Report& report) {
  if (!found.opaque.empty()) report.event("opaque").octets(found.opaque);
  if (found.error) {
    report.refuse(word(found.error.code), found.error.offset);
  } else {
    report.ended(found.in_message, found.message_offset);
  }
}

}  // namespace

void http_responses(std::string_view stream, const Settings& settings, Report& report) {
  const auto found = reference::read_http_responses(stream, http_limits(settings), settings.tolerances,
                                                    http_requests_sent(settings.variant));
  for (const reference::HttpMessage& message : found.messages) {
    report.event("response", message.offset).number(message.minor).number(message.status);
    report.number(static_cast<unsigned>(message.framing)).number(message.content_length);
    report.number(message.tunnel ? 1 : 0).text(message.reason);
    report.number(message.dropped_lines).number(message.first_dropped).number(message.start_dropped ? 1 : 0);
    report_rest(message, report);
  }
  report_end(found, report);
}

void http_requests(std::string_view stream, const Settings& settings, Report& report) {
  const auto found = reference::read_http_requests(stream, http_limits(settings), settings.tolerances);
  for (const reference::HttpMessage& message : found.messages) {
    report.event("request", message.offset).number(message.minor);
    report.number(static_cast<unsigned>(message.framing)).number(message.content_length);
    report.text(message.method).text(message.target);
    report_rest(message, report);
  }
  report_end(found, report);
}

}  // namespace backtalk::fuzz
