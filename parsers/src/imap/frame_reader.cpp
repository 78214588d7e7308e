// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/detail/imap/frame_reader.hpp"

#include <algorithm>

#include "backtalk/detail/expect.hpp"
#include "imap/byte_classes.hpp"
#include "usable_limit.hpp"
#include "work.hpp"

namespace backtalk::imap::detail {
namespace {

bool is_control(ErrorCode code) {
  return code == ErrorCode::nul || code == ErrorCode::control_byte;
}

// True if a line begins with "* ", "+ " or a tag and a space: it is a line of IMAP, and not of TLS
// or another protocol.
bool begins_like_frame(std::string_view line) {
  if (line.starts_with("* ") || line.starts_with("+ ")) return true;
  std::size_t end = 0;
  while (end < line.size() && (byte_class(line[end]) & kTagChar) != 0 && line[end] != '+') ++end;
  work::examined(end);
  return end > 0 && end < line.size() && line[end] == ' ';
}

}  // namespace

FrameReader::FrameReader(const Limits& limits, Tolerances tolerances, Lexer::Sender sender)
    : limits_(limits),
      lines_(limits.line_octets_max, tolerances),
      lexer_(limits, tolerances, sender),
      held_(usable_limit(limits.response_octets_max)) {
  limits_.literal_octets_max = usable_limit(limits.literal_octets_max);
  limits_.response_octets_max = usable_limit(limits.response_octets_max);
}

void FrameReader::reset() noexcept {
  lines_.reset();
  lexer_.begin(false, false);
  error_ = {};
  flawed_ = false;
  in_frame_ = in_literal_ = streaming_ = kept_held_ = false;
  holds_all_ = true;
  literal_left_ = 0;
  kept_ = {};
  held_.clear();
  held_tokens_ = gathered_ = 0;
}

FrameReader::Step FrameReader::next() {
  if (error_) return stop();
  if (in_literal_ && take_literal()) return Step::piece;
  if (!in_literal_ && take_line()) return Step::line;
  if (error_) return stop();
  hold();
  return Step::more;
}

// There is an error, of the stream or of a line.
FrameReader::Step FrameReader::stop() {
  return is_of_line() || begin_flaw() ? next_flawed() : Step::failed;
}

// A control byte costs its line and not the stream, if that line is certainly one of IMAP: where it
// ends is known all the same.
bool FrameReader::begin_flaw() {
  if (!is_control(error_.code) || !lines_.error()) return false;
  if (!in_frame_ && !begins_like_frame(lines_.partial())) return false;
  hold();  // the line is copied to where an earlier one of the frame may be
  lines_.pass_control_byte();
  flawed_ = true;
  return true;
}

// Reads on in a line that has control bytes.
FrameReader::Step FrameReader::next_flawed() {
  const Error flaw = error_;
  error_ = {};
  while (!take_line()) {
    if (!error_) {
      hold();
      error_ = flaw;
      return Step::more;
    }
    if (!is_control(error_.code)) return Step::failed;
    error_ = {};
    lines_.pass_control_byte();
  }
  flawed_ = false;
  flaw_ = flaw;
  return Step::flawed;
}

// Flattened, because passing a line through memory costs more than finding it.
[[gnu::flatten]] bool FrameReader::take_line() {
  if (!lines_.next(line_)) {
    error_ = lines_.error();
    return false;
  }
  holds_all_ = false;
  begins_ = !in_frame_;
  if (begins_) {
    in_frame_ = true;
    offset_ = line_.offset;
    octets_ = held_limit_octets_ = 0;
    kept_ = {};
    kept_held_ = false;
    held_.clear();
    held_tokens_ = 0;
    lexer_.begin(false, false);
  }
  octets_ += line_.octets;
  held_limit_octets_ += line_.octets;
  if (held_limit_octets_ <= limits_.response_octets_max) return true;
  error_ = {ErrorCode::reply_too_long, line_.offset};
  return false;
}

bool FrameReader::expect_literal() {
  BACKTALK_EXPECT(in_frame_ && !lexer_.tokens().empty());
  const std::uint64_t octets = lexer_.literal_octets();
  Token& token = lexer_.tokens().back();
  streaming_ = octets > limits_.literal_gather_octets_max;
  if (octets > limits_.literal_octets_max) {
    error_ = {ErrorCode::literal_too_long, token.offset};
  } else if (!streaming_ && held_limit_octets_ + octets > limits_.response_octets_max) {
    error_ = {ErrorCode::reply_too_long, token.offset};
  }
  if (error_) return false;
  token.streamed = streaming_;
  in_literal_ = true;
  literal_left_ = octets;
  gathered_ = 0;
  octets_ += octets;
  if (!streaming_) held_limit_octets_ += octets;
  if (lines_.rest().empty()) hold();  // a caller that waits for "+ " may feed before it calls next
  return true;
}

void FrameReader::skip_literal(std::uint64_t octets, std::uint64_t offset) {
  BACKTALK_EXPECT(in_frame_);
  if (octets > limits_.literal_octets_max) {
    error_ = {ErrorCode::literal_too_long, offset};
    return;
  }
  in_literal_ = streaming_ = true;
  literal_left_ = octets;
  gathered_ = 0;
  octets_ += octets;
  if (lines_.rest().empty()) hold();
}

// Takes octets of the current literal. True if there is a piece to return; otherwise the literal is
// complete and `in_literal_` is false, or the window is used up.
bool FrameReader::take_literal() {
  const std::string_view rest = lines_.rest();
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(literal_left_, rest.size()));
  const std::string_view octets = rest.substr(0, wanted);
  if (literal_left_ > 0 && wanted == 0) return false;
  if (streaming_) {
    lines_.skip(wanted);
    literal_left_ -= wanted;
    in_literal_ = literal_left_ > 0;
    piece_ = octets;
    if (wanted == rest.size()) hold();
    return true;
  }
  holds_all_ = false;
  Token& token = lexer_.tokens().back();
  if (gathered_ == 0 && wanted == literal_left_) {
    token.text = octets;
  } else {
    hold();
    make_room(wanted);
    held_.append(octets);
    gathered_ += wanted;
    work::examined(wanted);
    if (wanted == literal_left_) {
      token.text = held_.at(held_.size() - gathered_, gathered_);
      held_tokens_ = lexer_.tokens().size();
      gathered_ = 0;
    }
  }
  lines_.skip(wanted);
  literal_left_ -= wanted;
  in_literal_ = literal_left_ > 0;
  return false;
}

