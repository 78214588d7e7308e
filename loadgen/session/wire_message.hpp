/// A mail message in the forms in which it goes over the wire, made once and sent many times.
#pragma once

#include <string>
#include <string_view>

namespace backtalk::session {

struct WireMessage {
  std::string chunk;    ///< for BDAT (RFC 3030): every line ends with CRLF, nothing is stuffed
  std::string stuffed;  ///< for DATA (RFC 5321 4.5.2): dots stuffed, and the final "." CRLF
  bool eight_bit = false;
};

/// Normalises line ends (LF, CR and CRLF become CRLF; a last line without one gets it) and stuffs dots.
[[nodiscard]] WireMessage make_wire_message(std::string_view text);

/// The least that `make_message_text` can make: a header and no body.
[[nodiscard]] std::size_t message_header_octets(std::string_view from, std::string_view to);

/// A plain message of exactly `octets` octets on the wire before stuffing, and at least its header's.
[[nodiscard]] std::string make_message_text(std::size_t octets, std::string_view from, std::string_view to);

}  // namespace backtalk::session
