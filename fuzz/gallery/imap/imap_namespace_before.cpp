// SPDX-License-Identifier: Apache-2.0 OR MIT
// Reads the last octet of a prefix even if the prefix is empty.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class ImapNamespaceBefore final : public ImapResponses {
  bool ends_in_delimiter(const ExactCopy& prefix, char delimiter) override {
    return prefix.data()[prefix.size() - 1] == delimiter;
  }
};

const Shown show_imap_namespace_before{{.target = imap_target("imap_namespace_before"),
                                        .bug = "reads the octet before an empty prefix",
                                        .seen_in = "libetpan 1.9.4",
                                        .found_by = "crash",
                                        .make = make_parser<ImapNamespaceBefore>}};

}  // namespace
}  // namespace backtalk::gallery
