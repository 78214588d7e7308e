// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/imap_mailbox.hpp"

#include <limits>

namespace backtalk::session {
namespace {

// 0 if it is not one of 32 bits.
std::uint32_t number_of(const imap::Token& token) {
  const std::uint64_t number = token.is_number() ? token.number() : 0;
  return number <= std::numeric_limits<std::uint32_t>::max() ? static_cast<std::uint32_t>(number) : 0;
}

// Of "(FLAGS (\Seen) UID 23)".
std::uint32_t uid_of(const imap::Response& response) {
  const imap::Token& items = response.arguments().front();
  if (!items.is_list()) return 0;
  bool is_value = false;
  bool is_uid = false;
  for (const imap::Token& item : imap::children(items)) {
    if (is_value && is_uid) return number_of(item);
    is_uid = !is_value && item.is_word("UID");
    is_value = !is_value;
  }
  return 0;
}

}  // namespace

void ImapMailbox::read(ImapData kind, const imap::Response& response, bool uid_search) noexcept {
  switch (kind) {
    case ImapData::exists:
      knows_messages_ = response.number() <= std::numeric_limits<std::uint32_t>::max();
      messages_ = knows_messages_ ? static_cast<std::uint32_t>(response.number()) : 0;
      break;
    case ImapData::expunge: messages_ -= messages_ > 0 ? 1 : 0; break;
    case ImapData::fetch: uids_.add(uid_of(response)); break;
    case ImapData::search:
      if (!uid_search) break;
      for (const imap::Token& one : response.arguments()) {
        if (uids_.full()) break;
        uids_.add(number_of(one));
      }
      break;
    default: break;
  }
}

}  // namespace backtalk::session
