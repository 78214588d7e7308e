// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a file is that holds no server's octets: people give `backtalk parse` logs, messages and
/// captures, and the parser's error at octet 0 does not tell them why it refuses them.
#pragma once

#include <cstdint>
#include <string_view>

namespace backtalk::parse {

enum class FileKind : std::uint8_t {
  unknown,    ///< none of these
  marked,     ///< text with a byte order mark
  capture,    ///< pcap or pcapng
  telnet,     ///< a log of telnet: "Trying 127.0.0.1..."
  message,    ///< a mail message: it begins with a header field
  client,     ///< what a client of SMTP, POP3 or IMAP says
  text_lines  ///< lines that end with LF alone
};

/// Tells the kind from the first octets of a file, of which 128 are enough. Takes time in
/// proportion to them.
[[nodiscard]] FileKind file_kind(std::string_view beginning) noexcept;

}  // namespace backtalk::parse
