// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/wire_message.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "session/message_checksum.hpp"

namespace backtalk::session {

std::size_t WireMessage::copy(Form form, std::uint64_t offset, std::span<char> out) const noexcept {
  if (form == Form::stuffed) return (has_dots_ ? stuffed_ : text_).copy(offset, out);
  const std::uint64_t left = octets(form) - std::min(offset, octets(form));
  return text_.copy(offset, out.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, out.size()))));
}

void WireMessage::add_checksum() {
  constexpr std::size_t kPieceOctets = 65536;
  std::vector<char> piece(kPieceOctets);
  MessageChecksum sum;
  sum.begin();
  std::uint64_t at = 0;
  while (const std::size_t octets = copy(Form::chunk, at, piece)) {
    sum.feed({piece.data(), octets});
    at += octets;
  }
  std::string line(kChecksumFieldName);
  line.append(": ").append(ChecksumValue(sum.body()).text()).append("\r\n");
  text_.prepend(line);
  if (has_dots_) stuffed_.prepend(line);
}

namespace {

bool has_eight_bit(std::string_view text) {
  unsigned seen = 0;
  for (const char c : text) seen |= static_cast<unsigned char>(c);
  return (seen & 0x80) != 0;
}

}  // namespace

// --- Of a text

void WireMessageMaker::add(std::string_view piece) {
  message_.eight_bit_ |= has_eight_bit(piece);
  if (in_header_) read_header(piece);
  for (std::string_view octets;;) {
    switch (stuffer_.next(piece, octets)) {
      case smtp::DotStuffer::Status::octets: append(octets); break;
      case smtp::DotStuffer::Status::dot: stuff(octets); break;
      case smtp::DotStuffer::Status::more: return;
    }
  }
}

// Looks for octets beyond ASCII up to the empty line that ends the header.
void WireMessageMaker::read_header(std::string_view piece) {
  for (const char c : piece) {
    const bool second_of_crlf = c == '\n' && after_cr_;
    after_cr_ = c == '\r';
    if (second_of_crlf) continue;
    if (c != '\r' && c != '\n') {
      at_line_start_ = false;
      message_.eight_bit_header_ |= (static_cast<unsigned char>(c) & 0x80) != 0;
    } else if (at_line_start_) {
      in_header_ = false;
      return;
    } else {
      at_line_start_ = true;
    }
  }
}

// From the first dot on the two forms differ.
void WireMessageMaker::stuff(std::string_view dot) {
  if (!message_.has_dots_) message_.stuffed_ = message_.text_;
  message_.has_dots_ = true;
  message_.stuffed_.append(dot);
}

void WireMessageMaker::append(std::string_view text) {
  message_.text_.append(text);
  if (message_.has_dots_) message_.stuffed_.append(text);
}

WireMessage WireMessageMaker::finish() {
  const auto [line_end, end] = stuffer_.finish();
  append(line_end);
  append(end);
  return std::move(message_);
}

WireMessage make_wire_message(std::string_view text) {
  WireMessageMaker maker;
  maker.add(text);
  return maker.finish();
}

// --- Generated

namespace {

constexpr std::string_view kSubject = "backtalk";
constexpr std::size_t kLineOctets = 72;  // with CRLF
constexpr std::size_t kBlockOctets = 65536 / kLineOctets * kLineOctets;

// `subject` only sets the header's length.
std::string make_header(std::string_view from, std::string_view to, std::string_view subject) {
  std::string text;
  text.append("From: <").append(from).append(">\r\nTo: <").append(to).append(">\r\nSubject: ");
  return text.append(subject).append("\r\n\r\n");
}

void append_lines(std::string& text, std::size_t octets) {
  while (octets > 0) {
    std::size_t line = std::min(octets, kLineOctets);
    if (octets - line == 1) --line;  // a line takes two octets at least
    text.append(line - 2, 'x').append("\r\n");
    octets -= line;
  }
}

}  // namespace

std::size_t message_header_octets(std::string_view from, std::string_view to) {
  return make_header(from, to, kSubject).size();
}

WireMessage generate_message(std::uint64_t octets, std::string_view from, std::string_view to) {
  std::string header = make_header(from, to, kSubject);
  // A single octet is too little for a line: it goes into the subject.
  if (octets == header.size() + 1) header = make_header(from, to, std::string(kSubject) + '.');
  const std::uint64_t body = octets - std::min<std::uint64_t>(octets, header.size());

  // Whole blocks are repeated. What remains, two octets at least if there is a rest, is written
  // out.
  std::uint64_t blocks = body / kBlockOctets;
  if (blocks > 0 && body % kBlockOctets == 1) --blocks;
  WireMessage message;
  message.eight_bit_ = message.eight_bit_header_ = has_eight_bit(header);
  message.text_.append(header);
  std::string lines;
  if (blocks > 0) append_lines(lines, kBlockOctets);
  message.text_.append_repeated(std::move(lines), blocks * kBlockOctets);
  std::string rest;
  append_lines(rest, static_cast<std::size_t>(body - blocks * kBlockOctets));
  message.text_.append(rest.append(WireMessage::kEnd));
  return message;
}

}  // namespace backtalk::session
