// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/guess.hpp"

#include <algorithm>
#include <array>

#include "ascii.hpp"

namespace backtalk {
namespace {

unsigned octet(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

// RFC 8446 5.1: ContentType, a ProtocolVersion of 3.x, and a length of at most 2^14 + 2048.
bool is_tls(std::string_view text) {
  constexpr unsigned kChangeCipherSpec = 20;
  constexpr unsigned kApplicationData = 23;
  constexpr unsigned kLengthMax = 16384 + 2048;
  if (text.size() < 5) return false;
  const unsigned length = octet(text, 3) << 8 | octet(text, 4);
  return octet(text, 0) >= kChangeCipherSpec && octet(text, 0) <= kApplicationData && octet(text, 1) == 3 &&
         octet(text, 2) <= 4 && length > 0 && length <= kLengthMax;
}

// RFC 9113 4.1, 6.5, 6.8: the first frame of a server is SETTINGS, or GOAWAY; both are of stream 0.
bool is_http2_frame(std::string_view text) {
  constexpr unsigned kSettings = 4;
  constexpr unsigned kGoAway = 7;
  constexpr unsigned kFrameMax = 16384;
  if (text.size() < 9) return false;
  const unsigned length = octet(text, 0) << 16 | octet(text, 1) << 8 | octet(text, 2);
  const bool of_connection = text.substr(5, 4) == std::string_view("\0\0\0\0", 4);
  if (!of_connection || length > kFrameMax) return false;
  if (octet(text, 3) == kGoAway) return length >= 8 && octet(text, 4) == 0;
  return octet(text, 3) == kSettings && length % 6 == 0 && octet(text, 4) <= 1;
}

// A packet's length and number, protocol version 10, and the server's version as text.
bool is_mysql(std::string_view text) {
  return text.size() >= 6 && octet(text, 1) == 0 && octet(text, 2) == 0 && octet(text, 3) == 0 &&
         text[4] == '\n' && ascii::is_digit(text[5]);
}

// method SP request-target SP HTTP-version CRLF; or as much of it as there is
bool is_http_request(std::string_view text) {
  const std::size_t method = text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  if (method == 0 || method == std::string_view::npos || text[method] != ' ') return false;
  const std::size_t target_end = text.find_first_of(" \r\n", method + 1);
  if (target_end == method + 1) return false;
  if (target_end != std::string_view::npos) return text.substr(target_end).starts_with(" HTTP/1.");
  const std::string_view target = text.substr(method + 1);
  return target.starts_with('/') || target.starts_with("http");
}

bool contains_word(std::string_view text, std::string_view lowered) {
  for (std::size_t at = 0; at + lowered.size() <= text.size(); ++at) {
    if (ascii::equals_lowered(text.substr(at, lowered.size()), lowered)) return true;
  }
  return false;
}

// RFC 5321 4.3.1, RFC 959 5.4: 220, or a refusal.
Guess guess_greeting(std::string_view text) {
  constexpr std::array<std::string_view, 5> kCodes{"220", "120", "421", "530", "554"};
  const bool known = std::ranges::find(kCodes, text.substr(0, 3)) != kCodes.end();
  if (text.size() < 4 || !known || (text[3] != ' ' && text[3] != '-')) return Guess::unknown;
  if (contains_word(text, "smtp") || contains_word(text, "lmtp") || text.starts_with("554"))
    return Guess::smtp;
  const bool is_ftp = contains_word(text, "ftp") || text.starts_with("120") || text.starts_with("530");
  return is_ftp ? Guess::ftp : Guess::smtp_or_ftp;
}

struct Prefix {
  std::string_view text;
  Guess guess;
};

constexpr std::array kPrefixes{
    Prefix{"HTTP/1.", Guess::http_response},
    Prefix{"PRI * HTTP/2.0\r\n", Guess::http2},
    Prefix{"SSH-", Guess::ssh},
    Prefix{"PROXY TCP", Guess::proxy},
    Prefix{"PROXY UNKNOWN", Guess::proxy},
    Prefix{std::string_view("\r\n\r\n\0\r\nQUIT\n", 12), Guess::proxy},
    Prefix{"+OK", Guess::pop3},
    Prefix{"* OK", Guess::imap},
    Prefix{"* PREAUTH", Guess::imap},
    Prefix{"* BYE", Guess::imap},
    Prefix{"ICY ", Guess::icy},
    Prefix{"RTSP/", Guess::rtsp},
    Prefix{"SIP/", Guess::sip},
    Prefix{"-ERR unknown command", Guess::redis},
    Prefix{"-NOAUTH ", Guess::redis},
    Prefix{"-DENIED Redis", Guess::redis},
    Prefix{"RFB 003.", Guess::vnc},
};

}  // namespace

Guess guess_protocol(std::string_view beginning) noexcept {
  const std::string_view text = beginning.substr(0, kGuessOctets);
  for (const Prefix& known : kPrefixes) {
    if (text.starts_with(known.text)) return known.guess;
  }
  if (is_tls(text)) return Guess::tls;
  if (is_http2_frame(text)) return Guess::http2;
  if (is_mysql(text)) return Guess::mysql;
  if (is_http_request(text)) return Guess::http_request;
  return guess_greeting(text);
}

std::string_view name_of(Guess guess) noexcept {
  switch (guess) {
    case Guess::unknown: break;
    case Guess::http_response: return "an HTTP/1.x response";
    case Guess::http_request: return "an HTTP/1.x request";
    case Guess::http2: return "HTTP/2";
    case Guess::tls: return "TLS";
    case Guess::ssh: return "SSH";
    case Guess::proxy: return "the PROXY protocol";
    case Guess::smtp: return "an SMTP server";
    case Guess::ftp: return "an FTP server";
    case Guess::smtp_or_ftp: return "an SMTP or FTP server";
    case Guess::pop3: return "a POP3 server";
    case Guess::imap: return "an IMAP server";
    case Guess::icy: return "a SHOUTcast server";
    case Guess::rtsp: return "an RTSP server";
    case Guess::sip: return "a SIP server";
    case Guess::mysql: return "a MySQL server";
    case Guess::redis: return "a Redis server";
    case Guess::vnc: return "a VNC server";
  }
  return {};
}

}  // namespace backtalk
