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
  std::string what;                  // a description for the tables
  std::string unit = "message";      // what the streams consist of; times are per unit
  std::size_t units = 1;             // in each stream
  std::vector<std::string> streams;  // read in turn, so that branch predictors cannot learn one
  std::vector<std::size_t> pieces;   // how they arrive: kWhole, kHalf, or octets per piece
  Side side = Side::server;
  std::string subject{};  // "http-response": the search for slow inputs starts from these
  bool worst = false;     // found by that search: its figure is nanoseconds per octet

  [[nodiscard]] std::size_t octets() const noexcept;  // of all streams
};

inline constexpr std::size_t kWhole = ~std::size_t{0} >> 1;
inline constexpr std::size_t kHalf = 0;

// All inputs, in the order of the tables. Their octets never vary.
[[nodiscard]] const std::vector<Input>& all_inputs();

// The parts that `all_inputs` is made of.
[[nodiscard]] std::vector<Input> http_inputs();
[[nodiscard]] std::vector<Input> smtp_inputs();
[[nodiscard]] std::vector<Input> pop3_inputs();
[[nodiscard]] std::vector<Input> imap_inputs();
[[nodiscard]] std::vector<Input> worst_inputs();

// "whole", "half", "16"
[[nodiscard]] std::string piece_name(std::size_t piece);
// The size in octets of a piece of this stream.
[[nodiscard]] std::size_t piece_octets(std::size_t piece, std::size_t stream_octets) noexcept;

}  // namespace backtalk::bench
