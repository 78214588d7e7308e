// SPDX-License-Identifier: Apache-2.0 OR MIT
// One run of a golden case: the same bytes, cut in some way, through the event printer.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "golden_file.hpp"
#include "parse/protocols.hpp"

namespace backtalk::conformance {

struct Outcome {
  std::string events;
  int exit_code = -1;

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// The options of a case; `problem` says what is wrong with them, if anything.
parse::Options options_of(const GoldenCase& golden, const parse::Protocol& protocol, std::string& problem);

// Each piece is fed from a copy of its own that is gone before the next, so that a view kept too
// long shows.
Outcome run_in_pieces(const GoldenCase& golden, const parse::Protocol& protocol,
                      const parse::Options& options, std::size_t piece);
Outcome run_split(const GoldenCase& golden, const parse::Protocol& protocol, const parse::Options& options,
                  std::size_t at);

// Where to cut an input in two: everywhere, but for inputs over 2048 bytes, which are cut
// everywhere near both ends and near each line end, and at every so many bytes between, so that a
// case takes no more than a moment.
std::vector<std::size_t> cuts_of(const std::string& input);

}  // namespace backtalk::conformance
