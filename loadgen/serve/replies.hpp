// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Writes replies, with the configured fault.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "serve/reply_faults.hpp"

namespace backtalk::serve {

/// One connection's replies.
class Replies {
 public:
  explicit Replies(const ReplyFaults& faults) : faults_(faults) {}

  /// Appends a complete reply, including line ends, to `output`; or what the fault sends in its
  /// place.
  void add(std::string& output, std::string_view reply) {
    if (faults_.fault == ReplyFault::none || count_++ < faults_.after_replies) {
      if (!muted_) output.append(reply);
    } else {
      send_fault(output, reply);
    }
  }

  [[nodiscard]] bool closes() const { return closes_; }
  [[nodiscard]] bool resets() const { return resets_; }

  void reset() {
    count_ = 0;
    muted_ = closes_ = resets_ = false;
  }

 private:
  void send_fault(std::string& output, std::string_view reply);

  const ReplyFaults& faults_;
  std::uint64_t count_ = 0;
  bool muted_ = false;
  bool closes_ = false;
  bool resets_ = false;
};

}  // namespace backtalk::serve
