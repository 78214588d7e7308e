// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Messages of either direction: a head, a body with one of four framings, trailers. The layer
/// between HeadReader and the two parsers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/expect.hpp"
#include "backtalk/detail/http/chunk_reader.hpp"
#include "backtalk/detail/http/head_reader.hpp"
#include "backtalk/error.hpp"
#include "backtalk/http/head.hpp"
#include "backtalk/http/limits.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::http::detail {

/// Drives the readers of the parts. Its user decides the framing after every head.
class MessageReader {
 public:
  enum class Step : std::uint8_t {
    more,         ///< more bytes are needed, or there is an error
    head,         ///< a head was read: call a begin_ function before the next step
    octets,       ///< `octets()` is the next stretch of the body
    opaque,       ///< `octets()` is data after the stream left HTTP
    end,          ///< the message is complete; `trailers()` is set
    bad_framing,  ///< an error, which overlook_framing() takes back if no body follows the head
  };

  MessageReader(HeadReader::Section section, const Limits& limits, Tolerances tolerances);

  /// Gives the reader the next piece of the stream. While bytes fed before are unread, it takes
  /// nothing, and sets the error `fed_too_early` at the first of them unless `bytes` is empty.
  void feed(std::string_view bytes) noexcept {
    if (position_ != window_.size()) [[unlikely]] {
      refuse_feed(bytes);
      return;
    }
    base_ += position_;
    window_ = bytes;
    position_ = 0;
  }
  void finish() noexcept { finished_ = true; }
  [[nodiscard]] Step next();

  /// A fast path for feeds of one byte: takes it and returns true if next() would do no more and
  /// return Step::more.
  [[nodiscard]] bool absorb() noexcept {
    // Only a section that has been begun and not ended absorbs: a head or trailers.
    if (window_.size() != 1 || position_ != 0 || !head_.absorb(window_[0])) return false;
    BACKTALK_EXPECT(at_ == At::head || at_ == At::trailers);
    position_ = 1;
    return true;
  }

  /// A fast path for other short feeds, to the same effect.
  [[nodiscard]] bool absorb_piece() {
    if (!HeadReader::is_piece(window_.size()) || at_ != At::head || position_ != 0) return false;
    if (!head_.absorb(window_)) return false;
    position_ = window_.size();
    return true;
  }

  /// True if next() would return Step::more and do nothing: everything that was fed of a head was
  /// read, or no head was begun.
  [[nodiscard]] bool waits_for_head() const noexcept {
    return at_ <= At::head && position_ == window_.size();
  }

  /// After Step::head: this body follows. With Framing::none, Step::end comes next.
  void begin_body(Framing framing, std::uint64_t content_length) noexcept;
  /// After Step::head: another head follows, without Step::end (interim responses).
  void begin_message() noexcept {
    BACKTALK_EXPECT(at_ == At::decide);
    at_ = At::between;
  }
  /// What follows is not HTTP. After Step::head comes Step::end, and then Step::opaque.
  void begin_tunnel(bool end_message_first) noexcept;

  /// After Step::bad_framing: the rest of the head is read, whatever its fields say of a body.
  void overlook_framing();

  /// Fills the common part of a head. Call it after Step::head.
  void describe(Head& head) const noexcept;
  [[nodiscard]] const HeadReader& head() const noexcept BACKTALK_LIFETIMEBOUND { return head_; }
  [[nodiscard]] std::string_view octets() const noexcept BACKTALK_LIFETIMEBOUND { return octets_; }
  [[nodiscard]] std::uint64_t offset() const noexcept { return base_ + position_; }
  [[nodiscard]] std::span<const Field> trailers() const noexcept BACKTALK_LIFETIMEBOUND { return trailers_; }
  [[nodiscard]] std::uint64_t message_offset() const noexcept;
  [[nodiscard]] bool in_message() const noexcept;
  [[nodiscard]] Error error() const noexcept { return error_; }
  void refuse(Error error) noexcept { error_ = error; }
  void reset() noexcept;

 private:
  // The position in the stream: between messages, in a part of one, or at its end, which is still
  // to be reported.
  enum class At : std::uint8_t {
    between,  // these two first: waits_for_head()
    head,
    decide,
    octets,
    chunks,
    trailers,
    until_close,
    end,
    end_then_tunnel,
    tunnel,
  };

  // The unread rest of the window; `substr` would check the position.
  [[nodiscard]] std::string_view rest() const noexcept {
    return {window_.data() + position_, window_.size() - position_};
  }
  [[gnu::cold, gnu::noinline]] void refuse_feed(std::string_view bytes) noexcept;
  [[nodiscard]] Step next_head();
  [[nodiscard]] Step take_head(HeadReader::Status status, std::size_t used) noexcept;
  [[nodiscard, gnu::noinline]] Step take_odd_head(HeadReader::Status status, std::size_t used);
  [[nodiscard]] HeadReader::Status skip_empty_lines(std::size_t& used);
  [[nodiscard]] Step next_octets(Step step) noexcept;
  [[nodiscard]] Step next_chunk();
  [[nodiscard]] Step next_trailers();
  [[nodiscard]] Step end_message() noexcept;

  HeadReader::Section section_;
  At at_ = At::between;
  bool finished_ = false;
  std::string_view window_;
  std::size_t position_ = 0;          // window_[0, position_) has been read
  std::uint64_t base_ = 0;            // the stream's offset of window_[0]
  std::uint64_t message_offset_ = 0;  // of the start line of the message that was begun
  std::uint64_t left_ = 0;            // of a body whose length is known
  std::string_view octets_;
  std::span<const Field> trailers_;
  Error error_;
  HeadReader head_;
  ChunkReader chunks_;
};

}  // namespace backtalk::http::detail
