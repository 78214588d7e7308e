// SPDX-License-Identifier: Apache-2.0 OR MIT
// A message number is calculated in an int.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class Pop3NumberOverflow final : public Pop3Responses {
  std::optional<std::uint32_t> number(const ExactCopy& line, std::size_t& at) override {
    const std::size_t start = at;
    int value = 0;
    for (; at < line.size() && line.data()[at] >= '0' && line.data()[at] <= '9'; ++at) {
      value = value * 10 + (line.data()[at] - '0');
    }
    return at > start ? std::optional(static_cast<std::uint32_t>(value)) : std::nullopt;
  }
};

const Shown show_pop3_number_overflow{{.target = pop3_target("pop3_number_overflow"),
                                       .bug = "a message number that overflows",
                                       .seen_in = "a class of its own",
                                       .found_by = "crash",
                                       .make = make_parser<Pop3NumberOverflow>}};

}  // namespace
}  // namespace backtalk::gallery
