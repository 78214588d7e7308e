// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/detail/line_reader.hpp"

#include <algorithm>
#include <utility>

#include "backtalk/detail/expect.hpp"
#include "simd/kernels.hpp"
#include "usable_limit.hpp"
#include "work.hpp"

namespace backtalk::detail {

LineReader::LineReader(std::size_t line_octets_max, Tolerances tolerances)
    : kernels_(&simd::active_kernels()),
      line_octets_max_(usable_limit(line_octets_max)),
      tolerances_(tolerances),
      carry_(line_octets_max_ + 1),
      delivered_(line_octets_max_ + 1) {}

void LineReader::refuse_feed(std::string_view bytes, Error& error) const noexcept {
  // An error of this line alone is not one of the owner.
  if ((!error || (passed_ && !error_)) && !bytes.empty())
    error = {ErrorCode::fed_too_early, base_ + position_};
}

void LineReader::reset() noexcept {
  error_ = {};
  window_ = {};
  position_ = scanned_ = index_base_ = index_at_ = index_count_ = 0;
  base_ = 0;
  scan_ahead_ = kScanAheadMin;
  after_cr_ = violation_ = passed_ = false;
  carry_.clear();
}

void LineReader::skip(std::size_t count) noexcept {
  BACKTALK_EXPECT(count <= rest().size());
  BACKTALK_EXPECT(count == 0 || !in_line());
  position_ += count;
  const auto pending = [this] { return index_base_ + index_[index_at_]; };
  while (index_at_ < index_count_ && pending() < position_) ++index_at_;
  // A line end whose CR is among the skipped octets is not a line end, and a violation found there
  // does not count: scan again. If LF alone ends a line, it still is one.
  const bool misread =
      index_at_ < index_count_ && pending() == position_ && !tolerances_.has(tolerate::bare_lf);
  if (misread || scanned_ <= position_) {
    if (count >= kScanAheadMin) scan_ahead_ = kScanAheadMin;
    index_at_ = index_count_ = 0;
    scanned_ = position_;
    after_cr_ = violation_ = false;
  }
}

std::string_view LineReader::give_back() noexcept {
  const std::string_view unread = rest();
  window_.remove_suffix(unread.size());
  index_at_ = index_count_ = 0;
  scanned_ = position_;
  // A caller that gives back after every line would have it scanned in vain.
  scan_ahead_ = kScanAheadMin;
  after_cr_ = violation_ = false;
  return unread;
}

void LineReader::pass_control_byte() {
  BACKTALK_EXPECT(error_.code == ErrorCode::nul || error_.code == ErrorCode::control_byte);
  error_ = {};
  violation_ = after_cr_ = false;
  passed_ = true;
  carry(window_.substr(position_, 1));
  scanned_ = ++position_;
}

void LineReader::begin_line(std::string_view begun) {
  BACKTALK_EXPECT(!in_line() && begun.size() <= base_ + position_);
  BACKTALK_EXPECT(begun.find('\n') == std::string_view::npos);
  carry_.clear();
  carry(begun);
}

// Fills the index from the unscanned bytes. Returns false if that gives no line: the window is used
// up or contains a violation.
bool LineReader::refill() {
  if (error_) return false;
  if (violation_) return refuse_violation();
  if (scanned_ == window_.size()) {
    carry_rest(window_.size());
    if (carry_.size() > line_octets_max_) return refuse_long(line_offset());
    return false;
  }
  const simd::LineRules rules{.bare_lf_ends_line = tolerances_.has(tolerate::bare_lf),
                              .bare_cr_is_text = tolerances_.has(tolerate::bare_cr),
                              .control_is_text = tolerances_.has(tolerate::control_bytes)};
  const std::size_t piece = std::min(window_.size() - scanned_, scan_ahead_);
  scan_ahead_ = std::min(2 * scan_ahead_, kScanAheadMax);
  const auto* bytes = reinterpret_cast<const unsigned char*>(window_.data()) + scanned_;
  const simd::LineScan scan =
      kernels_->scan_lines(bytes, piece, after_cr_, rules, index_.data(), index_.size());
  work::examined(scan.scanned + 1);
  index_base_ = scanned_;
  index_at_ = 0;
  index_count_ = scan.ends;
  scanned_ += scan.scanned;
  violation_ = scan.violation;
  if (scan.scanned > 0) after_cr_ = window_[scanned_ - 1] == '\r';
  // Refuse an endless line as soon as it is too long, not when the window is used up.
  if (scan.ends == 0 && !violation_ && carry_.size() + (scanned_ - position_) > line_octets_max_) {
    return refuse_long(line_offset());
  }
  return true;
}

void LineReader::carry_rest(std::size_t until) {
  // One byte beyond the limit is enough to detect that it is exceeded.
  const std::size_t wanted =
      std::min(until - position_, line_octets_max_ + 1 - std::min(carry_.size(), line_octets_max_));
  carry(window_.substr(position_, wanted));
  position_ += wanted;
}

void LineReader::carry(std::string_view text) {
  (void)carry_.make_room(text.size());
  carry_.append(text);
  work::examined(text.size());
}

bool LineReader::finish_carried(std::size_t end, Line& line) {
  const std::uint64_t offset = line_offset();
  const std::size_t octets = carry_.size() + (end + 1 - position_);
  if (octets > line_octets_max_) return refuse_long(offset);
  // With its LF, so that the byte after the text is readable, as it is for a line within a window.
  carry(window_.substr(position_, end + 1 - position_));
  position_ = end + 1;
  passed_ = false;
  std::swap(carry_, delivered_);
  carry_.clear();
  line.text = delivered_.at(0, delivered_.size() - 1);
  line.octets = octets;
  line.offset = offset;
  if (line.text.ends_with('\r')) line.text.remove_suffix(1);
  return true;
}

// The line is too long: the error is at the first byte beyond the limit, and the bytes before it
// are kept.
bool LineReader::refuse_long(std::uint64_t line_offset) {
  error_ = {ErrorCode::line_too_long, line_offset + line_octets_max_};
  const std::size_t begin = line_offset >= base_ ? static_cast<std::size_t>(line_offset - base_) : position_;
  if (carry_.size() < line_octets_max_) {
    carry(window_.substr(begin, line_octets_max_ - carry_.size()));
  } else {
    carry_.shorten(line_octets_max_);
  }
  return false;
}

bool LineReader::refuse_violation() {
  const std::uint64_t line_offset = this->line_offset();
  const std::uint64_t seen_at = base_ + scanned_;
  Error found;
  if (after_cr_ && window_[scanned_] != '\n' && !tolerances_.has(tolerate::bare_cr)) {
    found = {ErrorCode::bare_cr, seen_at - 1};
  } else if (window_[scanned_] == '\n') {
    found = {ErrorCode::bare_lf, seen_at};
  } else {
    found = {window_[scanned_] == '\0' ? ErrorCode::nul : ErrorCode::control_byte, seen_at};
  }
  if (found.offset >= line_offset + line_octets_max_) return refuse_long(line_offset);
  const auto before = static_cast<std::size_t>(found.offset - line_offset);
  carry_rest(scanned_);
  carry_.shorten(before);
  error_ = found;
  return false;
}

}  // namespace backtalk::detail
