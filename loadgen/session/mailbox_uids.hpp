// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Unique identifiers of messages (RFC 9051 2.3.1.1) that a server has named, for "{uid}".
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace backtalk::session {

/// The first kMax different ones that the server named since the mailbox was selected. A mailbox
/// may have any number of messages; what a session remembers of it is bounded.
class MailboxUids {
 public:
  static constexpr std::size_t kMax = 64;

  /// Another mailbox, or none.
  void forget() noexcept { count_ = 0; }

  [[nodiscard]] bool full() const noexcept { return count_ == kMax; }

  /// The server named a message, in FETCH or SEARCH. 0 is not a UID.
  void add(std::uint32_t uid) noexcept {
    if (uid == 0 || count_ == kMax) return;
    if (std::ranges::find(known(), uid) == known().end()) uids_[count_++] = uid;
  }

  /// One of them, in turn by the number of the transaction; 0 if there is none.
  [[nodiscard]] std::uint32_t in_turn(std::uint64_t number) const noexcept {
    return count_ == 0 ? 0 : uids_[number % count_];
  }

 private:
  [[nodiscard]] std::span<const std::uint32_t> known() const noexcept { return {uids_.data(), count_}; }

  std::array<std::uint32_t, kMax> uids_{};
  std::size_t count_ = 0;
};

/// The number of one message of a mailbox of `count`, in turn by the number of the transaction; 0
/// if the mailbox is empty. For "{number}".
[[nodiscard]] constexpr std::uint32_t message_in_turn(std::uint64_t transaction,
                                                      std::uint32_t count) noexcept {
  return count == 0 ? 0 : static_cast<std::uint32_t>(transaction % count) + 1;
}

}  // namespace backtalk::session
