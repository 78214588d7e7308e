// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Writes replies, with the configured fault.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

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

  /// The same for the head of a message whose body follows. Where the fault sends a message twice,
  /// only the head is added, and `take_again` says so.
  void add_head(std::string& output, std::string_view head) {
    has_body_ = true;
    add(output, head);
    has_body_ = false;
  }
  /// True, once, if the message that `add_head` began is to be sent again behind its body.
  [[nodiscard]] bool take_again() { return std::exchange(again_, false); }

  [[nodiscard]] bool closes() const { return closes_; }
  [[nodiscard]] bool resets() const { return resets_; }
  /// Nothing is sent any more.
  [[nodiscard]] bool muted() const { return muted_; }

  void reset() {
    count_ = 0;
    muted_ = closes_ = resets_ = ahead_ = again_ = false;
  }

 private:
  void send_fault(std::string& output, std::string_view reply);
  void send_twice(std::string& output, std::string_view reply);

  const ReplyFaults& faults_;
  std::uint64_t count_ = 0;
  bool muted_ = false;
  bool closes_ = false;
  bool resets_ = false;
  bool has_body_ = false;  // of the reply that is being added
  bool ahead_ = false;     // it has answered before it was asked
  bool again_ = false;
};

}  // namespace backtalk::serve
