// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "input.hpp"

#include <iterator>
#include <utility>

namespace backtalk::bench {

std::size_t Input::octets() const noexcept {
  std::size_t sum = 0;
  for (const std::string& stream : streams) sum += stream.size();
  return sum;
}

const std::vector<Input>& all_inputs() {
  static const std::vector<Input> all = [] {
    std::vector<Input> inputs;
    for (auto part : {http_inputs(), smtp_inputs(), pop3_inputs(), imap_inputs(), worst_inputs()}) {
      inputs.insert(inputs.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
    }
    return inputs;
  }();
  return all;
}

std::string piece_name(std::size_t piece) {
  if (piece == kWhole) return "whole";
  return piece == kHalf ? "half" : std::to_string(piece);
}

std::size_t piece_octets(std::size_t piece, std::size_t stream_octets) noexcept {
  return piece == kHalf ? (stream_octets + 1) / 2 : piece;
}

}  // namespace backtalk::bench
