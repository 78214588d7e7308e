// SPDX-License-Identifier: Apache-2.0 OR MIT
// Removes a dot that starts a line, and forgets it if the packet ends there.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class Pop3DotCut final : public Pop3Responses {
  void feed(std::string_view bytes, fuzz::Report& report) override {
    if (in_body_ && line_ == ".") line_.clear();
    Pop3Responses::feed(bytes, report);
  }
};

const Shown show_pop3_dot_cut{{.target = pop3_target("pop3_dot_cut"),
                               .bug = "a stuffed dot cut between two packets",
                               .seen_in = "EDB-19207",
                               .found_by = "split",
                               .make = make_parser<Pop3DotCut>}};

}  // namespace
}  // namespace backtalk::gallery
