// SPDX-License-Identifier: Apache-2.0 OR MIT
// The size of the buffer for a literal and its NUL wraps.
#include <cstring>

#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class ImapLiteralOverflow final : public ImapResponses {
  void keep_literal(const ExactCopy& literal) override {
    const auto room = static_cast<std::uint8_t>(literal.size() + 1);  // with a NUL
    buffer_.reset(new char[room]);
    std::memcpy(buffer_.get(), literal.data(), literal.size());
  }
  std::unique_ptr<char[]> buffer_;
};

const Shown show_imap_literal_overflow{{.target = imap_target("imap_literal_overflow"),
                                        .bug = "the buffer for a literal is calculated too small",
                                        .seen_in = "CVE-2018-14351 (mutt)",
                                        .found_by = "crash",
                                        .make = make_parser<ImapLiteralOverflow>}};

}  // namespace
}  // namespace backtalk::gallery
