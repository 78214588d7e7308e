// SPDX-License-Identifier: Apache-2.0 OR MIT
// Content-Length is calculated in an int.
#include "messages.hpp"

namespace backtalk::gallery {
namespace {

class HttpLengthOverflow final : public Messages {
  std::optional<std::uint64_t> content_length(std::string_view digits) override {
    int length = 0;
    for (const char c : digits) {
      if (c < '0' || c > '9') return std::nullopt;
      length = length * 10 + (c - '0');
    }
    return static_cast<std::uint64_t>(length);
  }
};

const Shown show_http_length_overflow{{.target = messages_target("http_length_overflow"),
                                       .bug = "a Content-Length that overflows",
                                       .seen_in = "a class of its own",
                                       .found_by = "crash",
                                       .make = make_parser<HttpLengthOverflow>}};

}  // namespace
}  // namespace backtalk::gallery
