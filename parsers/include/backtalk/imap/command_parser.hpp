// SPDX-License-Identifier: Apache-2.0 OR MIT
/// An incremental parser for what an IMAP client sends: commands with their literals. For servers.
///
///     parser.feed(bytes);
///     while (const auto* input = parser.next()) {
///       switch (input->kind) {
///         case Input::Kind::literal_wanted: go_on(); break;  // "+ "; or parser.refuse_literal()
///         case Input::Kind::octets: store(input->literal); break;  // of a long literal
///         case Input::Kind::command: answer(*input); break;
///         case Input::Kind::line: sasl(input->text); break;  // after parser.expect_line()
///       }
///     }
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/imap/frame_reader.hpp"
#include "backtalk/error.hpp"
#include "backtalk/imap/limits.hpp"
#include "backtalk/imap/token.hpp"
#include "backtalk/parser.hpp"

namespace backtalk::imap {

/// What a client sent. Views are valid until the next call of `next`, `feed` or `reset`.
struct Input {
  enum class Kind : std::uint8_t {
    command,         ///< a complete command, including its short literals
    literal_wanted,  ///< the client waits for "+ " before it sends `literal_octets` octets
    octets,          ///< the next stretch of a literal that is too long to be buffered
    line             ///< a line that is not a command: the answer to a SASL challenge, "DONE"
  };

  Kind kind = Kind::command;
  std::uint64_t offset = 0;          ///< of the command's first byte, from the start of the stream
  std::string_view tag;              ///< "*" if the line has no tag or an invalid one: see `error`
  std::string_view name;             ///< as sent, in any case; after "UID" it is in `arguments`
  Siblings arguments;                ///< what follows the name, as far as received
  Error error;                       ///< in the content: answer BAD; the next command can be read
  std::string_view text;             ///< Kind::line: the line without its end
  std::string_view literal;          ///< Kind::octets
  std::uint64_t literal_octets = 0;  ///< the length of the whole literal
  std::uint64_t literal_left = 0;    ///< Kind::octets: how many octets follow these
};

/// Parses what a client sends. A faulty command does not disturb the framing and is left to the
/// server to answer. Errors of the stream are invalid line ends, control bytes in a line that does
/// not begin with a tag and a space, an exceeded limit on octets, and invalid content in a line
/// that ends like the announcement of a literal. Not thread safe. Movable at any time, not
/// copyable; a moved-from parser may only be assigned to or destroyed.
///
/// Memory: bounded by `Limits` (here `response_octets_max` applies to commands). Time: linear in
/// the bytes fed.
class CommandParser {
 public:
  explicit CommandParser(Limits limits = {}, Tolerances tolerances = {});

  /// Gives the parser the next piece of the stream. The bytes are borrowed until the next `feed` or
  /// `reset`. Call it only after `next` has returned null: while bytes fed before are unread, it
  /// takes nothing, and sets the error `fed_too_early` at the first of them.
  void feed(std::string_view bytes) { frame_.feed(bytes); }
  /// Deleted: a temporary string would be destroyed before it is read.
  template <class Allocator>
  void feed(const std::basic_string<char, std::char_traits<char>, Allocator>&& bytes) = delete;

  /// The next command, request for "+ ", or stretch of a literal; null if more bytes are needed or
  /// `error()` is set.
  [[nodiscard]] const Input* next() BACKTALK_LIFETIMEBOUND;

  /// Returns the unread rest of the piece that was fed, for a server that pauses in the middle of
  /// it. The parser forgets these bytes: feed them again before anything else. Call it only after
  /// `next` has returned a command or a line.
  std::string_view give_back() noexcept { return frame_.give_back(); }

  /// Call it after `literal_wanted`, before `next`, if you refuse the literal with NO or BAD: the
  /// client then sends no octets, and the command is over.
  void refuse_literal() noexcept { frame_.drop_literal(); }

  /// The next line is not a command. Call it before you send "+ " for AUTHENTICATE or IDLE.
  void expect_line() noexcept { line_expected_ = true; }

  /// The first error of the stream. Sticky until `reset`; commands before it have been returned.
  [[nodiscard]] Error error() const noexcept { return frame_.error(); }
  /// True inside a command: if the stream ends here, the command is cut off.
  [[nodiscard]] bool in_message() const noexcept { return frame_.in_message(); }
  /// The offset in the stream of the current command's first byte; between commands, of the next
  /// one's.
  [[nodiscard]] std::uint64_t message_offset() const noexcept { return frame_.message_offset(); }

  /// Call it when STARTTLS is accepted, before the handshake starts. Bytes already received after
  /// the command were injected and set the error `starttls_injection`. Returns true if there were
  /// none.
  bool begin_tls();

  /// Starts a new stream. Keeps limits, tolerances and buffers.
  void reset() noexcept;

 private:
  const Input* take_line();
  const Input* refuse_line();
  void begin_command(std::string_view text, std::string_view& rest);
  const Input* give(Input::Kind kind);

  detail::FrameReader frame_;
  Input input_;
  std::size_t tag_octets_ = 0;
  bool line_expected_ = false;
};

static_assert(Parser<CommandParser>);

}  // namespace backtalk::imap
