// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/detail/http/message_reader.hpp"

#include <algorithm>

#include "backtalk/detail/expect.hpp"

namespace backtalk::http::detail {

namespace {

// Those that would let a client smuggle requests past a server's parser.
constexpr Tolerances kForResponsesOnly = tolerate::coding_in_http_1_0 | tolerate::repeated_chunked |
                                         tolerate::identity_coding | tolerate::junk_field_lines |
                                         tolerate::status_line_spaces | tolerate::empty_line_before_chunk |
                                         tolerate::icy_status;

Tolerances usable(HeadReader::Section section, Tolerances tolerances) {
  return section == HeadReader::Section::response_head ? tolerances : tolerances.without(kForResponsesOnly);
}

}  // namespace

MessageReader::MessageReader(HeadReader::Section section, const Limits& limits, Tolerances tolerances)
    : section_(section),
      head_(limits, usable(section, tolerances), section),
      chunks_(limits.chunk_extension_octets_max, usable(section, tolerances), limits.line_octets_max) {}

void MessageReader::refuse_feed(std::string_view bytes) noexcept {
  if (error_ || bytes.empty()) return;
  error_ = {ErrorCode::fed_too_early, offset()};
  if (at_ == At::trailers) head_.stop_absorbing();  // none are read after an error
}

void MessageReader::reset() noexcept {
  error_ = {};
  head_.forget_stream();
  finished_ = false;
  window_ = octets_ = {};
  position_ = 0;
  base_ = left_ = 0;
  at_ = At::between;
}

bool MessageReader::in_message() const noexcept {
  switch (at_) {
    case At::head: return head_.octets() > head_.leading_octets();
    case At::between:
    case At::tunnel:
    case At::end_then_tunnel: return false;
    default: return true;
  }
}

std::uint64_t MessageReader::message_offset() const noexcept {
  // An error may precede the start line, after an empty line that was skipped.
  const bool refused = at_ == At::head && error_;
  return in_message() || refused ? message_offset_ : offset();
}

void MessageReader::begin_tunnel(bool end_message_first) noexcept {
  BACKTALK_EXPECT(at_ == (end_message_first ? At::decide : At::between));
  at_ = end_message_first ? At::end_then_tunnel : At::tunnel;
}

void MessageReader::begin_body(Framing framing, std::uint64_t content_length) noexcept {
  BACKTALK_EXPECT(at_ == At::decide);
  switch (framing) {
    case Framing::none: at_ = At::end; break;
    case Framing::content_length:
      left_ = content_length;
      at_ = left_ == 0 ? At::end : At::octets;
      break;
    case Framing::chunked:
      chunks_.begin(offset());
      at_ = At::chunks;
      break;
    case Framing::close: at_ = At::until_close; break;
  }
}

void MessageReader::describe(Head& head) const noexcept {
  head.offset = message_offset_;
  head.octets = head_.octets() - head_.leading_octets();
  head.minor = head_.start_line().minor;
  head.fields = head_.fields();
}

MessageReader::Step MessageReader::next() {
  if (error_) return Step::more;
  switch (at_) {
    case At::between:
    case At::head: return next_head();
    case At::decide: break;  // the owner has not said what follows the head
    case At::octets: return next_octets(Step::octets);
    case At::chunks: return next_chunk();
    case At::trailers: return next_trailers();
    case At::until_close:
      if (position_ == window_.size() && finished_) return end_message();
      left_ = window_.size();
      return next_octets(Step::octets);
    case At::end: return end_message();
    case At::end_then_tunnel:
      at_ = At::tunnel;
      trailers_ = {};
      return Step::end;
    case At::tunnel: left_ = window_.size(); return next_octets(Step::opaque);
  }
  return Step::more;
}

[[gnu::flatten]] MessageReader::Step MessageReader::next_head() {
  // Not covered by tests of the parsers, which ask waits_for_head() first; other users of this
  // layer may not.
  if (position_ == window_.size()) return Step::more;
  if (at_ == At::between) {
    head_.begin(section_, offset());
    at_ = At::head;
  }
  std::size_t used = 0;
  const HeadReader::Status status = head_.read(rest(), used);
  if (status > HeadReader::Status::whole) [[unlikely]]
    return take_odd_head(status, used);
  return take_head(status, used);
}

MessageReader::Step MessageReader::take_head(HeadReader::Status status, std::size_t used) noexcept {
  message_offset_ = head_.offset() + head_.leading_octets();
  position_ += used;
  if (status == HeadReader::Status::more) return Step::more;
  at_ = At::decide;
  return Step::head;
}

// An empty line that precedes the head, or an error.
MessageReader::Step MessageReader::take_odd_head(HeadReader::Status status, std::size_t used) {
  if (status == HeadReader::Status::empty_line) status = skip_empty_lines(used);
  if (status != HeadReader::Status::error) return take_head(status, used);
  message_offset_ = head_.offset() + head_.leading_octets();
  error_ = head_.error();
  return FramingFields::is_own_error(error_.code) ? Step::bad_framing : Step::more;
}

// Skips the empty line that was just read, of `used` octets here, and those behind it, and reads
// the head that follows. A line that is cut is read by itself, so this may happen twice.
HeadReader::Status MessageReader::skip_empty_lines(std::size_t& used) {
  HeadReader::Status status = HeadReader::Status::empty_line;
  while (status == HeadReader::Status::empty_line) {
    position_ += used;
    used = 0;
    position_ += head_.empty_lines(rest());
    head_.begin_again(offset());
    if (position_ == window_.size()) return HeadReader::Status::more;
    status = head_.read(rest(), used);
  }
  return status;
}

void MessageReader::overlook_framing() {
  BACKTALK_EXPECT(at_ == At::head && FramingFields::is_own_error(error_.code));
  head_.overlook_framing(rest());
  position_ = static_cast<std::size_t>(head_.offset() + head_.octets() - base_);
  error_ = {};
}

// Returns what the window has of a body, at most `left_` octets.
MessageReader::Step MessageReader::next_octets(Step step) noexcept {
  const std::size_t here = window_.size() - position_;
  if (here == 0) return Step::more;
  octets_ = window_.substr(position_, static_cast<std::size_t>(std::min<std::uint64_t>(left_, here)));
  position_ += octets_.size();
  left_ -= octets_.size();
  if (at_ == At::octets && left_ == 0) at_ = At::end;
  return step;
}

MessageReader::Step MessageReader::next_chunk() {
  std::string_view left = rest();
  const ChunkReader::Status status = chunks_.next(left, octets_);
  position_ = window_.size() - left.size();
  switch (status) {
    case ChunkReader::Status::octets: return Step::octets;
    case ChunkReader::Status::error: error_ = chunks_.error(); return Step::more;
    case ChunkReader::Status::more: return Step::more;
    case ChunkReader::Status::trailers: break;
  }
  head_.begin(HeadReader::Section::trailers, offset());
  at_ = At::trailers;
  return next_trailers();
}

MessageReader::Step MessageReader::next_trailers() {
  std::size_t used = 0;
  const HeadReader::Status status = head_.read(rest(), used);
  if (status == HeadReader::Status::error) error_ = head_.error();
  if (status != HeadReader::Status::error) position_ += used;
  if (status != HeadReader::Status::whole) return Step::more;
  const Step step = end_message();
  trailers_ = head_.fields();  // valid until the next head begins
  return step;
}

MessageReader::Step MessageReader::end_message() noexcept {
  at_ = At::between;
  trailers_ = {};
  return Step::end;
}

}  // namespace backtalk::http::detail
