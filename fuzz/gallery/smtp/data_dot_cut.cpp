// SPDX-License-Identifier: Apache-2.0 OR MIT
// Forgets between two feeds that the line started with a dot.
#include "commands.hpp"

namespace backtalk::gallery {
namespace {

class DataDotCut final : public Commands {
  void feed(std::string_view bytes, fuzz::Report& report) override {
    dot_ = dot_cr_ = false;
    Commands::feed(bytes, report);
  }
};

const Shown show_data_dot_cut{{.target = commands_target("data_dot_cut"),
                               .bug = "a stuffed dot cut between two packets",
                               .seen_in = "EDB-19207",
                               .found_by = "split",
                               .make = make_parser<DataDotCut>}};

}  // namespace
}  // namespace backtalk::gallery
