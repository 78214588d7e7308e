// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/checksum_request.hpp"

#include <string>
#include <vector>

#include "session/command_writer.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kLine = "X-Backtalk-Verify: 1\r\n";
static_assert(kLine.starts_with(kVerifyFieldName));
constexpr std::string_view kLineEnd = "\r\n";

// Behind the request line, which may end before the last placeholder or behind it.
void ask_for_checksum(HttpRequest& request) {
  using Field = CommandTemplate::Field;
  CommandTemplate filled;
  bool is_added = false;
  request.filled.each_piece([&](std::string_view text, const CommandTemplate::Placeholder* behind) {
    const std::size_t end = is_added ? std::string_view::npos : text.find(kLineEnd);
    if (end != std::string_view::npos) {
      filled.append_lines(text.substr(0, end + kLineEnd.size()));
      filled.append_lines(kLine);
      text.remove_prefix(end + kLineEnd.size());
      is_added = true;
    }
    filled.append_lines(text);
    if (behind == nullptr) return;
    if (behind->field == Field::captured) {
      filled.append_captured(behind->slot);
    } else {
      filled.append(behind->field);
    }
  });
  if (is_added) {
    if (filled.octets_max() <= CommandWriter::kCommandOctetsMax) request.filled = std::move(filled);
  } else if (const std::size_t end = request.octets.find(kLineEnd); end != std::string::npos) {
    request.octets.insert(end + kLineEnd.size(), kLine);
  }
}

void ask_for_checksums(std::vector<HttpRequest>& requests) {
  for (HttpRequest& one : requests) ask_for_checksum(one);
}

}  // namespace

void ask_for_checksums(HttpPlan& plan) {
  ask_for_checksums(plan.once);
  for (HttpPass& pass : plan.passes) ask_for_checksums(pass.requests);
  ask_for_checksums(plan.end);
}

}  // namespace backtalk::session
