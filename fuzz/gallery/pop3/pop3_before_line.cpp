// SPDX-License-Identifier: Apache-2.0 OR MIT
// Reads the last octet of a line even if the line is empty.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class Pop3BeforeLine final : public Pop3Responses {
  void take_line(std::string_view text, fuzz::Report& report) override {
    const ExactCopy line{text};
    if (line.data()[line.size() - 1] == '\r') return report.refuse("bare CR");
    Pop3Responses::take_line(text, report);
  }
};

const Shown show_pop3_before_line{{.target = pop3_target("pop3_before_line"),
                                   .bug = "reads the octet before an empty line",
                                   .seen_in = "libetpan 1.9.4",
                                   .found_by = "crash",
                                   .make = make_parser<Pop3BeforeLine>}};

}  // namespace
}  // namespace backtalk::gallery
