// SPDX-License-Identifier: Apache-2.0 OR MIT
// Removes stuffed dots from every line of a body except the first.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class Pop3FirstDot final : public Pop3Responses {
  std::string_view without_dot(std::string_view line) override {
    return first_line_ ? line : Pop3Responses::without_dot(line);
  }
};

const Shown show_pop3_first_dot{{.target = pop3_target("pop3_first_dot"),
                                 .bug = "the stuffed dot stays on the first line of a body",
                                 .seen_in = "a class of its own",
                                 .found_by = "round-trip",
                                 .make = make_parser<Pop3FirstDot>}};

}  // namespace
}  // namespace backtalk::gallery
