// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How large the messages of a mailbox are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "session/message_mix.hpp"
#include "session/split_mix64.hpp"
#include "session/think_time.hpp"

namespace backtalk::fill {

/// The largest message that is made, in octets.
inline constexpr std::uint64_t kOctetsMax = std::uint64_t{32} << 20;

class Sizes {
 public:
  /// All messages have that many octets.
  explicit Sizes(std::uint64_t octets) : drawn_(session::ThinkTime::constant(octets)) {}

  /// "4096", "1000..50000", "exp:20000" (the mean), "normal:20000:5000" (the mean and the standard
  /// deviation), "1000:90%,100000:10%" as the line `sizes` of scripts has it. Or a sentence about
  /// what was expected.
  [[nodiscard]] static std::variant<Sizes, std::string> read(std::string_view text);

  /// At least `mailbox::kGeneratedOctetsMin`, and at most kOctetsMax, whatever is drawn.
  [[nodiscard]] std::uint64_t draw(session::SplitMix64& random) const;

 private:
  session::ThinkTime drawn_;                // a distribution of octets here
  std::vector<session::SizeShare> shares_;  // empty: `drawn_` says it
};

}  // namespace backtalk::fill