// Renews the views of held_ when it moves. The texts are in it in order, the current literal last.
void FrameReader::make_room(std::size_t more) {
  if (!held_.make_room(more)) return;
  std::size_t at = 0;
  if (kept_held_) {
    kept_ = held_.at(0, kept_.size());
    at = kept_.size();
  }
  for (std::size_t i = 0; i < held_tokens_; ++i) {
    Token& token = lexer_.tokens()[i];
    token.text = held_.at(at, token.text.size());
    at += token.text.size();
  }
}

// The window is used up inside a frame: the texts of its tokens so far are views of bytes that the
// caller may free.
void FrameReader::hold_texts() {
  if (!in_frame_ || gathered_ > 0) return;
  holds_all_ = true;
  std::vector<Token>& tokens = lexer_.tokens();
  const bool awaits_octets = in_literal_ && !streaming_;  // the last token has no text yet
  const std::size_t count = tokens.size() - (awaits_octets ? 1 : 0);
  std::size_t more = kept_held_ ? 0 : kept_.size();
  for (std::size_t i = held_tokens_; i < count; ++i) more += tokens[i].text.size();
  make_room(more);
  work::examined(more);
  if (!kept_held_) kept_ = held_.append(kept_);
  kept_held_ = true;
  for (; held_tokens_ < count; ++held_tokens_) {
    tokens[held_tokens_].text = held_.append(tokens[held_tokens_].text);
  }
}

}  // namespace backtalk::imap::detail
