// SPDX-License-Identifier: Apache-2.0 OR MIT
// A chunk size is calculated in 32 bits and wraps, so that data is read as commands.
#include "commands.hpp"

namespace backtalk::gallery {
namespace {

class BdatOverflow final : public Commands {
  std::optional<std::uint64_t> chunk_size(std::string_view digits) override {
    std::uint32_t size = 0;
    for (const char c : digits) size = size * 10 + static_cast<std::uint32_t>(c - '0');
    return size;
  }
};

const Shown show_bdat_overflow{{.target = commands_target("bdat_overflow"),
                                .bug = "a chunk size of 32 bits that wraps",
                                .seen_in = "a class of its own: RFC 3030 2",
                                .found_by = "reference",
                                .make = make_parser<BdatOverflow>}};

}  // namespace
}  // namespace backtalk::gallery
