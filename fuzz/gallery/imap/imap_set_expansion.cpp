// SPDX-License-Identifier: Apache-2.0 OR MIT
// 1:4294967295 becomes more than four billion numbers.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class ImapSetExpansion final : public ImapResponses {
  std::uint64_t count_numbers(std::string_view set) override {
    const std::uint64_t count = ImapResponses::count_numbers(set);
    examined(count);  // numbers.push_back for each
    return count;
  }
};

const Shown show_imap_set_expansion{{.target = imap_target("imap_set_expansion"),
                                     .bug = "a set of numbers is expanded",
                                     .seen_in = "CVE-2025-25186 (net-imap)",
                                     .found_by = "work",
                                     .make = make_parser<ImapSetExpansion>}};

}  // namespace
}  // namespace backtalk::gallery
