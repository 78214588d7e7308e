// SPDX-License-Identifier: Apache-2.0 OR MIT
// LF "." CRLF ends the message: SMTP smuggling.
#include "commands.hpp"

namespace backtalk::gallery {
namespace {

class DataLfBeforeDot final : public Commands {
  void take_lone_lf(fuzz::Report& report) override {
    report.octets("\n");
    line_begins_ = true;
  }
};

const Shown show_data_lf_before_dot{{.target = commands_target("data_lf_before_dot"),
                                     .bug = "LF alone before the dot",
                                     .seen_in = "CVE-2023-51764 (Postfix)",
                                     .found_by = "reference",
                                     .make = make_parser<DataLfBeforeDot>}};

}  // namespace
}  // namespace backtalk::gallery
