// SPDX-License-Identifier: Apache-2.0 OR MIT
// Calculates the end of a chunk as a pointer plus the size that the peer sends.
#include "messages.hpp"

namespace backtalk::gallery {
namespace {

class HttpChunkOverflow final : public Messages {
  void chunk_begins(std::uint64_t size) override {
    const char* const end = window_ + size;
    if (end < window_) left_ = 1;
  }
  char window_[1] = {};
};

const Shown show_http_chunk_overflow{{.target = messages_target("http_chunk_overflow"),
                                      .bug = "the end of a chunk is calculated and wraps",
                                      .seen_in = "CVE-2013-2028 (nginx) and similar bugs",
                                      .found_by = "crash",
                                      .make = make_parser<HttpChunkOverflow>}};

}  // namespace
}  // namespace backtalk::gallery
