// SPDX-License-Identifier: Apache-2.0 OR MIT
// A challenge of any length is copied into 128 octets.
#include <cstring>

#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class Pop3LongChallenge final : public Pop3Responses {
  void take_challenge(const ExactCopy& text, fuzz::Report& report) override {
    char challenge[128];
    std::memcpy(challenge, text.data(), text.size());
    report.event("challenge").text({challenge, text.size()});
  }
};

const Shown show_pop3_long_challenge{{.target = pop3_target("pop3_long_challenge"),
                                      .bug = "a SASL challenge copied into a buffer of fixed size",
                                      .seen_in = "CVE-2013-0249 (curl)",
                                      .found_by = "crash",
                                      .make = make_parser<Pop3LongChallenge>}};

}  // namespace
}  // namespace backtalk::gallery
