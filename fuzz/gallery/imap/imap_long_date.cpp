// SPDX-License-Identifier: Apache-2.0 OR MIT
// A date of any length is copied into 32 octets.
#include <cstring>

#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class ImapLongDate final : public ImapResponses {
  bool is_date(const ExactCopy& text) override {
    char date[32];
    std::memcpy(date, text.data(), text.size());
    return text.size() == 26 && date[2] == '-';
  }
};

const Shown show_imap_long_date{{.target = imap_target("imap_long_date"),
                                 .bug = "an INTERNALDATE copied into a buffer of fixed size",
                                 .seen_in = "CVE-2018-14350 (mutt)",
                                 .found_by = "crash",
                                 .make = make_parser<ImapLongDate>}};

}  // namespace
}  // namespace backtalk::gallery
