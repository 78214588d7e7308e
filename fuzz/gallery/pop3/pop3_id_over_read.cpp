// SPDX-License-Identifier: Apache-2.0 OR MIT
// Reads a unique-id up to the next space, which may not exist.
#include "responses.hpp"

namespace backtalk::gallery {
namespace {

class Pop3IdOverRead final : public Pop3Responses {
  std::string_view unique_id(const ExactCopy& line, std::size_t at) override {
    const char* const start = line.data() + at;
    const char* end = start;
    while (*end > ' ') ++end;
    return {start, static_cast<std::size_t>(end - start)};
  }
};

const Shown show_pop3_id_over_read{{.target = pop3_target("pop3_id_over_read"),
                                    .bug = "reads a unique-id to the next space, past the end of the line",
                                    .seen_in = "a class of its own",
                                    .found_by = "crash",
                                    .make = make_parser<Pop3IdOverRead>}};

}  // namespace
}  // namespace backtalk::gallery
