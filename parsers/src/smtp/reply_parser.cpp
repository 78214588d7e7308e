// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/smtp/reply_parser.hpp"

#include "first_error.hpp"
#include "smtp/take_enhanced_code.hpp"
#include "work.hpp"

namespace backtalk::smtp {
namespace {

// Reply-line = Reply-code [ "-" / SP textstring ] CRLF
// Reply-code = %x32-35 %x30-35 %x30-39
constexpr std::size_t kCodeDigits = 3;
constexpr char kFirst[kCodeDigits] = {'2', '0', '0'};
constexpr char kLast[kCodeDigits] = {'5', '5', '9'};

constexpr bool fits(char c, char first, char last) {
  return c >= first && c <= last;
}

constexpr unsigned value(char c) {
  return static_cast<unsigned>(c - '0');
}

constexpr unsigned code_of(std::string_view text) {
  return value(text[0]) * 100 + value(text[1]) * 10 + value(text[2]);
}

// True if the line begins with a code.
constexpr bool has_plain_code(std::string_view text) {
  if (text.size() < kCodeDigits) return false;
  return fits(text[0], kFirst[0], kLast[0]) && fits(text[1], kFirst[1], kLast[1]) &&
         fits(text[2], kFirst[2], kLast[2]);
}

// True if a separator follows the code, or nothing. The byte behind a text can be read: of its line
// end.
bool is_separated(std::string_view text) {
  const char separator = text.data()[kCodeDigits];
  return separator == ' ' || separator == '-' || text.size() == kCodeDigits;
}

}  // namespace

ReplyParser::ReplyParser(ReplyLimits limits, Tolerances tolerances)
    : limits_(limits),
      tolerances_(tolerances),
      reader_(limits.line_octets_max, tolerances),
      held_(limits.reply_octets_max) {}

void ReplyParser::reset() noexcept {
  reader_.reset();
  error_ = {};
  lines_.clear();
  held_.clear();
  held_lines_ = 0;
  given_ = true;
}

bool ReplyParser::begin_tls() {
  if (!error_ && (in_message() || !reader_.rest().empty())) {
    error_ = {ErrorCode::starttls_injection, message_offset()};
  }
  return !error_;
}

const Reply* ReplyParser::next() {
  if (error_) return nullptr;
  detail::Line line;
  while (reader_.next(line)) {
    if (given_ && take_single(line)) return &reply_;
    if (!add_line(line)) return nullptr;
    const std::string_view text = line.text;
    if (text.size() == kCodeDigits || text[kCodeDigits] == ' ') {
      finish();
      return &reply_;
    }
  }
  if (reader_.error()) {
    refuse();
  } else {
    hold_lines();
  }
  return nullptr;
}

void ReplyParser::begin_reply(std::uint64_t offset) {
  given_ = false;
  lines_.clear();
  held_.clear();
  held_lines_ = 0;
  codes_differ_ = false;
  reply_.offset = offset;
  reply_.octets = 0;
}

// Takes a reply of one plain line, as most are, at once. Otherwise returns false and takes nothing.
bool ReplyParser::take_single(const detail::Line& line) {
  const std::string_view text = line.text;
  if (text.size() <= kCodeDigits || text[kCodeDigits] != ' ' || !has_plain_code(text)) return false;
  if (limits_.reply_lines_max == 0 || line.octets > limits_.reply_octets_max) return false;
  const auto code = static_cast<std::uint16_t>(code_of(text));
  std::string_view rest = text.substr(kCodeDigits + 1);
  EnhancedCodePrefix first;
  const bool enhanced = take_short_code(rest, text[0], first) || take_enhanced_code(rest, code, first);
  if (enhanced) rest.remove_prefix(first.octets);
  if (lines_.size() != 1) lines_.assign(1, {});
  lines_.front() = rest;
  reply_.offset = line.offset;
  reply_.octets = line.octets;
  reply_.code = code;
  if (enhanced) {
    reply_.enhanced = first.code;
  } else {
    reply_.enhanced.reset();
  }
  reply_.lines = lines_;
  return true;
}

bool ReplyParser::add_line(const detail::Line& line) {
  const std::string_view text = line.text;
  if (given_) begin_reply(line.offset);
  reply_.octets += line.octets;
  const bool plain = has_plain_code(text) && is_separated(text);
  const unsigned code = plain ? code_of(text) : 0;
  const bool within = lines_.size() < limits_.reply_lines_max && reply_.octets <= limits_.reply_octets_max;
  if (!plain || !within || (!lines_.empty() && code != reply_.code)) {
    error_ = first_error(check_limits(line.offset, reply_.octets), check_line(text, line.offset, true));
    if (error_) return false;
    if (tolerances_.has(tolerate::differing_codes)) note_code(text);
  }
  if (lines_.empty()) reply_.code = static_cast<std::uint16_t>(code_of(text));
  lines_.push_back(text.size() > kCodeDigits ? text.substr(kCodeDigits + 1) : std::string_view{});
  return true;
}

// The code of a line that may differ from that of the line before.
void ReplyParser::note_code(std::string_view text) {
  codes_differ_ |= !lines_.empty() && code_of(text) != reply_.code;
  reply_.code = static_cast<std::uint16_t>(code_of(text));
}

Error ReplyParser::check_limits(std::uint64_t line_offset, std::uint64_t octets_so_far) const {
  if (lines_.size() >= limits_.reply_lines_max) return {ErrorCode::too_many_lines, line_offset};
  if (octets_so_far > limits_.reply_octets_max) {
    return {ErrorCode::reply_too_long, reply_.offset + limits_.reply_octets_max};
  }
  return {};
}

Error ReplyParser::check_line(std::string_view text, std::uint64_t offset, bool whole) const {
  const bool any_code = tolerances_.has(tolerate::any_code);
  const bool continues = !lines_.empty();
  const unsigned expected[kCodeDigits] = {reply_.code / 100U, reply_.code / 10U % 10U, reply_.code % 10U};
  for (std::size_t i = 0; i < kCodeDigits; ++i) {
    if (i == text.size()) return whole ? Error{ErrorCode::bad_code, offset + i} : Error{};
    const bool digit_fits = any_code ? fits(text[i], '0', '9') : fits(text[i], kFirst[i], kLast[i]);
    if (!digit_fits) return {ErrorCode::bad_code, offset + i};
    const bool differs = continues && value(text[i]) != expected[i];
    if (differs && !tolerances_.has(tolerate::differing_codes)) return {ErrorCode::code_mismatch, offset + i};
  }
  if (text.size() > kCodeDigits && text[kCodeDigits] != ' ' && text[kCodeDigits] != '-') {
    return {ErrorCode::bad_separator, offset + kCodeDigits};
  }
  return {};
}

// The reader met an error inside a line. The beginning of that line may already be invalid: the
// first error counts.
void ReplyParser::refuse() {
  const std::string_view text = reader_.partial();
  const std::uint64_t offset = reader_.error().offset - text.size();
  if (given_) begin_reply(offset);
  const Error limit = text.empty() ? Error{} : check_limits(offset, reply_.octets + text.size());
  error_ = first_error(first_error(limit, check_line(text, offset, false)), reader_.error());
}

void ReplyParser::finish() {
  given_ = true;
  reply_.enhanced.reset();
  EnhancedCodePrefix found;
  if (codes_differ_) {
    take_last_code();
  } else if (take_enhanced_code(lines_.front(), reply_.code, found)) {
    reply_.enhanced = found.code;
    lines_.front().remove_prefix(found.octets);
    for (std::size_t i = 1; i < lines_.size(); ++i) {
      EnhancedCodePrefix same;
      const bool coded = take_enhanced_code(lines_[i], reply_.code, same);
      if (coded && same.code == found.code) lines_[i].remove_prefix(same.octets);
    }
  }
  reply_.lines = lines_;
}

// What finish() does if the lines have different codes: the last one's counts.
void ReplyParser::take_last_code() {
  for (std::size_t i = lines_.size(); i > 0; --i) {
    EnhancedCodePrefix found;
    if (take_enhanced_code(lines_[i - 1], reply_.code, found)) {
      if (i == lines_.size()) reply_.enhanced = found.code;
      if (found.code == reply_.enhanced) lines_[i - 1].remove_prefix(found.octets);
    } else if (i == lines_.size()) {
      return;
    }
  }
}

// The window is used up inside a reply: its lines so far are views of bytes that the caller may
// free. Keep their text.
void ReplyParser::hold_lines() {
  if (given_ || held_lines_ == lines_.size()) return;
  std::size_t more = 0;
  for (std::size_t i = held_lines_; i < lines_.size(); ++i) more += lines_[i].size();
  work::examined(more);
  if (held_.make_room(more)) {
    std::size_t at = 0;
    for (std::size_t i = 0; i < held_lines_; ++i) {
      lines_[i] = held_.at(at, lines_[i].size());
      at += lines_[i].size();
    }
  }
  for (; held_lines_ < lines_.size(); ++held_lines_) lines_[held_lines_] = held_.append(lines_[held_lines_]);
}

}  // namespace backtalk::smtp
