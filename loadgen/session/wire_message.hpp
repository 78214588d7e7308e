// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A mail message in the forms in which it goes over the wire, made once and sent many times.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "backtalk/smtp/write.hpp"
#include "session/long_text.hpp"

namespace backtalk::session {

/// Read by offset: a message of any size is sent in pieces, and a generated one is not held whole.
class WireMessage {
 public:
  enum class Form : std::uint8_t {
    chunk,   ///< for BDAT (RFC 3030): every line ends with CRLF, nothing is stuffed
    stuffed  ///< for DATA (RFC 5321 4.5.2): dots stuffed, and the final "." CRLF
  };

  [[nodiscard]] std::uint64_t octets(Form form) const noexcept {
    if (form == Form::chunk) return text_.octets() - kEnd.size();
    return has_dots_ ? stuffed_.octets() : text_.octets();
  }

  /// Copies octets from `offset` on into `out`, until either ends, and returns how many.
  std::size_t copy(Form form, std::uint64_t offset, std::span<char> out) const noexcept;

  /// Puts the checksum of its body before its header (session/message_checksum.hpp): it then has
  /// kChecksumLineOctets more.
  void add_checksum();

  /// Some octet is beyond ASCII: servers are told by BODY=8BITMIME (RFC 6152).
  [[nodiscard]] bool eight_bit() const noexcept { return eight_bit_; }
  /// Some octet of the header is: that takes SMTPUTF8 (RFC 6531).
  [[nodiscard]] bool eight_bit_header() const noexcept { return eight_bit_header_; }

 private:
  friend class WireMessageMaker;
  friend WireMessage generate_message(std::uint64_t, std::string_view, std::string_view);
  static constexpr std::string_view kEnd = ".\r\n";

  LongText text_;     // the message, and kEnd: that is both forms, unless a line begins with a dot
  LongText stuffed_;  // only if one does
  bool has_dots_ = false;
  bool eight_bit_ = false;
  bool eight_bit_header_ = false;
};

/// Makes a message of text that comes in pieces: normalises line ends (LF, CR and CRLF become
/// CRLF; a last line without one gets it) and stuffs dots.
class WireMessageMaker {
 public:
  void add(std::string_view piece);
  /// The message's octets so far, as a chunk.
  [[nodiscard]] std::uint64_t octets() const noexcept { return message_.text_.octets(); }
  /// To be called once, at the end.
  [[nodiscard]] WireMessage finish();

 private:
  void stuff(std::string_view dot);
  void append(std::string_view text);
  void read_header(std::string_view piece);

  WireMessage message_;
  bool in_header_ = true;
  bool at_line_start_ = true;  // while in the header
  bool after_cr_ = false;
  smtp::DotStuffer stuffer_;
};

/// Makes a message of one piece of text.
[[nodiscard]] WireMessage make_wire_message(std::string_view text);

/// The least that `generate_message` can make: a header and no body.
[[nodiscard]] std::size_t message_header_octets(std::string_view from, std::string_view to);

/// A plain message of `octets` octets before stuffing, or as many as its header has if that is
/// more. Above 64 KiB the body is computed as it is sent.
[[nodiscard]] WireMessage generate_message(std::uint64_t octets, std::string_view from, std::string_view to);

}  // namespace backtalk::session
