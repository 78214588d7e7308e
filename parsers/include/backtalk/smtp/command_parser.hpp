// SPDX-License-Identifier: Apache-2.0 OR MIT
/// An incremental parser for what an SMTP or LMTP client sends: commands, message data, chunks. For servers.
///
///     parser.feed(bytes);
///     while (const auto* input = parser.next()) {
///       switch (input->kind) {
///         case Input::Kind::command:
///           if (input->command.verb == Verb::data) parser.expect_data();       // having answered 354
///           ...
///         case Input::Kind::octets: store(input->octets); break;               // without dot-stuffing
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
#include "backtalk/detail/expect.hpp"
#include "backtalk/detail/limit_defaults.hpp"
#include "backtalk/detail/line_reader.hpp"
#include "backtalk/parser.hpp"
#include "backtalk/smtp/command.hpp"

namespace backtalk::smtp {

/// What a client may make the parser hold.
struct CommandLimits {
  /// One command line with CRLF. RFC 5321 4.5.3.1.4 asks for 512 and extensions for more (RFC 4954: 12288 for
  /// AUTH).
  std::size_t line_octets_max = backtalk::detail::default_limit(12288, 80);
};

/// A command, a stretch of message data, or its end. Views live until the next call of `next`, `feed` or
/// `reset`.
struct Input {
  enum class Kind : std::uint8_t { command, octets, end_of_data };
  Kind kind = Kind::command;
  Command command;
  std::string_view octets;
};

/// Parses what a client sends. What is wrong inside a command line is the server's to answer (an unknown
/// verb, a bad argument) and never loses the frame; only broken line structure is an error of the stream. Not
/// thread safe; may be moved at any time, and not copied. What was moved from may only be assigned to or
/// destroyed.
///
/// Memory: at most three times `line_octets_max`; data and chunks pass through. Time: linear in the bytes
/// fed.
class CommandParser {
 public:
  explicit CommandParser(CommandLimits limits = {}, Tolerances tolerances = {});

  /// The next piece of the stream, borrowed until the next `feed` or `reset`. Only after `next` has returned
  /// null.
  void feed(std::string_view bytes) {
    BACKTALK_EXPECT(error_ || reader_.rest().empty());
    reader_.feed(bytes);
  }
  /// A temporary string would be gone before it is read.
  template <class Allocator>
  void feed(const std::basic_string<char, std::char_traits<char>, Allocator>&& bytes) = delete;

  /// The next command, stretch of data, or end of data; null where more bytes are needed or `error()` is set.
  [[nodiscard]] const Input* next() BACKTALK_LIFETIMEBOUND;

  /// Returns what has not been read of the piece that was fed, and forgets it: it has to be fed again, first.
  /// For a server that pauses in the middle of a piece. Only after `next` has returned something.
  std::string_view give_back() noexcept { return reader_.give_back(); }

  /// From here on comes a dot-stuffed message: to be called when DATA is answered with 354, before `next`.
  void expect_data();

  /// From here on come `octets` octets of a chunk, then `end_of_data`: to be called when BDAT is read, before
  /// `next`.
  void expect_chunk(std::uint64_t octets);

  /// Bad line structure or a line over the limit, with its offset. Sticky until `reset`.
  [[nodiscard]] Error error() const noexcept { return error_; }

  /// True where a command, data or a chunk was begun and not ended.
  [[nodiscard]] bool in_message() const noexcept { return mode_ != Mode::commands || reader_.in_line(); }

  /// The offset at which the command, data or chunk that was begun starts; if none was, the next command.
  [[nodiscard]] std::uint64_t message_offset() const noexcept {
    return mode_ == Mode::commands ? reader_.line_offset() : data_offset_;
  }

  /// To be called when STARTTLS is accepted and before the handshake starts: bytes that were received after
  /// it were injected, and are error `starttls_injection`. True where there were none.
  bool begin_tls();

  /// Ready for a new stream; keeps limits, tolerances and buffers.
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
  bool after_crlf_ = true;         // the last command line ended with CRLF: a dot right after it counts
  std::uint64_t data_offset_ = 0;  // of the data or chunk that was begun
  std::uint64_t chunk_left_ = 0;
};

static_assert(Parser<CommandParser>);

}  // namespace backtalk::smtp
