// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/pop3/response_parser.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "first_error.hpp"
#include "usable_limit.hpp"
#include "work.hpp"

namespace backtalk::pop3 {
namespace {

constexpr std::string_view kOk = "+OK";
constexpr std::string_view kErr = "-ERR";
constexpr std::string_view kContinuation = "+ ";
constexpr std::string_view kBareContinuation = "+\r";

// True if `text` is `status`, alone or followed by a space and more.
bool is_status(std::string_view text, std::string_view status) {
  return text.starts_with(status) && (text.size() == status.size() || text[status.size()] == ' ');
}

std::string_view after(std::string_view text, std::string_view status) {
  return text.substr(std::min(status.size() + 1, text.size()));
}

std::string_view code_of(std::string_view text) {
  return text.starts_with('[') ? find_response_code(text) : std::string_view{};
}

}  // namespace

ResponseParser::ResponseParser(ResponseLimits limits, Tolerances tolerances)
    : limits_(limits),
      tolerances_(tolerances),
      reader_(limits.line_octets_max, tolerances),
      body_(tolerances),
      held_(usable_limit(limits.line_octets_max)) {
  expected_.push(Expect::single_line);  // this may throw, which `reset` must not
  reset();
}

void ResponseParser::reset() noexcept {
  reader_.reset();
  error_ = {};
  at_ = At::status;
  finished_ = false;
  begun_at_ = begun_size_ = 0;
  holds_text_ = false;
  expected_.clear();
  expected_.push(Expect::single_line);  // the greeting
}

bool ResponseParser::expect(Expect what) {
  if (expected_.size() >= limits_.expectations_max) return false;
  expected_.push(what);
  return true;
}

void ResponseParser::expect_otherwise(Expect what) noexcept {
  otherwise_ = what;
  has_otherwise_ = true;
}

bool ResponseParser::begin_tls() {
  if (!error_ && (in_message() || !reader_.rest().empty())) {
    error_ = {ErrorCode::starttls_injection, message_offset()};
  }
  return !error_;
}

const Event* ResponseParser::next() {
  if (error_) return nullptr;
  switch (at_) {
    case At::status: return next_status();
    case At::choice: return next_choice();
    case At::octets: return next_octets();
    case At::lines: break;
  }
  return next_line();
}

const Event* ResponseParser::give(Event::Kind kind, std::string_view data) {
  event_.kind = kind;
  event_.data = data;
  return &event_;
}

const Event* ResponseParser::next_status() {
  detail::Line line;
  if (!reader_.next(line)) {
    if (!reader_.error()) return nullptr;
    // The reader met an error inside the line. The beginning of that line may already be invalid:
    // the first error counts.
    const std::string_view begun = reader_.partial();
    const std::uint64_t offset = reader_.error().offset - begun.size();
    error_ = first_error(check_status(begun, offset, false), reader_.error());
    return nullptr;
  }
  if (!read_status(line)) {
    error_ = check_status(line.text, line.offset, true);
    return nullptr;
  }
  Status& status = event_.status;
  status.offset = line.offset;
  status.octets = line.octets;
  status.multi_line = false;
  if (status.kind == Status::Kind::continuation) return give(Event::Kind::status, {});
  const Expect what = awaited();
  if (!expected_.empty()) expected_.pop();
  if (!status.ok() || what == Expect::single_line || what == Expect::sasl)
    return give(Event::Kind::status, {});
  after_crlf_ = line.octets - line.text.size() == 2;
  if (what == Expect::automatic) {
    at_ = At::choice;
    return next_choice();
  }
  begin_body(what == Expect::listing ? At::lines : At::octets);
  return give(Event::Kind::status, {});
}

Expect ResponseParser::awaited() const noexcept {
  return expected_.empty() ? otherwise_ : expected_.front();
}

// Reads the status into event_. False if the line is not a status, or not one that is allowed here.
bool ResponseParser::read_status(const detail::Line& line) {
  const std::string_view text = line.text;
  const bool awaits = !expected_.empty() || has_otherwise_;
  Status& status = event_.status;
  status.unsolicited = !awaits;
  if (is_status(text, kOk)) {
    status.kind = Status::Kind::ok;
    status.text = after(text, kOk);
  } else if (is_status(text, kErr)) {
    status.kind = Status::Kind::err;
    status.text = after(text, kErr);
  } else if (check_status(text, line.offset, true)) {
    return false;
  } else if (text.size() < kOk.size() || text[1] == ' ') {
    status.kind = Status::Kind::continuation;
    status.text = after(text, "+");
    status.code = {};
    return true;
  } else {  // lower case
    status.kind = text.front() == '+' ? Status::Kind::ok : Status::Kind::err;
    status.text = after(text, status.ok() ? kOk : kErr);
  }
  status.code = code_of(status.text);
  return awaits || !status.ok();
}

// The error in a line, or in the beginning of one, that is not a status line allowed here; none if
// it is valid so far.
Error ResponseParser::check_status(std::string_view text, std::uint64_t offset, bool whole) const {
  const bool positive = text.starts_with('+');
  if (positive && expected_.empty() && !has_otherwise_) return {ErrorCode::unsolicited_response, offset};
  const bool bare = whole && text == "+" && tolerances_.has(tolerate::bare_continuation);
  if (text.starts_with(kContinuation) || bare) {
    const Expect what = awaited();
    if (what == Expect::sasl || what == Expect::automatic) return {};
    return {ErrorCode::unexpected_continuation, offset + 1};
  }
  const bool any_case = tolerances_.has(tolerate::lower_case_status);
  const std::string_view status = positive ? kOk : kErr;
  for (std::size_t i = 0; i < status.size(); ++i) {
    if (i == text.size()) return whole ? Error{ErrorCode::bad_status, offset + i} : Error{};
    const bool same = text[i] == status[i] || (any_case && ascii::lower(text[i]) == ascii::lower(status[i]));
    if (!same) return {ErrorCode::bad_status, offset + i};
  }
  if (text.size() > status.size() && text[status.size()] != ' ') {
    return {ErrorCode::bad_status, offset + status.size()};
  }
  return {};
}

// What the bytes after a +OK begin: a reply, a body, or still either.
ResponseParser::Beginning ResponseParser::beginning(std::string_view bytes) const {
  const bool any_case = tolerances_.has(tolerate::lower_case_status);
  Beginning found = bytes.empty() ? Beginning::open : Beginning::body;
  for (const std::string_view reply : {kOk, kErr, kContinuation, kBareContinuation}) {
    if (reply == kBareContinuation && !tolerances_.has(tolerate::bare_continuation)) continue;
    const std::size_t count = std::min(reply.size(), bytes.size());
    const std::string_view there = bytes.substr(0, count);
    const bool same =
        there == reply.substr(0, count) || (any_case && ascii::equals(there, reply.substr(0, count)));
    if (same) found = count == reply.size() ? Beginning::reply : Beginning::open;
    if (found == Beginning::reply) break;
  }
  return found;
}

const Event* ResponseParser::next_choice() {
  const std::string_view rest = reader_.rest();
  std::array<char, kErr.size()> front{};
  std::copy_n(begun_.begin(), begun_size_, front.begin());
  const std::size_t more = std::min(front.size() - begun_size_, rest.size());
  std::copy_n(rest.begin(), more, front.begin() + static_cast<std::ptrdiff_t>(begun_size_));
  work::examined(more);
  const Beginning found = beginning({front.data(), begun_size_ + more});
  if (found == Beginning::open) {
    // Everything available was examined, and it is shorter than a status.
    std::copy_n(rest.begin(), more, begun_.begin() + static_cast<std::ptrdiff_t>(begun_size_));
    begun_size_ += more;
    reader_.skip(more);
    if (!finished_) {
      hold_text();
      return nullptr;
    }
  }
  if (holds_text_) {
    holds_text_ = false;
    event_.status.text = held_.view();
    event_.status.code = code_of(held_.view());
  }
  if (found == Beginning::body) {
    begin_body(At::octets);
  } else {
    if (begun_size_ > 0) reader_.begin_line({begun_.data(), begun_size_});
    begun_size_ = 0;
    at_ = At::status;
  }
  return give(Event::Kind::status, {});
}

// The window is used up, and the status text is a view of bytes that the caller may free.
void ResponseParser::hold_text() {
  if (holds_text_) return;
  holds_text_ = true;
  held_.clear();
  (void)held_.make_room(event_.status.text.size());
  held_.append(event_.status.text);
  work::examined(held_.size());
}

void ResponseParser::begin_body(At body) {
  event_.status.multi_line = true;
  at_ = body;
  body_offset_ = reader_.line_offset() - begun_size_;
  begun_at_ = 0;
  if (body == At::octets) body_.reset(after_crlf_);
}

const Event* ResponseParser::next_octets() {
  while (true) {
    const bool from_begun = begun_at_ < begun_size_;
    std::string_view rest =
        from_begun ? std::string_view(begun_.data() + begun_at_, begun_size_ - begun_at_) : reader_.rest();
    const std::size_t before = rest.size();
    const detail::DotUnstuffer::Status status = body_.next(rest, event_.data);
    const std::size_t used = before - rest.size();
    if (from_begun) {
      begun_at_ += used;
      if (begun_at_ == begun_size_) begun_at_ = begun_size_ = 0;
    } else {
      reader_.skip(used);
    }
    switch (status) {
      case detail::DotUnstuffer::Status::octets: event_.kind = Event::Kind::octets; return &event_;
      case detail::DotUnstuffer::Status::end: at_ = At::status; return give(Event::Kind::end, {});
      case detail::DotUnstuffer::Status::error:
        error_ = {body_.error().code, body_offset_ + body_.error().offset};
        return nullptr;
      case detail::DotUnstuffer::Status::more: break;
    }
    if (!from_begun) return nullptr;
  }
}

// Every line end that is accepted counts, also a tolerated bare LF: a listing is no message, which
// may contain anything. Flattened, because passing a line through memory costs more than finding
// it.
[[gnu::flatten]] const Event* ResponseParser::next_line() {
  detail::Line line;
  if (!reader_.next(line)) {
    error_ = reader_.error();
    return nullptr;
  }
  std::string_view text = line.text;
  if (text.starts_with('.')) {
    if (text.size() == 1) {
      at_ = At::status;
      return give(Event::Kind::end, {});
    }
    text.remove_prefix(1);
  }
  return give(Event::Kind::line, text);
}

}  // namespace backtalk::pop3
