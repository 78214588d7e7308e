// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a session knows of the mailbox that it has selected, for "{number}" and "{uid}" in scripts.
#pragma once

#include <cstdint>

#include "backtalk/imap/response.hpp"
#include "session/imap_data.hpp"
#include "session/mailbox_uids.hpp"

namespace backtalk::session {

class ImapMailbox {
 public:
  /// SELECT, EXAMINE, CLOSE or UNSELECT is sent.
  void forget() noexcept {
    messages_ = 0;
    knows_messages_ = false;
    uids_.forget();
  }

  /// Untagged data of that kind. `uid_search`: a UID SEARCH is in flight, whose results are UIDs.
  void read(ImapData kind, const imap::Response& response, bool uid_search) noexcept;

  /// 0 if it is not known.
  [[nodiscard]] std::uint32_t messages() const noexcept { return messages_; }
  [[nodiscard]] bool knows_messages() const noexcept { return knows_messages_; }
  [[nodiscard]] std::uint32_t number(std::uint64_t transaction) const noexcept {
    return message_in_turn(transaction, messages_);
  }
  [[nodiscard]] std::uint32_t uid(std::uint64_t transaction) const noexcept {
    return uids_.in_turn(transaction);
  }

 private:
  std::uint32_t messages_ = 0;
  bool knows_messages_ = false;
  MailboxUids uids_;
};

}  // namespace backtalk::session
