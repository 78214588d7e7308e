// SPDX-License-Identifier: Apache-2.0 OR MIT
// Reads the text after NO even if there is none.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class ImapNoWithoutText final : public ImapResponses {
  std::string_view refusal(const ExactCopy& line) override {
    const char* text = line.data() + 4;
    while (*text == ' ') ++text;
    return {text, static_cast<std::size_t>(line.data() + line.size() - text)};
  }
};

const Shown show_imap_no_without_text{{.target = imap_target("imap_no_without_text"),
                                       .bug = "NO without text",
                                       .seen_in = "CVE-2018-14349 (mutt)",
                                       .found_by = "crash",
                                       .make = make_parser<ImapNoWithoutText>}};

}  // namespace
}  // namespace backtalk::gallery
