// SPDX-License-Identifier: Apache-2.0 OR MIT
/// An incremental parser for what an IMAP client sends: commands with their literals. For servers.
///
///     parser.feed(bytes);
///     while (const auto* input = parser.next()) {
///       switch (input->kind) {
///         case Input::Kind::literal_wanted: send("+ go on\r\n"); break;      // or parser.refuse_literal()
///         case Input::Kind::octets: store(input->literal); break;             // of a long literal
///         case Input::Kind::command: answer(*input); break;
///         case Input::Kind::line: sasl(input->text); break;                   // after parser.expect_line()
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

/// What a client sent. Views live until the next call of `next`, `feed` or `reset`.
struct Input {
  enum class Kind : std::uint8_t {
    command,         ///< a whole command, its short literals included
    literal_wanted,  ///< the client waits for "+ " before it sends `literal_octets` octets
    octets,          ///< the next stretch of a literal that is too long to be gathered
    line             ///< a line that is no command: the answer to a SASL challenge, "DONE"
  };

  Kind kind = Kind::command;
  std::uint64_t offset = 0;  ///< of the command's first byte, from the start of the stream
  std::string_view tag;      ///< "*" where a line has no tag, or a bad one: see `error`
  std::string_view
      name;  ///< the command's name as sent; compare without regard to case. "UID" has it in `arguments`
  Siblings arguments;                ///< what follows the name; so far, where the command is not whole
  Error error;                       ///< what is wrong with the content; answer BAD, the frame is not lost
  std::string_view text;             ///< Kind::line: the line without its end
  std::string_view literal;          ///< Kind::octets
  std::uint64_t literal_octets = 0;  ///< of the whole literal, with `literal_wanted` and `octets`
  std::uint64_t literal_left = 0;    ///< Kind::octets: how many come after these
};

/// Parses what a client sends. A command that is wrong inside is the server's to answer and never loses the
/// frame; line structure, a limit on octets passed, or wrong content in a line that ends as a literal's
/// announcement does are errors of the stream. Not thread safe; may be moved at any time, and not copied.
/// What was moved from may only be assigned to or destroyed.
///
/// Memory: bounded by `Limits` (`response_octets_max` is that of a command here). Time: linear in the bytes
/// fed.
class CommandParser {
 public:
  explicit CommandParser(Limits limits = {}, Tolerances tolerances = {});

  /// The next piece of the stream, borrowed until the next `feed` or `reset`. Only after `next` has returned
  /// null.
  void feed(std::string_view bytes) { frame_.feed(bytes); }
  /// A temporary string would be gone before it is read.
  template <class Allocator>
  void feed(const std::basic_string<char, std::char_traits<char>, Allocator>&& bytes) = delete;

  /// The next command, request for "+ ", or stretch of a literal; null where more bytes are needed or
  /// `error()` is set.
  [[nodiscard]] const Input* next() BACKTALK_LIFETIMEBOUND;

  /// To be called after `literal_wanted`, before `next`, where the literal is refused with NO or BAD: the
  /// client then sends no octets and the command is over.
  void refuse_literal() noexcept { frame_.drop_literal(); }

  /// The line that comes next is no command: to be called before "+ " is sent for AUTHENTICATE or IDLE.
  void expect_line() noexcept { line_expected_ = true; }

  /// The first error of the stream; commands before it have been given. Sticky until `reset`.
  [[nodiscard]] Error error() const noexcept { return frame_.error(); }
  /// True where a command was begun and not ended.
  [[nodiscard]] bool in_message() const noexcept { return frame_.in_message(); }
  /// The offset at which the command that comes next, or that was begun, starts.
  [[nodiscard]] std::uint64_t message_offset() const noexcept { return frame_.message_offset(); }

  /// To be called when STARTTLS is accepted and before the handshake starts: bytes that were received after
  /// it were injected, and are error `starttls_injection`. True where there were none.
  bool begin_tls();

  /// Ready for a new stream; keeps limits, tolerances and buffers.
  void reset() noexcept;

 private:
  const Input* take_line();
  void begin_command(std::string_view text, std::string_view& rest);
  const Input* give(Input::Kind kind);

  detail::FrameReader frame_;
  Input input_;
  std::size_t tag_octets_ = 0;
  bool line_expected_ = false;
};

static_assert(Parser<CommandParser>);

}  // namespace backtalk::imap
