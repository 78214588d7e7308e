// SPDX-License-Identifier: Apache-2.0 OR MIT
// Reads a late part of a message's structure without checking how many parts there are.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class ImapStructureOverRead final : public ImapResponses {
  std::string_view lines_of_message(const std::vector<std::string_view>& words) override {
    return words.data()[kLinesAt];
  }
};

const Shown show_imap_structure_over_read{{.target = imap_target("imap_structure_over_read"),
                                           .bug = "a message part that is cut short",
                                           .seen_in = "dovecot imapc",
                                           .found_by = "crash",
                                           .make = make_parser<ImapStructureOverRead>}};

}  // namespace
}  // namespace backtalk::gallery
