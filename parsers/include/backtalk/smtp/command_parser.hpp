// SPDX-License-Identifier: Apache-2.0 OR MIT
/// An incremental parser for what an SMTP or LMTP client sends: commands, message data, chunks. For
/// servers.
///
///     parser.feed(bytes);
///     while (const auto* input = parser.next()) {
///       switch (input->kind) {
///         case Input::Kind::command:
///           if (input->command.verb == Verb::data) parser.expect_data();  // having answered 354
///           ...
///         case Input::Kind::octets: store(input->octets); break;  // without dot-stuffing
///         case Input::Kind::end_of_data: answer();
///       }
///     }
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/dot_stuffing.hpp"
#include "backtalk/detail/limit_defaults.hpp"
#include "backtalk/detail/line_reader.hpp"
#include "backtalk/parser.hpp"
#include "backtalk/smtp/command.hpp"

namespace backtalk::smtp {

/// Limits on what a client can make the parser buffer.
struct CommandLimits {
  /// One command line with CRLF. RFC 5321 4.5.3.1.4 asks for 512 and extensions for more (RFC 4954:
  /// 12288 for AUTH).
  std::size_t line_octets_max = backtalk::detail::default_limit(12288, 80);
};

/// A command, a stretch of message data, or its end. Views are valid until the next call of `next`,
/// `feed` or `reset`.
struct Input {
  enum class Kind : std::uint8_t { command, octets, end_of_data };
  Kind kind = Kind::command;
  Command command;
  std::string_view octets;
};

/// Parses what a client sends. A faulty command (an unknown verb, an invalid argument) does not
/// disturb the framing and is left to the server to answer; only invalid line structure is an error
/// of the stream. Not thread safe. Movable at any time, not copyable; a moved-from parser may only
/// be assigned to or destroyed.
///
/// Memory: at most three times `line_octets_max`; data and chunks pass through. Time: linear in the
/// bytes fed.
class CommandParser {
 public:
  explicit CommandParser(CommandLimits limits = {}, Tolerances tolerances = {});

  /// Gives the parser the next piece of the stream. The bytes are borrowed until the next `feed` or
  /// `reset`. Call it only after `next` has returned null: while bytes fed before are unread, it
  /// takes nothing, and sets the error `fed_too_early` at the first of them.
  void feed(std::string_view bytes) { reader_.feed(bytes, error_); }
  /// Deleted: a temporary string would be destroyed before it is read.
  template <class Allocator>
  void feed(const std::basic_string<char, std::char_traits<char>, Allocator>&& bytes) = delete;

  /// The next command, stretch of data, or end of data; null if more bytes are needed or `error()`
  /// is set.
  [[nodiscard]] const Input* next() BACKTALK_LIFETIMEBOUND;

  /// Returns the unread rest of the piece that was fed, for a server that pauses in the middle of
  /// it. The parser forgets these bytes: feed them again before anything else. Call it only after
  /// `next` has returned an event.
  std::string_view give_back() noexcept { return reader_.give_back(); }

  /// A dot-stuffed message follows. Call it when DATA is answered with 354, before `next`.
  void expect_data();

  /// A chunk of `octets` octets follows, and then `end_of_data`. Call it when BDAT was read, before
  /// `next`.
  void expect_chunk(std::uint64_t octets);

  /// Invalid line structure or a line over the limit, with its offset. Sticky until `reset`.
  [[nodiscard]] Error error() const noexcept { return error_; }

  /// True inside a command, message data or a chunk: if the stream ends here, it is cut off.
  [[nodiscard]] bool in_message() const noexcept { return mode_ != Mode::commands || reader_.in_line(); }

  /// The offset in the stream of the first byte of the current command, message data or chunk;
  /// between them, of the next command's.
  [[nodiscard]] std::uint64_t message_offset() const noexcept {
    return mode_ == Mode::commands ? reader_.line_offset() : data_offset_;
  }

  /// Call it when STARTTLS is accepted, before the handshake starts. Bytes already received after
  /// the command were injected and set the error `starttls_injection`. Returns true if there were
  /// none.
  bool begin_tls();

  /// Starts a new stream. Keeps limits, tolerances and buffers.
  void reset() noexcept;

 private:
  enum class Mode : std::uint8_t { commands, data, chunk };

  const Input* next_command();
  const Input* next_data();
  const Input* next_chunk();

  detail::LineReader reader_;
  detail::DotUnstuffer data_;
  Error error_;
  Input input_;
  Mode mode_ = Mode::commands;
  bool after_crlf_ = true;         // the last line ended with CRLF: a dot after it counts
  std::uint64_t data_offset_ = 0;  // of the data or chunk that was begun
  std::uint64_t chunk_left_ = 0;
};

static_assert(Parser<CommandParser>);

}  // namespace backtalk::smtp
