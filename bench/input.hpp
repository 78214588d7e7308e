// SPDX-License-Identifier: Apache-2.0 OR MIT
// What parsers are timed on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::bench {

// Which side of a conversation the streams are.
enum class Side : unsigned char { server, client };

struct Input {
  std::string protocol;              // "http"
  std::string name;                  // "a": part of the rows' names
  std::string what;                  // in a sentence, for who reads the table
  std::string unit = "message";      // what the streams hold: time is given for one
  std::size_t units = 1;             // how many of them in each stream
  std::vector<std::string> streams;  // taken in turn, so that a branch predictor cannot learn a single one
  std::vector<std::size_t> pieces;   // how they arrive: kWhole, kHalf, or in pieces of so many octets
  Side side = Side::server;
  std::string
      subject{};       // "http-response": what the search for the slowest input takes this one's parser for
  bool worst = false;  // it was found by that search: nanoseconds an octet are the figure

  [[nodiscard]] std::size_t octets() const noexcept;  // of all streams
};

inline constexpr std::size_t kWhole = ~std::size_t{0} >> 1;
inline constexpr std::size_t kHalf = 0;

// All of them, in the order of the tables; always the same octets.
[[nodiscard]] const std::vector<Input>& all_inputs();

// The parts that `all_inputs` is made of.
[[nodiscard]] std::vector<Input> http_inputs();
[[nodiscard]] std::vector<Input> smtp_inputs();
[[nodiscard]] std::vector<Input> pop3_inputs();
[[nodiscard]] std::vector<Input> imap_inputs();
[[nodiscard]] std::vector<Input> worst_inputs();

// "whole", "half", "16"
[[nodiscard]] std::string piece_name(std::size_t piece);
// How many octets a piece of this stream has.
[[nodiscard]] std::size_t piece_octets(std::size_t piece, std::size_t stream_octets) noexcept;

}  // namespace backtalk::bench
