// SPDX-License-Identifier: Apache-2.0 OR MIT
// Removes the spaces before a fold without checking that anything else precedes them.
#include "messages.hpp"

namespace backtalk::gallery {
namespace {

class HttpFoldBefore final : public Messages {
  std::size_t size_without_spaces(const ExactCopy& value) override {
    std::size_t size = value.size();
    while (value.data()[size - 1] == ' ') --size;
    return size;
  }
};

const Shown show_http_fold_before{{.target = messages_target("http_fold_before"),
                                   .bug = "off by one on a fold",
                                   .seen_in = "a class of its own",
                                   .found_by = "crash",
                                   .make = make_parser<HttpFoldBefore>}};

}  // namespace
}  // namespace backtalk::gallery
