// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The literals of one IMAP message that its parser gives in pieces.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

/// Puts the pieces together, in memory that is kept from message to message.
class StreamedLiterals {
 public:
  void clear() noexcept { count_ = 0; }

  /// The next piece: `octets` of a literal that has `total`, of which `left` are still to come.
  void take(std::string_view octets, std::uint64_t left, std::uint64_t total, Report& report) {
    if (octets.size() + left > total) report.broken("a literal has more octets than it announced");
    if (octets.size() + left == total) begin();
    if (count_ == 0) return report.broken("a literal goes on that was not begun");
    literals_[count_ - 1] += octets;
  }

  [[nodiscard]] std::span<const std::string> all() const noexcept { return {literals_.data(), count_}; }

 private:
  void begin() {
    if (count_ == literals_.size()) literals_.emplace_back();
    literals_[count_++].clear();
  }

  std::vector<std::string> literals_;
  std::size_t count_ = 0;
};

}  // namespace backtalk::fuzz
