// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/detail/dot_stuffing.hpp"

#include <algorithm>

#include "simd/kernels.hpp"
#include "work.hpp"

namespace backtalk::detail {

DotUnstuffer::DotUnstuffer(Tolerances tolerances)
    : kernels_(&simd::active_kernels()), tolerances_(tolerances) {}

void DotUnstuffer::reset(bool after_line_end) noexcept {
  error_ = {};
  used_ = 0;
  at_ = At::text;
  after_cr_ = false;
  at_line_start_ = after_line_end;
}

void DotUnstuffer::use(std::string_view& rest, std::size_t count) {
  rest.remove_prefix(count);
  used_ += count;
}

DotUnstuffer::Status DotUnstuffer::refuse(ErrorCode code, std::uint64_t offset) {
  error_ = {code, offset};
  return Status::error;
}

DotUnstuffer::Status DotUnstuffer::next(std::string_view& rest, std::string_view& octets) {
  if (error_) return Status::error;
  while (!rest.empty()) {
    switch (at_) {
      case At::text: {
        const simd::LineRules rules{.bare_lf_ends_line = tolerances_.has(tolerate::bare_lf),
                                    .bare_cr_is_text = tolerances_.has(tolerate::bare_cr),
                                    .control_is_text = true};
        const auto* bytes = reinterpret_cast<const unsigned char*>(rest.data());
        const std::size_t plain = kernels_->scan_body(bytes, rest.size(), after_cr_, at_line_start_, rules);
        work::examined(plain + 1);
        if (plain > 0) {
          octets = rest.substr(0, plain);
          const bool before_last_is_cr = plain > 1 ? octets[plain - 2] == '\r' : after_cr_;
          at_line_start_ = octets.back() == '\n' && before_last_is_cr;
          after_cr_ = octets.back() == '\r';
          use(rest, plain);
          return Status::octets;
        }
        if (after_cr_ && rest.front() != '\n') return refuse(ErrorCode::bare_cr, used_ - 1);
        if (rest.front() == '\n') return refuse(ErrorCode::bare_lf, used_);
        use(rest, 1);  // the dot at the start of a line
        at_ = At::dot;
        at_line_start_ = false;
        break;
      }
      case At::dot:
        if (rest.front() == '\r') {
          use(rest, 1);
          at_ = At::dot_cr;
        } else {
          at_ = At::text;  // the dot was stuffing
        }
        break;
      case At::dot_cr:
        if (rest.front() == '\n') {
          use(rest, 1);
          return Status::end;
        }
        if (!tolerances_.has(tolerate::bare_cr)) return refuse(ErrorCode::bare_cr, used_ - 1);
        at_ = At::text;
        after_cr_ = true;
        octets = "\r";
        return Status::octets;
    }
  }
  return Status::more;
}

DotStuffer::Status DotStuffer::next(std::string_view& rest, std::string_view& octets) noexcept {
  constexpr std::string_view kLineEnd = "\r\n";
  if (after_cr_ && !rest.empty()) {
    after_cr_ = false;
    if (rest.front() == '\n') rest.remove_prefix(1);
  }
  if (rest.empty()) return Status::more;
  if (at_line_start_ && rest.front() == '.' && !dot_stuffed_) {
    dot_stuffed_ = true;
    octets = ".";
    return Status::dot;
  }
  dot_stuffed_ = false;
  // Whole lines, until one does not end with CRLF or begins with a dot.
  std::size_t end = 0;
  while (true) {
    end = std::min(rest.find_first_of(kLineEnd, end), rest.size());
    if (!rest.substr(end).starts_with(kLineEnd)) break;
    end += kLineEnd.size();
    if (end == rest.size() || rest[end] == '.') {
      at_line_start_ = true;
      octets = rest.substr(0, end);
      rest.remove_prefix(end);
      return Status::octets;
    }
  }
  if (end == 0) {  // a bare LF, a bare CR, or a CR that ends the piece
    after_cr_ = rest.front() == '\r';
    rest.remove_prefix(1);
    at_line_start_ = true;
    octets = kLineEnd;
    return Status::octets;
  }
  at_line_start_ = rest[end - 1] == '\n';
  octets = rest.substr(0, end);
  rest.remove_prefix(end);
  return Status::octets;
}

std::array<std::string_view, 2> DotStuffer::finish() noexcept {
  const std::string_view line_end = at_line_start_ ? "" : "\r\n";
  *this = DotStuffer{};
  return {line_end, ".\r\n"};
}

}  // namespace backtalk::detail
