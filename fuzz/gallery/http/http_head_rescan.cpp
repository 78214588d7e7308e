// SPDX-License-Identifier: Apache-2.0 OR MIT
// Each feed reads the head again from its first octet.
#include "messages.hpp"

namespace backtalk::gallery {
namespace {

class HttpHeadRescan final : public Messages {
  void feed(std::string_view bytes, fuzz::Report& report) override {
    head_octets_ = at_ == At::octets ? 0 : head_octets_ + bytes.size();
    examined(head_octets_);  // searches the head so far for CRLF CRLF
    Messages::feed(bytes, report);
  }
  std::uint64_t head_octets_ = 0;
};

const Shown show_http_head_rescan{{.target = messages_target("http_head_rescan"),
                                   .bug = "quadratic: a head is read from its beginning with each feed",
                                   .seen_in = "httparse and all who restart",
                                   .found_by = "work",
                                   .make = make_parser<HttpHeadRescan>}};

}  // namespace
}  // namespace backtalk::gallery
