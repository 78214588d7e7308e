// SPDX-License-Identifier: Apache-2.0 OR MIT
// Searches for the list of a STATUS and does not check that there is one.
#include <cstring>

#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class ImapStatusNull final : public ImapResponses {
  std::string_view status_items(const ExactCopy& line) override {
    const auto* open = static_cast<const char*>(std::memchr(line.data(), '(', line.size()));
    if (*open != '(') return {};
    return {open, static_cast<std::size_t>(line.data() + line.size() - open)};
  }
};

const Shown show_imap_status_null{{.target = imap_target("imap_status_null"),
                                   .bug = "a null pointer on a STATUS without its list",
                                   .seen_in = "CVE-2022-4121 (libetpan)",
                                   .found_by = "crash",
                                   .make = make_parser<ImapStatusNull>}};

}  // namespace
}  // namespace backtalk::gallery
