// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Records what this process has seen in streams and in the parser's reports of them. An input that
/// shows something new is worth the slow oracles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

/// A stream has three kinds of features: pairs of consecutive items in its report (texts and
/// numbers by magnitude only); the name of the error and the item before it; and sequences of octet
/// classes in the stream, for each outcome that a report can have. There are thousands of features,
/// not millions, so new ones soon become rare.
class Novelty {
 public:
  Novelty();

  /// Records the features of an input. Returns true if one of them was new.
  bool is_news(std::string_view stream, const Settings& settings, const Report& report);

 private:
  bool see(std::uint64_t thing);
  bool see_report(const Report& report, std::uint64_t& outcome);
  bool see_octets(std::string_view stream, std::uint64_t outcome);

  static constexpr std::size_t kThings = std::size_t{1} << 20U;  // the size of the bit set

  std::vector<std::uint64_t> seen_;
  std::vector<std::uint8_t> rows_;  // sequences of octet classes
};

}  // namespace backtalk::fuzz
