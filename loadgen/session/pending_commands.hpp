// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The commands that were sent and not yet answered, oldest first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "session/session.hpp"

namespace backtalk::session {

struct PendingCommand {
  Nanoseconds sent = 0;
  std::uint32_t transaction = 0;  ///< which of the session's transactions it belongs to
  std::uint8_t command = 0;       ///< index into the protocol's command names
  bool of_transaction = false;    ///< false: it belongs to the connection
};

/// A first-in first-out queue with a capacity that is fixed when it is made.
class PendingCommands {
 public:
  explicit PendingCommands(std::size_t capacity) : slots_(capacity) {}

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] bool full() const noexcept { return count_ == slots_.size(); }
  [[nodiscard]] const PendingCommand& oldest() const noexcept { return slots_[first_]; }
  void push(const PendingCommand& command) noexcept {
    slots_[wrap(first_ + count_)] = command;
    ++count_;
  }
  void pop() noexcept {
    first_ = wrap(first_ + 1);
    --count_;
  }
  void clear() noexcept { count_ = 0; }

 private:
  [[nodiscard]] std::size_t wrap(std::size_t at) const noexcept {
    return at < slots_.size() ? at : at - slots_.size();
  }

  std::vector<PendingCommand> slots_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace backtalk::session
