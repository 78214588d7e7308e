#include "session/wire_message.hpp"

#include <algorithm>

namespace backtalk::session {

WireMessage make_wire_message(std::string_view text) {
  WireMessage message;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    const std::string_view line = text.substr(0, end);
    const bool crlf = text.substr(end).starts_with("\r\n");
    text.remove_prefix(std::min(text.size(), end + (crlf ? 2 : 1)));
    message.chunk.append(line).append("\r\n");
    if (line.starts_with('.')) message.stuffed += '.';
    message.stuffed.append(line).append("\r\n");
    message.eight_bit |= std::ranges::any_of(line, [](char c) { return (c & 0x80) != 0; });
  }
  message.stuffed += ".\r\n";
  return message;
}

namespace {

// `subject` decides no more than the header's length.
std::string make_header(std::string_view from, std::string_view to, std::string_view subject) {
  std::string text;
  text.append("From: <").append(from).append(">\r\nTo: <").append(to).append(">\r\nSubject: ");
  return text.append(subject).append("\r\n\r\n");
}

}  // namespace

std::size_t message_header_octets(std::string_view from, std::string_view to) {
  return make_header(from, to, "backtalk").size();
}

std::string make_message_text(std::size_t octets, std::string_view from, std::string_view to) {
  constexpr std::size_t kLineOctets = 72;  // with CRLF
  // A line of the body takes two octets at least: a single one goes into the subject.
  const bool one_left = octets == message_header_octets(from, to) + 1;
  std::string text = make_header(from, to, one_left ? "backtalk." : "backtalk");
  while (text.size() < octets) {
    std::size_t line = std::min(octets - text.size(), kLineOctets);
    if (const std::size_t left = octets - text.size() - line; left == 1) --line;  // no room for the last CRLF
    text.append(line - 2, 'x').append("\r\n");
  }
  return text;
}

}  // namespace backtalk::session
