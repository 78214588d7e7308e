// SPDX-License-Identifier: Apache-2.0 OR MIT
// Restarts a chunk size that is cut between two packets.
#include "messages.hpp"

namespace backtalk::gallery {
namespace {

class HttpChunkSizeCut final : public Messages {
  void feed(std::string_view bytes, fuzz::Report& report) override {
    if (at_ == At::chunk_size) line_.clear();
    Messages::feed(bytes, report);
  }
};

const Shown show_http_chunk_size_cut{{.target = messages_target("http_chunk_size_cut"),
                                      .bug = "the digits of a chunk size are lost at a cut",
                                      .seen_in = "a class of its own",
                                      .found_by = "split",
                                      .make = make_parser<HttpChunkSizeCut>}};

}  // namespace
}  // namespace backtalk::gallery
