// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a server sends on one connection: a parser, and the octets it read last, to quote when
/// something goes wrong.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "backtalk/error.hpp"
#include "backtalk/parser.hpp"
#include "session/exact_answer.hpp"
#include "session/recent_octets.hpp"
#include "session/session.hpp"

namespace backtalk::session {

/// Used by a session's `consume` so:
///
///     stream.feed(bytes);
///     while (const auto* reply = stream.parser().next()) ...   // until the session is over
///     if (stream.parser().error()) exchange.fail(stream.words_of_error(awaited), now);
///     stream.end_piece();
template <Parser P>
class ServerStream {
 public:
  explicit ServerStream(P parser = P{}) noexcept : parser_(std::move(parser)) {}

  [[nodiscard]] P& parser() noexcept { return parser_; }

  /// A new connection.
  void reset() {
    parser_.reset();
    recent_.reset();
  }

  /// The next piece of the stream, borrowed until `end_piece`.
  void feed(std::string_view bytes) {
    recent_.feed(bytes);
    parser_.feed(bytes);
  }

  /// The piece goes away. Of a message that it leaves open, the beginning is kept.
  void end_piece() noexcept {
    if (parser_.in_message()) {
      recent_.retain_from(parser_.message_offset());
    } else {
      recent_.release();
    }
  }

  /// A message as it came, without its last line end; cut if it is long. Valid until `end_piece`.
  [[nodiscard]] std::string_view quote(std::uint64_t offset, std::uint64_t octets) noexcept {
    std::string_view text = recent_.quote(offset, std::min<std::uint64_t>(octets, RecentOctets::kMax));
    if (text.size() == octets && text.ends_with("\r\n")) text.remove_suffix(2);
    return text;
  }

  /// The line around an octet that is not the one that a script has there; see TextDifference.
  [[nodiscard]] ServerWords words_around(const TextDifference& difference) noexcept {
    constexpr std::size_t kLineOctetsMax = 128;
    const RecentOctets::Quote line = recent_.quote_line(difference.at, kLineOctetsMax);
    return {.name = kTextDiffers,
            .text = line.octets,
            .offset = difference.at,
            .lead = difference.at - line.offset,
            .expected = difference.expected,
            .nothing_follows = difference.nothing_follows};
  }

  /// The parser's error, with the line in which the stream broke the protocol. `awaited`: the
  /// command that waits for an answer.
  [[nodiscard]] ServerWords words_of_error(unsigned awaited) noexcept;

  /// What the server had begun to say when the connection ended; no text if it had not.
  [[nodiscard]] ServerWords words_at_end(std::string_view reason, unsigned awaited) noexcept;

 private:
  P parser_;
  RecentOctets recent_;
};

template <Parser P>
ServerWords ServerStream<P>::words_of_error(unsigned awaited) noexcept {
  constexpr std::size_t kLineOctetsMax = 128;
  const Error error = parser_.error();
  const bool too_long = error.code == ErrorCode::line_too_long || error.code == ErrorCode::reply_too_long ||
                        error.code == ErrorCode::too_many_lines;
  // What exceeds a limit is best told by its beginning.
  const std::uint64_t begins = parser_.message_offset();
  const RecentOctets::Quote text =
      too_long ? RecentOctets::Quote{.octets = recent_.quote(begins, kLineOctetsMax), .offset = begins}
               : recent_.quote_line(error.offset, kLineOctetsMax);
  return {.name = protocol_word(error.code),
          .command = awaited,
          .text = text.octets,
          .offset = error.offset,
          .lead = error.offset - text.offset,
          .message_offset = parser_.message_offset()};
}

template <Parser P>
ServerWords ServerStream<P>::words_at_end(std::string_view reason, unsigned awaited) noexcept {
  ServerWords words{.name = reason, .command = awaited, .text = {}, .offset = recent_.end()};
  if (parser_.in_message()) {
    words.offset = parser_.message_offset();
    words.text = recent_.quote(words.offset);
    words.message_offset = words.offset;
    words.in_message = true;
  }
  return words;
}

}  // namespace backtalk::session
