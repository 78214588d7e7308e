// SPDX-License-Identifier: Apache-2.0 OR MIT
// A client that is configured to use TLS. After a PREAUTH greeting it cannot use STARTTLS, and
// continues in the clear.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class ImapPreauth final : public ImapResponses {
  void restart() override {
    ImapResponses::restart();
    greeted_ = false;
  }
  void take_line(std::string_view line, fuzz::Report& report) override {
    if (!greeted_ && line.starts_with("* PREAUTH")) {
      report.broken("after a greeting of PREAUTH it goes on in the clear, though it was told to use TLS");
    }
    greeted_ = true;
    ImapResponses::take_line(line, report);
  }
  bool greeted_ = false;
};

const Shown show_imap_preauth{{.target = imap_target("imap_preauth"),
                               .bug = "a greeting of PREAUTH turns TLS off",
                               .seen_in = "CVE-2020-14093 (mutt)",
                               .found_by = "promises",
                               .make = make_parser<ImapPreauth>}};

}  // namespace
}  // namespace backtalk::gallery
