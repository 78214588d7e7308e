// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Lines with their literals: the framing that IMAP responses and commands share (RFC 3501 2.2,
/// 4.3).
///
/// A frame is a line; if the line ends with the announcement of a literal, then also the literal's
/// octets and the next line, and so on. Only the grammar can tell an announcement, so the owner
/// lexes each line and reports what it found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/expect.hpp"
#include "backtalk/detail/held_text.hpp"
#include "backtalk/detail/imap/lexer.hpp"
#include "backtalk/detail/line_reader.hpp"
#include "backtalk/imap/limits.hpp"

namespace backtalk::imap::detail {

/// Reads frames from a stream that arrives in pieces, and keeps the text of tokens that are cut
/// between feeds. Used by `ResponseParser` and `CommandParser`. Not thread safe.
///
/// Memory: see `Limits`. Time: linear in the bytes fed, however they are cut and however many
/// literals there are.
class FrameReader {
 public:
  enum class Step : std::uint8_t {
    more,    ///< the bytes fed are used up
    line,    ///< `line()` begins a frame, or continues it after a literal: lex it
    flawed,  ///< the same, but there are control bytes in the line; `flaw()` is the first
    piece,   ///< `piece()` is the next stretch of a literal that is too long to be buffered
    failed,  ///< see `error()`
  };

  FrameReader(const Limits& limits, Tolerances tolerances, Lexer::Sender sender);

  /// Borrows the next piece of the stream. While bytes fed before are unread, it takes nothing, and
  /// sets the error `fed_too_early` at the first of them unless `bytes` is empty.
  void feed(std::string_view bytes) { lines_.feed(bytes, error_); }

  [[nodiscard]] Step next();

  [[nodiscard]] const backtalk::detail::Line& line() const noexcept BACKTALK_LIFETIMEBOUND { return line_; }
  /// What is wrong with the line of `Step::flawed`.
  [[nodiscard]] Error flaw() const noexcept { return flaw_; }
  /// True if `line()` begins a frame.
  [[nodiscard]] bool begins() const noexcept { return begins_; }

  /// Creates and keeps the tokens. Their texts are views of what was fed or of buffers in here.
  [[nodiscard]] Lexer& lexer() noexcept BACKTALK_LIFETIMEBOUND { return lexer_; }

  /// Call it when the current line ends in the literal that the lexer saw last. Returns false if it
  /// is too long.
  bool expect_literal();
  /// Like `expect_literal`, in a frame whose rest is of no interest: the octets still come as
  /// pieces, but no token stands for them. `offset` is that of the announcement. Sets the error if
  /// the literal is too long.
  void skip_literal(std::uint64_t octets, std::uint64_t offset);
  /// Call it when the current line ends the frame, and when a frame is abandoned.
  void end_frame() noexcept {
    in_frame_ = false;
    holds_all_ = true;
    literal_left_ = 0;
  }
  /// The literal that was announced will not be sent, and the frame ends here.
  void drop_literal() noexcept {
    BACKTALK_EXPECT(in_literal_);
    in_literal_ = false;
    end_frame();
  }
  /// Text of the frame that is not a token and must stay valid as long: a tag. May be empty.
  void keep(std::string_view text) noexcept { kept_ = text; }
  [[nodiscard]] std::string_view kept() const noexcept BACKTALK_LIFETIMEBOUND { return kept_; }

  [[nodiscard]] std::string_view piece() const noexcept BACKTALK_LIFETIMEBOUND { return piece_; }
  /// The length of the announced literal, and how many of its octets come after `piece()`.
  [[nodiscard]] std::uint64_t literal_octets() const noexcept { return lexer_.literal_octets(); }
  [[nodiscard]] std::uint64_t literal_left() const noexcept { return literal_left_; }

  [[nodiscard]] Error error() const noexcept { return is_of_line() ? Error{} : error_; }
  /// Sets the error of the stream. The first one stays.
  void fail(Error error) noexcept {
    if (!this->error()) error_ = error;
    flawed_ = false;
  }

  [[nodiscard]] bool in_message() const noexcept { return in_frame_ || lines_.in_line(); }
  [[nodiscard]] std::uint64_t message_offset() const noexcept {
    return in_frame_ ? offset_ : lines_.line_offset();
  }
  /// The octets of the current frame so far.
  [[nodiscard]] std::uint64_t octets() const noexcept { return octets_; }
  /// The unread rest of what was fed.
  [[nodiscard]] std::string_view rest() const noexcept BACKTALK_LIFETIMEBOUND { return lines_.rest(); }

  /// Forgets the unread rest of what was fed, and returns it. Call it only between frames.
  std::string_view give_back() noexcept {
    BACKTALK_EXPECT(!in_frame_);
    return lines_.give_back();
  }

  void reset() noexcept;

 private:
  bool take_literal();
  bool take_line();
  // Out of line, so that what is usual is inlined.
  [[gnu::noinline]] Step stop();
  bool begin_flaw();
  [[nodiscard]] bool is_of_line() const noexcept {
    return flawed_ && (error_.code == ErrorCode::nul || error_.code == ErrorCode::control_byte);
  }
  Step next_flawed();
  void hold() {
    if (!holds_all_) hold_texts();
  }
  void hold_texts();
  void make_room(std::size_t more);

  Limits limits_;
  backtalk::detail::LineReader lines_;
  Lexer lexer_;
  Error error_;  // of the stream or, if flawed_, of the line that is still incomplete
  bool flawed_ = false;
  Error flaw_;
  backtalk::detail::Line line_;
  bool begins_ = false;
  bool in_frame_ = false;
  bool in_literal_ = false;
  bool streaming_ = false;
  std::uint64_t offset_ = 0;
  std::uint64_t octets_ = 0;
  std::uint64_t held_limit_octets_ = 0;  // counts towards response_octets_max
  std::uint64_t literal_left_ = 0;
  std::string_view piece_;
  std::string_view kept_;
  backtalk::detail::HeldText
      held_;  // texts of kept_ and of tokens [0, held_tokens_), which earlier feeds brought
  std::size_t held_tokens_ = 0;
  std::size_t gathered_ = 0;  // octets of the current literal at the end of held_
  bool kept_held_ = false;
  bool holds_all_ = true;  // hold() has nothing to do until another line or literal is taken
};

}  // namespace backtalk::imap::detail
