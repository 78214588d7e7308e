// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A user's mailboxes, by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mailbox/mailbox.hpp"

namespace backtalk::mailbox {

/// What became of a request to change the names.
enum class Renaming : std::uint8_t {
  done,
  exists,        ///< there is one of that name already
  missing,       ///< there is none of that name
  not_allowed,   ///< INBOX cannot be deleted; a name is empty or too long
  has_children,  ///< it cannot be deleted while there are mailboxes below it
  full           ///< there are too many, or the budget does not allow it
};

/// Names are octets, "/" is between their levels, and INBOX is the same in any case. Threads may
/// share it.
class Account {
 public:
  static constexpr char kSeparator = '/';
  static constexpr std::size_t kMailboxesMax = 1000;
  static constexpr std::size_t kNameOctetsMax = 255;

  /// It has an INBOX with the messages of `initial`. `next_uid_validity` outlives it.
  Account(Budget& budget, std::atomic<std::uint32_t>& next_uid_validity, const View& initial);
  Account(const Account&) = delete;
  Account& operator=(const Account&) = delete;
  ~Account();

  [[nodiscard]] const std::shared_ptr<Mailbox>& inbox() const { return inbox_; }
  /// Null if there is none of that name.
  [[nodiscard]] std::shared_ptr<Mailbox> find(std::string_view name) const;
  /// In the order of the names.
  [[nodiscard]] std::vector<std::string> names() const;

  /// With those above it that are not there.
  [[nodiscard]] Renaming create(std::string_view name);
  [[nodiscard]] Renaming remove(std::string_view name);
  /// With everything below it. INBOX gives its messages to the new mailbox and stays, empty (RFC
  /// 3501 6.3.5).
  [[nodiscard]] Renaming rename(std::string_view from, std::string_view to);

  /// Subscriptions are names, whether or not there is such a mailbox.
  [[nodiscard]] Renaming subscribe(std::string_view name);
  [[nodiscard]] Renaming unsubscribe(std::string_view name);
  [[nodiscard]] std::vector<std::string> subscriptions() const;

  /// The name as it is kept: "INBOX" for "inbox", and without a separator at its end.
  [[nodiscard]] static std::string_view canonical(std::string_view name);

 private:
  static constexpr std::uint64_t kMailboxCost = 1024;

  [[nodiscard]] Renaming check_new(std::string_view name) const;
  std::shared_ptr<Mailbox> make_mailbox(const View& initial);

  Budget& budget_;
  std::atomic<std::uint32_t>& next_uid_validity_;
  const std::shared_ptr<Mailbox> inbox_;
  mutable std::mutex lock_;
  std::map<std::string, std::shared_ptr<Mailbox>, std::less<>> others_;  // than INBOX
  std::set<std::string, std::less<>> subscribed_;
};

}  // namespace backtalk::mailbox
