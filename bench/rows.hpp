// SPDX-License-Identifier: Apache-2.0 OR MIT
// The rows of the tables: every contender on every input, in pieces of every size.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "contender.hpp"

namespace backtalk::bench {

struct Row {
  const Input* input;
  std::shared_ptr<const ContenderInfo> info;
  std::size_t piece;
  MakeContender make;
  std::string events;  // "same", or how its log differs from Backtalk's; empty until compared

  // "http/a/whole/llhttp"
  [[nodiscard]] std::string name() const;
};

[[nodiscard]] const std::vector<std::unique_ptr<Row>>& all_rows();

// Forgets the rows of other protocols.
void keep_rows_of(const std::string& protocol);

// Gives all rows to Google Benchmark.
void register_rows();

// Backtalk's own parsers and the limits.
void add_own_rows();
void add_limits();
// The peers that were found at configure time.
void add_peers();

}  // namespace backtalk::bench
