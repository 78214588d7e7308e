// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/message.hpp"

#include <utility>

namespace backtalk::mailbox {
namespace {

bool has_only_crlf(std::string_view text) {
  for (std::size_t at = text.find_first_of("\r\n"); at != std::string_view::npos;
       at = text.find_first_of("\r\n", at + 2)) {
    if (text.substr(at, 2) != "\r\n") return false;
  }
  return text.ends_with("\r\n");
}

}  // namespace

Message::Message(std::string octets, Reservation cost)
    : octets_(std::move(octets)), body_at_(body_offset(octets_)), cost_(std::move(cost)) {}

bool normalize_lines(std::string& octets) {
  if (octets.find('\0') != std::string::npos) return false;
  if (has_only_crlf(octets)) return true;
  std::string lines;
  lines.reserve(octets.size() + octets.size() / 16 + 2);
  for (std::string_view rest = octets; !rest.empty();) {
    const std::size_t end = rest.find_first_of("\r\n");
    lines.append(rest.substr(0, end)).append("\r\n");
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + (rest.substr(end, 2) == "\r\n" ? 2 : 1));
  }
  octets = std::move(lines);
  return true;
}

std::size_t body_offset(std::string_view text, std::size_t header_octets_max) {
  if (text.starts_with("\r\n")) return 2;
  const std::string_view begin = text.substr(0, header_octets_max);
  const std::size_t end = begin.find("\r\n\r\n");
  if (end != std::string_view::npos) return end + 4;
  const std::size_t line = begin.rfind('\n');
  return begin.size() == text.size() || line == std::string_view::npos ? begin.size() : line + 1;
}

}  // namespace backtalk::mailbox
