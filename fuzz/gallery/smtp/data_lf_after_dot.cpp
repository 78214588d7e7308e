// SPDX-License-Identifier: Apache-2.0 OR MIT
// CRLF "." LF ends the message: SMTP smuggling.
#include "commands.hpp"

namespace backtalk::gallery {
namespace {

class DataLfAfterDot final : public Commands {
  void take_after_dot(char c, fuzz::Report& report) override {
    if (c == '\n') return end_data(report);
    Commands::take_after_dot(c, report);
  }
};

const Shown show_data_lf_after_dot{{.target = commands_target("data_lf_after_dot"),
                                    .bug = "LF alone after the dot",
                                    .seen_in = "CVE-2023-51766 (Exim), CVE-2023-51765 (Sendmail)",
                                    .found_by = "reference",
                                    .make = make_parser<DataLfAfterDot>}};

}  // namespace
}  // namespace backtalk::gallery
