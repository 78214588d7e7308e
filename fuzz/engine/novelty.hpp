// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What this process has seen of streams and of what was read in them. The questions that take long
/// are asked of an input that shows something new.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

/// A stream shows three kinds of things: what follows what in its report, texts and numbers by
/// their magnitude; the word of the error and what stood before it; and which classes of octets
/// follow each other in the stream, for each way in which a report can end. Thousands of things,
/// not millions: soon little is new.
class Novelty {
 public:
  Novelty();

  /// True where there was something that no input before had. It is known from then on.
  bool is_news(std::string_view stream, const Settings& settings, const Report& report);

 private:
  bool see(std::uint64_t thing);
  bool see_report(const Report& report, std::uint64_t& outcome);
  bool see_octets(std::string_view stream, std::uint64_t outcome);

  static constexpr std::size_t kThings = std::size_t{1} << 20U;  // bits of a hash

  std::vector<std::uint64_t> seen_;
  std::vector<std::uint8_t> rows_;  // of octets
};

}  // namespace backtalk::fuzz
