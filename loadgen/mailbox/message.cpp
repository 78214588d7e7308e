// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/message.hpp"

#include <algorithm>
#include <utility>

namespace backtalk::mailbox {
namespace {

// How many octets are missing in the pairs of CR and LF, the last line's end left out: an LF behind
// each CR that has none, and a CR before each LF. Without a branch, because hostile messages are
// made of line ends.
std::size_t count_missing(std::string_view text) {
  std::size_t missing = text.starts_with('\n') ? 1 : 0;
  for (std::size_t at = 1; at < text.size(); ++at)
    missing += (text[at - 1] == '\r') != (text[at] == '\n') ? 1 : 0;
  return missing;
}

// Completes the pairs, for which `missing` octets are needed, and adds `end`.
std::string with_pairs(std::string_view text, std::size_t missing, std::string_view end) {
  // Appending would double the memory.
  std::string lines(text.size() + missing + end.size(), '\0');
  char* to = lines.data();
  char last = '\0';
  for (const char c : text) {
    *to = '\r';
    to += c == '\n' && last != '\r' ? 1 : 0;
    *to = '\n';
    to += c != '\n' && last == '\r' ? 1 : 0;
    *to++ = last = c;
  }
  std::ranges::copy(end, to);
  return lines;
}

}  // namespace

Message::Message(std::string octets, Reservation cost)
    : octets_(std::move(octets)), body_at_(body_offset(octets_)), cost_(std::move(cost)) {}

bool normalize_lines(std::string& octets) {
  if (octets.find('\0') != std::string::npos) return false;
  if (octets.empty()) return true;
  const std::size_t missing = count_missing(octets);
  const std::string_view end = octets.back() == '\n' ? "" : octets.back() == '\r' ? "\n" : "\r\n";
  if (missing > 0 || !end.empty()) octets = with_pairs(octets, missing, end);
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
