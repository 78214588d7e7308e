// SPDX-License-Identifier: Apache-2.0 OR MIT
/// An incremental parser for what a POP3 client sends: commands, and the answers to SASL
/// challenges. For servers.
///
///     parser.feed(bytes);
///     while (const auto* input = parser.next()) {
///       if (input->kind == Input::Kind::sasl_response) go_on(input->response);
///       else if (input->command.verb == Verb::auth) challenge(), parser.expect_sasl_response();
///       else answer(input->command);
///     }
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/limit_defaults.hpp"
#include "backtalk/detail/line_reader.hpp"
#include "backtalk/parser.hpp"
#include "backtalk/pop3/command.hpp"

namespace backtalk::pop3 {

/// Limits on what a client can make the parser buffer.
struct CommandLimits {
  /// One line with CRLF. RFC 2449 4 asks for 255, and RFC 5034 4 for more in a SASL exchange (RFC
  /// 4954 4: 12288).
  std::size_t line_octets_max = backtalk::detail::default_limit(12288, 80);
};

/// A command, or the answer to a challenge. Views are valid until the next call of `next`, `feed`
/// or `reset`.
struct Input {
  enum class Kind : std::uint8_t { command, sasl_response };
  Kind kind = Kind::command;
  Command command;
  std::uint64_t offset = 0;   ///< of its first byte, from the start of the stream
  std::string_view response;  ///< base64, or "*" to cancel
};

/// Parses what a client sends. A faulty command (an unknown keyword, an invalid argument) does not
/// disturb the framing and is left to the server to answer; only invalid line structure is an error
/// of the stream. Not thread safe. Movable at any time, not copyable; a moved-from parser may only
/// be assigned to or destroyed.
///
/// Memory: at most three times `line_octets_max`. Time: linear in the bytes fed, however they are
/// cut.
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

  /// The next command or answer; null if more bytes are needed or `error()` is set.
  [[nodiscard]] const Input* next() BACKTALK_LIFETIMEBOUND;

  /// Returns the unread rest of the piece that was fed, for a server that pauses in the middle of
  /// it. The parser forgets these bytes: feed them again before anything else. Call it only after
  /// `next` has returned a command or an answer.
  std::string_view give_back() noexcept { return reader_.give_back(); }

  /// The next line answers a challenge. Call it when a challenge is sent, before `next`. It applies
  /// to one line.
  void expect_sasl_response() noexcept { sasl_ = true; }

  /// Invalid line structure or a line over the limit, with its offset. Sticky until `reset`.
  [[nodiscard]] Error error() const noexcept { return error_; }

  /// True inside a line: if the stream ends here, the line is cut off.
  [[nodiscard]] bool in_message() const noexcept { return reader_.in_line(); }

  /// The offset in the stream of the current line's first byte; between lines, of the next one's.
  [[nodiscard]] std::uint64_t message_offset() const noexcept { return reader_.line_offset(); }

  /// Call it when STLS is accepted, before the handshake starts. Bytes already received after the
  /// command were injected and set the error `starttls_injection`. Returns true if there were none.
  bool begin_tls();

  /// Starts a new stream. Keeps limits, tolerances and buffers.
  void reset() noexcept;

 private:
  detail::LineReader reader_;
  Error error_;
  Input input_;
  bool sasl_ = false;
};

static_assert(Parser<CommandParser>);

}  // namespace backtalk::pop3
