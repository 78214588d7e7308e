// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Reads the lines of a CRLF protocol from a stream that arrives in pieces.
///
/// The layer below the parsers of the line protocols. It finds line ends with SIMD, checks that CR
/// and LF come in pairs (RFC 5321 2.3.8) and that there is no NUL and no control byte except HT,
/// and buffers a line that is cut between feeds. It can also skip octets that are not lines:
/// literals, chunks, bodies.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/held_text.hpp"
#include "backtalk/error.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::simd {
struct Kernels;
}

namespace backtalk::detail {

/// One line.
struct Line {
  /// Without its line end, but one byte of that is readable after it. Valid until the next `feed`
  /// or `reset`.
  std::string_view text;
  std::uint64_t offset = 0;  ///< of its first byte, from the start of the stream
  std::size_t octets = 0;    ///< its length with the line end
};

/// Frames lines. Not thread safe; cheap to move between threads.
///
/// Memory: at most three times `line_octets_max` for lines that are cut between feeds, and an index
/// of fixed size. Time: linear in the bytes fed, however the stream is cut into feeds. A line that
/// lies within one feed is a view of it; any other line is copied once.
class LineReader {
 public:
  /// `line_octets_max`: the longest line accepted, including its line end. A limit above a quarter
  /// of the type's maximum counts as a quarter of it.
  explicit LineReader(std::size_t line_octets_max, Tolerances tolerances = {});

  /// Gives the reader the next piece of the stream. The bytes are borrowed until the next `feed` or
  /// `reset`. If anything fed before is unread, the reader keeps that instead, and sets `error`,
  /// the error of its owner, to `fed_too_early` unless it is set or `bytes` is empty.
  void feed(std::string_view bytes, Error& error) {
    if (position_ != window_.size()) [[unlikely]] {
      refuse_feed(bytes, error);
      return;
    }
    base_ += position_;
    window_ = bytes;
    position_ = scanned_ = index_base_ = index_at_ = index_count_ = 0;
  }

  /// Reads the next line; false if more bytes are needed or `error()` is set.
  bool next(Line& line) {
    while (index_at_ == index_count_) {
      if (!refill()) return false;
    }
    const std::size_t end = index_base_ + index_[index_at_++];
    if (!carry_.empty()) return finish_carried(end, line);
    const char* const text = window_.data() + position_;
    const std::size_t octets = end + 1 - position_;
    line.offset = base_ + position_;
    position_ = end + 1;
    if (octets > line_octets_max_) return refuse_long(line.offset);
    const bool has_cr = octets > 1 && text[octets - 2] == '\r';
    line.text = {text, octets - 1 - (has_cr ? 1 : 0)};
    line.octets = octets;
    return true;
  }

  /// The fed octets that have not been read yet. Call it only between lines: after `next` returned
  /// true, or before the first line.
  [[nodiscard]] std::string_view rest() const noexcept BACKTALK_LIFETIMEBOUND {
    return window_.substr(position_);
  }

  /// Skips `count` (at most `rest().size()`) octets that are not lines: a literal, a chunk, a body.
  /// Their content is not checked. Call it only between lines. Linear in `count`.
  void skip(std::size_t count) noexcept;

  /// Returns the unread rest of the piece that was fed. The reader forgets these bytes: feed them
  /// again before anything else. Call it only between lines.
  std::string_view give_back() noexcept;

  /// Makes octets that were skipped the beginning of the next line. They must be the last that were
  /// skipped, must not contain a line end, and nothing may have been read since. Copies them.
  void begin_line(std::string_view begun);

  /// The first error; sticky until `reset`.
  [[nodiscard]] Error error() const noexcept { return error_; }

  /// After `nul` or `control_byte`: takes the byte as text after all, and goes on with its line.
  /// The owner may keep the error until the line is complete, and still give it to `feed`.
  void pass_control_byte();

  /// The current, incomplete line, up to the error if there is one. Valid until the next call.
  [[nodiscard]] std::string_view partial() const noexcept BACKTALK_LIFETIMEBOUND { return carry_.view(); }

  /// The offset in the stream of the current line's first byte; between lines, of the next one's.
  [[nodiscard]] std::uint64_t line_offset() const noexcept { return base_ + position_ - carry_.size(); }

  /// True inside a line: if the stream ends here, the line is cut off.
  [[nodiscard]] bool in_line() const noexcept { return !carry_.empty(); }

  /// Starts a new stream. Keeps its buffers.
  void reset() noexcept;

 private:
  [[gnu::cold, gnu::noinline]] void refuse_feed(std::string_view bytes, Error& error) const noexcept;
  bool refill();
  bool finish_carried(std::size_t end, Line& line);
  bool refuse_long(std::uint64_t line_offset);
  bool refuse_violation();
  void carry_rest(std::size_t until);
  void carry(std::string_view text);

  static constexpr std::size_t kIndexSize = 256;
  static constexpr std::size_t kScanAheadMin = 256;
  static constexpr std::size_t kScanAheadMax = 16384;

  const simd::Kernels* kernels_;
  std::size_t line_octets_max_;
  Tolerances tolerances_;
  Error error_;
  std::string_view window_;   // what was fed last
  std::size_t position_ = 0;  // window_[0, position_) has been read
  std::size_t scanned_ = 0;   // window_[0, scanned_) is in the index or before it
  std::uint64_t base_ = 0;    // the stream's offset of window_[0]
  bool after_cr_ = false;     // the byte before window_[scanned_] is a CR that belongs to a line
  bool violation_ = false;    // window_[scanned_] breaks a rule
  bool passed_ = false;       // a control byte of the current line was passed
  std::size_t scan_ahead_ = kScanAheadMin;  // grows while there are only lines
  std::size_t index_base_ = 0;              // index_ counts from window_[index_base_]
  std::size_t index_at_ = 0;
  std::size_t index_count_ = 0;
  HeldText carry_;      // the line that is cut at the start of window_, or was left open at its end
  HeldText delivered_;  // a line that was cut, once complete, as long as its view is valid
  std::array<std::uint32_t, kIndexSize> index_;
};

}  // namespace backtalk::detail
