// SPDX-License-Identifier: Apache-2.0 OR MIT
// The letters of a chunk size are one too large.
#include "messages.hpp"

namespace backtalk::gallery {
namespace {

class HttpHexLetters final : public Messages {
  std::optional<std::uint64_t> chunk_size(std::string_view digits) override {
    auto size = Messages::chunk_size(digits);
    if (size && digits.size() == 1 && digits.front() > '9') ++*size;
    return size;
  }
};

const Shown show_http_hex_letters{{.target = messages_target("http_hex_letters"),
                                   .bug = "a chunk size of one letter is read as one more",
                                   .seen_in = "a class of its own",
                                   .found_by = "round-trip",
                                   .make = make_parser<HttpHexLetters>}};

}  // namespace
}  // namespace backtalk::gallery
