// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/detail/dot_stuffing.hpp"

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
          at_ = At::text;
          at_line_start_ = true;
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

}  // namespace backtalk::detail
