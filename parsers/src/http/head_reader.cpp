// SPDX-License-Identifier: Apache-2.0 OR MIT
// The state machine, which takes a head byte by byte; head_scan.cpp takes complete, plain lines.
#include "backtalk/detail/http/head_reader.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "http/octets.hpp"
#include "short_copy.hpp"
#include "simd/kernels.hpp"
#include "usable_limit.hpp"
#include "work.hpp"

namespace backtalk::http::detail {
namespace {

// HTTP-version = "HTTP" "/" DIGIT "." DIGIT
//
// Here 1.0 to 1.9: a minor version that is not known is read like the highest one that is (RFC 9110
// 6.2).
constexpr std::string_view kVersion = "HTTP/1.";
// What a start line of any version begins with.
constexpr std::string_view kVersionName = "HTTP/";
constexpr std::string_view kIcy = "ICY";
constexpr std::size_t kStatusDigits = 3;
// Fewer bytes are faster to read one by one.
constexpr std::size_t kScanPays = 64;
static_assert(kScanPays <= kShortCopyMax);
// Fewer bytes are faster to copy and scan than the cut line is to read byte by byte.
constexpr std::size_t kLongWindow = 512;
// How much of a feed is copied before checking whether the head ends in it: a head that has only
// begun may be short, and the heads behind it should not be copied with each.
constexpr std::size_t kHoldFirst = 64;
constexpr std::size_t kHoldStep = 512;
constexpr std::size_t kFieldsAtFirst = 32;
// The most that a kernel writes beyond the end.
constexpr std::size_t kHeldSlack = simd::kPieceMax;

consteval std::array<bool, 256> octets_of(Octet kind) {
  std::array<bool, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = (kOctets[i] & kind) != 0;
  return table;
}
constexpr std::array<bool, 256> kTextOctets = octets_of(kText);
constexpr std::array<bool, 256> kTokenOctets = octets_of(kToken);

// Where a line that is meant for a status line has its status, in any case; 0 if it is not.
std::size_t status_begin(std::string_view line) {
  constexpr std::size_t kHttp = 9;  // HTTP-version SP
  constexpr std::size_t kIcySp = 4;
  if (ascii::equals(line.substr(0, kVersionName.size()), kVersionName)) return kHttp;
  const bool is_icy = ascii::equals(line.substr(0, kIcy.size()), kIcy);
  return is_icy && (line.size() == kIcy.size() || is_space(line[kIcy.size()])) ? kIcySp : 0;
}

bool has_status_at(std::string_view line, std::size_t begin, unsigned status) {
  const std::size_t end = begin + kStatusDigits;
  if (line.size() < end || (line.size() > end && ascii::is_digit(line[end]))) return false;
  unsigned said = 0;
  for (const char c : line.substr(begin, kStatusDigits)) {
    if (!ascii::is_digit(c)) return false;
    said = said * 10 + static_cast<unsigned>(c - '0');
  }
  return said == status;
}

// A head may have been broken off within a line, too.
bool names_version(std::string_view line) {
  const auto same = [](char a, char b) { return ascii::lower(a) == ascii::lower(b); };
  return !std::ranges::search(line, kVersionName, same).empty();
}

}  // namespace

HeadReader::HeadReader(const Limits& limits, Tolerances tolerances, Section heads)
    : kernels_(&simd::active_kernels()),
      limits_(limits),
      tolerances_(tolerances),
      framing_(tolerances,
               heads == Section::response_head ? FramingFields::Of::response : FramingFields::Of::request) {
  limits_.head_octets_max = usable_limit(limits.head_octets_max);
  limits_.line_octets_max = usable_limit(limits.line_octets_max);
  limits_.trailer_octets_max = usable_limit(limits.trailer_octets_max);
  folds_ = tolerances.has(tolerate::obs_fold);
  edits_ = folds_ || tolerances.has(tolerate::bare_cr) || tolerances.has(tolerate::control_bytes);
  // The scan knows only CRLF as a line end and only the grammar's text, and does not look ahead for
  // a folded line.
  scan_octets_max_ = std::min(limits_.head_octets_max, simd::kFieldScanMax);
  scan_helps_ = !edits_ && !tolerances.has(tolerate::bare_lf) && scan_octets_max_ > 0;
  plain_helps_ = scan_octets_max_ > 0;
  copy_helps_ = scan_helps_ && kernels_->copy_piece_pays;
  need_fields(std::min(kFieldsAtFirst, limits.fields_max));
}

HeadReader::Status HeadReader::go(At at) noexcept {
  at_ = at;
  return Status::more;
}

HeadReader::Status HeadReader::refuse(ErrorCode code, std::size_t at) noexcept {
  error_ = {code, offset_ + at};
  return Status::error;
}

HeadReader::Status HeadReader::refuse_byte(char byte, ErrorCode expected) noexcept {
  return refuse(why(byte, expected, tolerances_.has(tolerate::bare_lf)), done_);
}

bool HeadReader::ends_line(char byte) const noexcept {
  return byte == '\r' || (byte == '\n' && tolerances_.has(tolerate::bare_lf));
}

// Most sections lie within one feed, and all their lines are plain: for these, this function does
// everything.
HeadReader::Status HeadReader::read(std::string_view window, std::size_t& used) {
  if (untouched_ && window.size() >= kScanPays) [[likely]] {
    untouched_ = false;
    return read_whole(window, used);
  }
  untouched_ = false;
  const bool absorbed = is_piece(window.size()) && done_ == held_size_ && absorb(window);
  if (absorbed || done_ < held_size_ || error_) return read_held(window.size(), used);
  return fits_piece(window.size()) ? read_piece(window, used) : read_on(window, used, false);
}

// `scanned`: the front of the window has been scanned.
[[gnu::flatten, gnu::noinline]] HeadReader::Status HeadReader::read_on(std::string_view window,
                                                                       std::size_t& used, bool scanned) {
  if (held_size_ == 0 && !edits_) {
    const Status status = parse(window.data(), window.size(), scanned);
    used = done_;
    if (status != Status::more) return status;
    used = window.size();
    hold_window(window);
    may_absorb();
    return status;
  }
  stop_absorbing();
  used = 0;
  if (held_size_ > 0 && scan_pays_ && window.size() >= kLongWindow) {
    const Status status = read_behind(window, used);
    if (status != Status::more) return status;
  }
  for (std::size_t piece = held_size_ == 0 ? kHoldFirst : kHoldStep; used < window.size(); piece *= 2) {
    const std::size_t before = held_size_;
    hold({window.data() + used, std::min(piece, window.size() - used)});
    if (held_size_ - before >= kScanPays) read_line_again();
    const Status status = parse(held_.get(), held_size_, false);
    used += (status == Status::more ? held_size_ : done_) - before;
    if (status != Status::more) return status;
  }
  if (window.size() == 1) may_absorb();
  return Status::more;
}

// If a long window continues a head, only the rest of the cut line is buffered. The lines behind it
// are scanned in place, and buffered too if the head does not end with them.
HeadReader::Status HeadReader::read_behind(std::string_view window, std::size_t& used) {
  if (at_ != At::line_begin) {
    const std::size_t line = window.find('\n') + 1;  // 0 if there is none
    work::examined(line == 0 ? window.size() : line);
    if (line == 0) return Status::more;
    const std::size_t before = held_size_;
    hold(window.substr(0, line));
    const Status status = parse(held_.get(), held_size_, true);
    used = done_ - before;
    if (status != Status::more || at_ != At::line_begin || !scan_pays_) return status;
  }
  const std::string_view rest = window.substr(used);
  const std::size_t begin = held_size_;
  const std::size_t first = field_count_;
  const bool ended = scan_behind(rest);
  used += done_ - begin;
  if (ended) return end_section(held_.get());
  const std::size_t count =
      std::exchange(field_count_, first);  // those in the buffer, which move if it grows
  hold(rest.substr(0, done_ - begin));
  field_count_ = count;
  move_fields(first, rest.data(), held_.get() + begin);
  return Status::more;
}

// True if `octets` more bytes fit in the buffer without exceeding any limit. For short pieces,
// copying is cheaper than checking whether we need to.
bool HeadReader::fits_piece(std::size_t octets) const noexcept {
  const std::size_t held = held_size_ + octets;
  return octets < kScanPays && held <= held_capacity_ && held < octets_max_ &&
         held - line_begin_ < limits_.line_octets_max;
}

// Continues the buffered section: what read_on() does if the window is short.
HeadReader::Status HeadReader::read_piece(std::string_view piece, std::size_t& used) {
  stop_absorbing();
  copy_short(piece.data(), piece.size(), held_.get() + held_size_);
  held_size_ += piece.size();
  work::examined(piece.size());
  return read_held(piece.size(), used);
}

// The same if the piece is already in the buffer: the rest that absorb() left.
HeadReader::Status HeadReader::read_held(std::size_t octets, std::size_t& used) {
  const std::size_t before = done_;
  Status status = error_ ? Status::error : Status::more;
  while (status == Status::more && done_ < held_size_) status = step(held_.get(), held_size_);
  work::examined(done_ - before);
  used = done_ + octets - held_size_;
  if (octets == 1 && status == Status::more) may_absorb();
  return status;
}

// The end of the readable bytes of `base`, which is the window or the buffer.
std::size_t HeadReader::readable(const char* base, std::size_t stop) const noexcept {
  return base == held_.get() ? held_capacity_ + kHeldSlack : stop;
}

// The scan reads only complete lines. If much arrived after the beginning of a line, scanning the
// line again from its beginning is faster than reading the rest byte by byte; in total no more is
// read again than was fed.
void HeadReader::read_line_again() noexcept {
  // At the beginning of a line there is nothing to read again: 0 - 1 is more than any size.
  if (!scan_pays_ || held_size_ - done_ <= done_ - line_begin_ - 1) return;
  at_ = at_ < At::line_begin ? At::first : At::line_begin;
  done_ = line_begin_;
}

// Sets which octets only continue the current part of a line, and how many of them there may be.
void HeadReader::may_absorb() noexcept {
  const bool text = at_ == At::value || at_ == At::reason;
  if (!text && at_ != At::name) return;
  absorbable_ = (text ? kTextOctets : kTokenOctets).data();
  absorb_from_ = done_;
  absorb_until_ = std::min({held_capacity_, octets_max_, line_begin_ + limits_.line_octets_max});
}

void HeadReader::stop_absorbing() noexcept {
  if (absorb_until_ == 0) return;
  work::examined(done_ - absorb_from_);
  absorb_until_ = 0;
}

// Buffers the section so far; the fields found in it move along.
void HeadReader::hold_window(std::string_view window) {
  hold(window);
  move_fields(0, window.data(), held_.get());
}

void HeadReader::hold(std::string_view bytes) {
  // One byte beyond the limit is enough to detect that it is exceeded.
  const std::size_t count = std::min(bytes.size(), octets_max_ + 1 - held_size_);
  work::examined(count);
  if (held_size_ + count > held_capacity_) grow(held_size_ + count);
  if (count == 1) {
    held_[held_size_] = bytes.front();
  } else if (count <= kShortCopyMax) {
    copy_short(bytes.data(), count, held_.get() + held_size_);
  } else {
    std::copy_n(bytes.data(), count, held_.get() + held_size_);
  }
  held_size_ += count;
}

void HeadReader::grow(std::size_t capacity) {
  held_capacity_ = std::max(capacity, std::min(std::max(kHoldStep * 2, capacity * 2), octets_max_ + 1));
  auto grown = std::make_unique<char[]>(held_capacity_ + kHeldSlack);
  work::examined(held_size_);
  std::copy_n(held_.get(), held_size_, grown.get());
  if (held_size_ > 0) move_fields(0, held_.get(), grown.get());
  held_ = std::move(grown);
}

void HeadReader::move_fields(std::size_t first, const char* from, const char* to) noexcept {
  for (Field& field : std::span(fields_).subspan(first, field_count_ - first)) {
    field.name = {to + (field.name.data() - from), field.name.size()};
    field.value = {to + (field.value.data() - from), field.value.size()};
  }
}

void HeadReader::need_fields(std::size_t count) {
  if (field_room_ >= count) return;
  const std::size_t wanted = std::min(std::max(count, 2 * field_room_), limits_.fields_max);
  fields_.reserve(wanted);  // exactly as many: `resize` alone may allocate twice that
  fields_.resize(wanted);
  field_room_ = wanted;
}

// Reads base[done_, size): complete lines at once if that pays and was not tried yet, the rest byte
// by byte.
[[gnu::flatten]] HeadReader::Status HeadReader::parse(const char* base, std::size_t size, bool scanned) {
  for (; done_ < size; scanned = false) {
    const bool at_line = at_ == At::line_begin || at_ == At::first;
    if (at_line && !scanned && scan_pays_ && size - done_ >= kScanPays) {
      if (scan(base, size)) return end_section(base);
      if (done_ == size) break;
    }
    const std::size_t limit = std::min(octets_max_, line_begin_ + limits_.line_octets_max);
    if (done_ == limit) {
      if (limit < octets_max_) return refuse(ErrorCode::line_too_long, done_);
      return refuse(section_ == Section::trailers ? ErrorCode::trailers_too_long : ErrorCode::head_too_long,
                    done_);
    }
    const std::size_t before = done_;
    const Status status = step(base, std::min(size, limit));
    work::examined(done_ - before);
    if (status != Status::more) return status;
  }
  return Status::more;
}

// Reads one part of a line, or as much of it as base[done_, stop) has: at least one byte.
HeadReader::Status HeadReader::step(const char* base, std::size_t stop) {
  if (at_ >= At::line_begin) return step_field_lines(base, stop);
  switch (at_) {
    case At::first:
    case At::leading_cr: return step_leading(base, stop);
    case At::start_cr:
      if (base[done_] != '\n') return read_odd_start_end(base);
      ++done_;
      return end_start_line();
    default: break;
  }
  return section_ == Section::response_head ? step_response_line(base, stop) : step_request_line(base, stop);
}

// What precedes a start line. RFC 9112 2.2: a server ignores an empty line before the request line.
// Only one, and a client none, unless more are tolerated.
HeadReader::Status HeadReader::step_leading(const char* base, std::size_t stop) {
  const bool response = section_ == Section::response_head;
  const bool many = tolerances_.has(tolerate::empty_lines);
  if (at_ != At::leading_cr) {
    const char byte = base[done_];
    const bool may_skip = many || (!response && leading_ == 0);
    if (!may_skip || !ends_line(byte)) {
      if (!response) return go(At::method);
      part_begin_ = done_;
      if (is_space(byte) && tolerances_.has(tolerate::status_line_spaces)) return go(At::leading_space);
      return go(byte == kIcy.front() && tolerances_.has(tolerate::icy_status) ? At::icy : At::version);
    }
    if (byte == '\r') {
      if (++done_ == stop) return go(At::leading_cr);
      if (base[done_] != '\n') return refuse(ErrorCode::bare_cr, done_ - 1);
    }
  } else if (base[done_] != '\n') {
    return refuse(ErrorCode::bare_cr, done_ - 1);
  }
  leading_ = line_begin_ = ++done_;
  at_ = At::first;
  return many ? Status::empty_line : Status::more;
}

std::size_t HeadReader::empty_lines(std::string_view window) const noexcept {
  const bool lf = tolerances_.has(tolerate::bare_lf);
  std::size_t at = 0;
  while (true) {
    const std::string_view rest(window.data() + at, window.size() - at);
    const std::size_t octets = rest.starts_with("\r\n") ? 2 : lf && rest.starts_with('\n') ? 1 : 0;
    if (octets == 0) break;
    at += octets;
  }
  work::examined(at);
  return at;
}

HeadReader::Status HeadReader::match_version(const char* base, std::size_t stop, At then) {
  for (; done_ < stop; ++done_) {
    const std::size_t i = done_ - part_begin_;
    const char byte = base[done_];
    if (i < kVersion.size()) {
      if (byte == kVersion[i]) continue;
      // After another response, what does not even name the protocol is no start line.
      const bool excess =
          section_ == Section::response_head && offset_ > empty_until_ && i < kVersionName.size();
      return excess ? refuse(ErrorCode::excess_bytes, done_) : refuse_byte(byte, ErrorCode::bad_version);
    }
    if (!ascii::is_digit(byte)) return refuse_byte(byte, ErrorCode::bad_version);
    start_line_.minor = static_cast<std::uint8_t>(byte - '0');
    ++done_;
    return go(then);
  }
  return Status::more;
}

// "ICY" SP status-code SP [ reason-phrase ] CRLF
HeadReader::Status HeadReader::match_icy(const char* base, std::size_t stop) {
  for (; done_ < stop; ++done_) {
    const std::size_t i = done_ - part_begin_;
    if (i == kIcy.size()) {
      start_line_.minor = 0;
      return go(At::version_space);
    }
    if (base[done_] == kIcy[i]) continue;
    return offset_ > empty_until_ ? refuse(ErrorCode::excess_bytes, done_)
                                  : refuse_byte(base[done_], ErrorCode::bad_version);
  }
  return Status::more;
}

bool HeadReader::is_status_space(char byte) const noexcept {
  return byte == ' ' || (byte == '\t' && tolerances_.has(tolerate::status_line_spaces));
}

// status-line = HTTP-version SP status-code SP [ reason-phrase ] CRLF
// status-code = 3DIGIT
// reason-phrase = 1*( HTAB / SP / VCHAR / obs-text )
HeadReader::Status HeadReader::step_response_line(const char* base, std::size_t stop) {
  const char byte = base[done_];
  switch (at_) {
    case At::leading_space:
      while (done_ < stop && is_space(base[done_])) ++done_;
      if (done_ == stop) return Status::more;
      part_begin_ = done_;
      return go(base[done_] == kIcy.front() && tolerances_.has(tolerate::icy_status) ? At::icy : At::version);
    case At::icy: return match_icy(base, stop);
    case At::version: return match_version(base, stop, At::version_space);
    case At::version_space:
      if (!is_status_space(byte)) return refuse_byte(byte, ErrorCode::bad_version);
      part_begin_ = ++done_;
      start_line_.status = 0;
      return go(At::status);
    case At::status: {
      const bool first = done_ == part_begin_;
      if (first && is_space(byte) && tolerances_.has(tolerate::status_line_spaces)) {
        part_begin_ = ++done_;
        return Status::more;
      }
      const bool fits = first && !tolerances_.has(tolerate::any_status) ? byte >= '1' && byte <= '5'
                                                                        : ascii::is_digit(byte);
      if (!fits) return refuse_byte(byte, ErrorCode::bad_status_code);
      start_line_.status = static_cast<std::uint16_t>(start_line_.status * 10 + (byte - '0'));
      return ++done_ - part_begin_ == kStatusDigits ? go(At::status_end) : Status::more;
    }
    case At::status_end:
      if (ends_line(byte)) {
        if (!tolerances_.has(tolerate::missing_reason)) return refuse(ErrorCode::missing_reason, done_);
        start_begin_ = start_end_ = done_++;
        return byte == '\n' ? end_start_line() : go(At::start_cr);
      }
      if (!is_status_space(byte)) return refuse_byte(byte, ErrorCode::bad_status_code);
      start_begin_ = ++done_;
      return go(At::reason);
    default: break;
  }
  done_ = skip_text(base, done_, stop, readable(base, stop));
  if (done_ == stop) return Status::more;
  if (ends_line(base[done_])) {
    start_end_ = done_++;
    return base[start_end_] == '\n' ? end_start_line() : go(At::start_cr);
  }
  if (base[done_] == '\n' || !tolerances_.has(tolerate::control_bytes)) {
    return refuse_byte(base[done_], ErrorCode::control_byte);
  }
  // RFC 9110 5.5 says so of field values.
  if (base[done_] == '\0') held_[done_] = ' ';
  ++done_;
  return Status::more;
}

// A CR that does not end the start line. In a reason it may be text, and becomes a space as in a
// field value; it is none behind a status without the space.
HeadReader::Status HeadReader::read_odd_start_end(const char* base) noexcept {
  const bool in_reason = section_ == Section::response_head && is_status_space(base[start_begin_ - 1]);
  if (!in_reason || !tolerances_.has(tolerate::bare_cr)) return refuse(ErrorCode::bare_cr, done_ - 1);
  held_[done_ - 1] = ' ';
  return go(At::reason);
}

// request-line   = method SP request-target SP HTTP-version CRLF
// method         = token
// request-target = 1*VCHAR                     ; here
HeadReader::Status HeadReader::step_request_line(const char* base, std::size_t stop) {
  switch (at_) {
    case At::method:
      while (done_ < stop && is(kToken, base[done_])) ++done_;
      if (done_ == stop) return Status::more;
      if (base[done_] != ' ' || done_ == line_begin_) return refuse_byte(base[done_], ErrorCode::bad_method);
      method_end_ = done_++;
      start_begin_ = done_;
      return go(At::target);
    case At::target:
      while (done_ < stop && is(kVisible, base[done_])) ++done_;
      if (done_ == stop) return Status::more;
      if (base[done_] == ' ' && done_ > start_begin_) {
        start_end_ = done_++;
        part_begin_ = done_;
        return go(At::request_version);
      }
      return refuse_byte(base[done_],
                         ends_line(base[done_]) ? ErrorCode::bad_version : ErrorCode::bad_target);
    case At::request_version: return match_version(base, stop, At::request_end);
    default: break;
  }
  const char byte = base[done_];
  if (!ends_line(byte)) return refuse_byte(byte, ErrorCode::bad_start_line);
  ++done_;
  return byte == '\n' ? end_start_line() : go(At::start_cr);
}

HeadReader::Status HeadReader::end_start_line() {
  line_begin_ = done_;
  return go(At::line_begin);
}

// field-line  = field-name ":" OWS field-value OWS
// field-name  = token
// field-value = *field-content                 ; here *( HTAB / SP / VCHAR / obs-text )
//
// Reads lines as far as they have arrived: each part falls through to the next.
HeadReader::Status HeadReader::step_field_lines(const char* base, std::size_t stop) {
  while (true) {
    switch (at_) {
      case At::line_pending: {
        const Status status = take_pending_field(base);
        if (status != Status::more) return status;
        [[fallthrough]];
      }
      case At::line_begin: {
        const Status status = begin_field_line(base);
        if (status != Status::more || at_ != At::name) return status;
        [[fallthrough]];
      }
      case At::name: {
        std::size_t at = done_;
        while (at < stop && is(kToken, base[at])) ++at;
        done_ = at;
        if (at == stop) return Status::more;
        name_end_ = at;
        if (base[at] != ':') return read_odd_name(base, stop);
        value_begin_ = ++done_;
        at_ = At::value;
        if (done_ == stop) return Status::more;
        [[fallthrough]];
      }
      case At::value:
        done_ = skip_text(base, done_, stop, readable(base, stop));
        if (done_ == stop) return Status::more;
        if (base[done_] != '\r') return read_odd_value(base);
        ++done_;
        at_ = At::value_cr;
        if (done_ == stop) return Status::more;
        [[fallthrough]];
      case At::value_cr:
        if (base[done_] == '\n') {
          if (end_field_line(base, done_ - 1) == Status::error) [[unlikely]]
            wait_for_fold();
          if (done_ == stop || (scan_pays_ && stop - done_ >= kScanPays)) return Status::more;
          break;
        }
        if (!tolerances_.has(tolerate::bare_cr)) return refuse(ErrorCode::bare_cr, done_ - 1);
        replace_in_value(base, done_ - 1);
        return go(At::value);
      case At::name_space: return read_odd_name(base, stop);
      case At::dropped:
      case At::dropped_cr: return step_dropped_line(base, stop);
      default:  // At::end_cr
        if (base[done_] != '\n') return refuse(ErrorCode::bare_cr, done_ - 1);
        ++done_;
        return end_section(base);
    }
  }
}

// Behind a name there is no colon: white space, which may precede one, or a byte that no name has.
HeadReader::Status HeadReader::read_odd_name(const char* base, std::size_t stop) {
  const bool may_have_space = tolerances_.has(tolerate::space_before_colon);
  if (is_space(base[name_end_]) && !may_have_space && !may_drop_lines())
    return refuse(ErrorCode::space_before_colon, name_end_);
  at_ = At::name_space;
  while (done_ < stop && is_space(base[done_])) ++done_;
  if (done_ == stop) return Status::more;
  if (base[done_] != ':') return refuse_line(base, ErrorCode::bad_field_name);
  if (!may_have_space) return refuse(ErrorCode::space_before_colon, name_end_);
  value_begin_ = ++done_;
  return go(At::value);
}

// A byte in a value that is neither text nor CR.
HeadReader::Status HeadReader::read_odd_value(const char* base) {
  const char byte = base[done_];
  if (ends_line(byte)) {
    if (end_field_line(base, done_) == Status::error) wait_for_fold();
    return Status::more;
  }
  if (byte == '\n' || !tolerances_.has(tolerate::control_bytes))
    return refuse_byte(byte, ErrorCode::control_byte);
  if (byte == '\0') replace_in_value(base, done_);
  ++done_;
  return Status::more;
}

// Makes a space of a bare CR or a NUL in the value being read (RFC 9112 2.2, RFC 9110 5.5). Where
// it would change the framing it remains, and is an error.
void HeadReader::replace_in_value(const char* base, std::size_t at) noexcept {
  const std::string_view name = folded_ ? fields_[field_count_ - 1].name
                                        : std::string_view(base + line_begin_, name_end_ - line_begin_);
  if (FramingFields::may_frame(name.size()) && FramingFields::frames({name, {}})) return;
  held_[at] = ' ';
}

HeadReader::Status HeadReader::begin_field_line(const char* base) {
  const char byte = base[done_];
  if (is_space(byte)) return fold(base);
  if (field_pending_) {
    field_pending_ = false;
    if (take_last_field(base) == Status::error) return Status::error;
  }
  if (byte == '\r') {
    ++done_;
    return go(At::end_cr);
  }
  if (ends_line(byte)) {
    ++done_;
    return end_section(base);
  }
  if (field_count_ == limits_.fields_max) return refuse(ErrorCode::too_many_fields, done_);
  if (byte == ':') return refuse_line(base, ErrorCode::empty_field_name);
  if (!is(kToken, byte)) return refuse_line(base, ErrorCode::bad_field_name);
  return go(At::name);
}

// obs-fold = OWS CRLF RWS
//
// Its line end becomes spaces in held_, where the section is because of edits_. RFC 9112 2.2: lines
// that begin with white space before the first field are consumed without further processing. So is
// what continues a line that was dropped.
HeadReader::Status HeadReader::fold(const char* base) {
  if (field_pending_) {
    held_[done_ - 1] = ' ';
    if (base[done_ - 2] == '\r') held_[done_ - 2] = ' ';
    folded_ = true;
    value_begin_ = done_;
    return go(At::value);
  }
  const bool precedes_fields = field_count_ == 0 && section_ == Section::response_head;
  if (!folds_ || (!precedes_fields && !dropped_last_)) return refuse(ErrorCode::obs_fold, done_);
  line_error_ = {ErrorCode::obs_fold, offset_ + done_};
  return go(At::dropped);
}

bool HeadReader::may_drop_lines() const noexcept {
  return tolerances_.has(tolerate::junk_field_lines) && section_ == Section::response_head;
}

// The byte at done_ shows that the line is no field line.
HeadReader::Status HeadReader::refuse_line(const char* base, ErrorCode code) noexcept {
  if (!may_drop_lines()) return refuse_byte(base[done_], code);
  line_error_ = {code, offset_ + done_};
  return go(At::dropped);
}

HeadReader::Status HeadReader::step_dropped_line(const char* base, std::size_t stop) {
  if (at_ == At::dropped_cr) {
    if (base[done_] == '\n') return drop_line(base, done_ - 1);
    if (!tolerances_.has(tolerate::bare_cr)) return refuse(ErrorCode::bare_cr, done_ - 1);
    at_ = At::dropped;
  }
  done_ = skip_text(base, done_, stop, readable(base, stop));
  if (done_ == stop) return Status::more;
  const char byte = base[done_];
  if (byte == '\r') {
    ++done_;
    return go(At::dropped_cr);
  }
  if (ends_line(byte)) return drop_line(base, done_);
  if (byte == '\n' || !tolerances_.has(tolerate::control_bytes))
    return refuse_byte(byte, ErrorCode::control_byte);
  ++done_;
  return Status::more;
}

// Drops the line that ends here, unless that may hide something: a field that frames the body, or
// the beginning of another response. A line with the same status only repeats that of this head, as
// far as one can see; so the connection must not be used again.
HeadReader::Status HeadReader::drop_line(const char* base, std::size_t text_end) {
  std::string_view line(base + line_begin_, text_end - line_begin_);
  work::examined(line.size());
  while (!line.empty() && is_space(line.front())) line.remove_prefix(1);
  const std::size_t status = status_begin(line);
  const bool hides_response = status > 0 && !has_status_at(line, status, start_line_.status);
  if (hides_response || FramingFields::may_be_meant(line)) {
    error_ = line_error_;
    return Status::error;
  }
  start_dropped_ = start_dropped_ || status > 0 || names_version(line);
  if (!dropped_any_) dropped_ = {0, offset_ + line_begin_};
  dropped_any_ = dropped_last_ = true;
  ++dropped_.count;
  line_begin_ = ++done_;
  return go(At::line_begin);
}

HeadReader::Status HeadReader::end_field_line(const char* base, std::size_t text_end) {
  std::size_t begin = value_begin_;
  while (begin < text_end && is_space(base[begin])) ++begin;
  std::size_t end = text_end;
  while (end > begin && is_space(base[end - 1])) --end;
  if (!folded_) {
    if (field_count_ == field_room_) need_fields(field_count_ + 1);
    fields_[field_count_++] = {{base + line_begin_, name_end_ - line_begin_}, {base + begin, end - begin}};
  } else if (end > begin) {
    std::string_view& value = fields_[field_count_ - 1].value;
    const char* from = value.empty() ? base + begin : value.data();
    value = {from, static_cast<std::size_t>(base + end - from)};
  }
  folded_ = false;
  line_begin_ = ++done_;
  at_ = At::line_begin;
  field_pending_ = folds_;
  if (!folds_) return take_last_field(base);
  dropped_last_ = false;
  return Status::more;
}

// The field that just ended is invalid, but the next line may show that only its fold is wrong.
void HeadReader::wait_for_fold() noexcept {
  error_ = {};
  at_ = At::line_pending;
}

HeadReader::Status HeadReader::take_last_field(const char* base) {
  const Field& field = fields_[field_count_ - 1];
  const std::uint64_t offset = offset_ + static_cast<std::uint64_t>(field.name.data() - base);
  if (section_ == Section::trailers) {
    if (!FramingFields::frames(field)) return Status::more;
    error_ = {ErrorCode::framing_field_in_trailers, offset};
    return Status::error;
  }
  if (!FramingFields::may_frame(field.name.size()) || overlooks_) return Status::more;
  error_ = framing_.take(field, offset, start_line_.minor);
  return error_ ? Status::error : Status::more;
}

// Reports the error of the last field, unless a fold is the reason for it.
HeadReader::Status HeadReader::take_pending_field(const char* base) {
  if (is_space(base[done_])) return refuse(ErrorCode::obs_fold, done_);
  at_ = At::line_begin;
  return take_last_field(base);
}

void HeadReader::overlook_framing(std::string_view window) {
  if (held_size_ == 0) {
    hold_window(window.substr(0, done_));
  } else {
    held_size_ = done_;
  }
  framing_.begin();
  scan_pays_ = false;  // the scan would take them
  overlooks_ = true;
  error_ = {};
}

HeadReader::Status HeadReader::end_section(const char* base) {
  const std::string_view text{base + start_begin_, start_end_ - start_begin_};
  if (section_ == Section::response_head) start_line_.reason = text;
  if (section_ == Section::request_head) {
    start_line_.method = {base + leading_, method_end_ - leading_};
    start_line_.target = text;
  }
  return Status::whole;
}

}  // namespace backtalk::http::detail
