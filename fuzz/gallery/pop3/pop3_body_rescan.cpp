// SPDX-License-Identifier: Apache-2.0 OR MIT
// Each feed searches the whole body for its end.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class Pop3BodyRescan final : public Pop3Responses {
  void feed(std::string_view bytes, fuzz::Report& report) override {
    body_octets_ = in_body_ ? body_octets_ + bytes.size() : 0;
    examined(body_octets_);  // searches the body so far for CRLF "." CRLF
    Pop3Responses::feed(bytes, report);
  }
  std::uint64_t body_octets_ = 0;
};

const Shown show_pop3_body_rescan{{.target = pop3_target("pop3_body_rescan"),
                                   .bug = "quadratic: the body is searched again with each feed",
                                   .seen_in = "a class of its own",
                                   .found_by = "work",
                                   .make = make_parser<Pop3BodyRescan>}};

}  // namespace
}  // namespace backtalk::gallery
