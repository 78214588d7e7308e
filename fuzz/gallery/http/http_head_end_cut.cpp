// SPDX-License-Identifier: Apache-2.0 OR MIT
// Searches each packet separately for CRLF CRLF.
#include "messages.hpp"

namespace backtalk::gallery {
namespace {

class HttpHeadEndCut final : public Messages {
  void feed(std::string_view bytes, fuzz::Report& report) override {
    first_line_ = true;
    Messages::feed(bytes, report);
  }
  void take_line(std::string_view line, fuzz::Report& report) override {
    // CRLF CRLF has to be in one packet.
    if (first_line_ && line.empty() && at_ == At::fields) return;
    first_line_ = false;
    Messages::take_line(line, report);
  }
  bool first_line_ = true;
};

const Shown show_http_head_end_cut{{.target = messages_target("http_head_end_cut"),
                                    .bug = "the end of a head is found only within one piece",
                                    .seen_in = "a class of its own",
                                    .found_by = "split",
                                    .make = make_parser<HttpHeadEndCut>}};

}  // namespace
}  // namespace backtalk::gallery
