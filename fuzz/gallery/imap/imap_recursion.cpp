// SPDX-License-Identifier: Apache-2.0 OR MIT
// Each parenthesis is a recursive call, so that the peer controls the depth of the stack.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class ImapRecursion final : public ImapResponses {
  bool nesting_fits(const ExactCopy& line) override {
    std::size_t at = 0;
    walk(line, at);
    return true;
  }
  static void walk(const ExactCopy& line, std::size_t& at) {
    char frame[8192];  // the state of a decoder at each level
    asm volatile("" : : "r"(static_cast<char*>(frame)) : "memory");
    while (at < line.size()) {
      const char c = line.data()[at++];
      if (c == ')') return;
      if (c == '(') walk(line, at);
    }
  }
};

const Shown show_imap_recursion{{.target = imap_target("imap_recursion"),
                                 .bug = "recursion on nested parentheses",
                                 .seen_in = "libetpan, imap-proto",
                                 .found_by = "crash",
                                 .make = make_parser<ImapRecursion>}};

}  // namespace
}  // namespace backtalk::gallery
