// SPDX-License-Identifier: Apache-2.0 OR MIT
/// All accounts of one process. SMTP and LMTP deliver to them; POP3 and IMAP read them.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "mailbox/account.hpp"
#include "mailbox/budget.hpp"
#include "mailbox/late_mail.hpp"
#include "mailbox/mailbox.hpp"

namespace backtalk::mailbox {

/// Finds by views what is kept as strings.
struct NameHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view name) const { return std::hash<std::string_view>{}(name); }
};
using Passwords = std::unordered_map<std::string, std::string, NameHash, std::equal_to<>>;

struct StorePlan {
  std::size_t messages = 10;          ///< in each INBOX from the start
  std::size_t message_octets = 4096;  ///< of each of these
  std::uint64_t octets_max = std::uint64_t{256}
                             << 20;  ///< of what comes later, with what it takes to keep it
  /// By the name of the account. nullopt: there is an account for whoever asks, with any password.
  std::optional<Passwords> passwords = std::nullopt;
  std::uint32_t uid_validity = 1;      ///< of the first mailbox; the others follow
  std::uint64_t deliver_after_ns = 0;  ///< from when mail is accepted to when it is in the mailbox
  std::int64_t (*now)() = nullptr;     ///< the time in seconds since 1970; null: it is always 0
};

/// Threads may share it. It outlives its accounts' users.
class Store {
 public:
  explicit Store(StorePlan plan);

  enum class Entry : std::uint8_t { open, refused, full };
  struct Opened {
    Entry entry = Entry::refused;
    Account* account = nullptr;  ///< if it is open
  };

  /// Opens the account of that name, which is made if there may be one. What follows the last "@"
  /// of a name does not belong to it.
  [[nodiscard]] Opened login(std::string_view name, std::string_view password);
  /// As `login`, for who has proved to know the password, and for mail to that name.
  [[nodiscard]] Opened open(std::string_view name);

  /// Puts mail that was accepted into the mailbox, at once or after the plan's time. False if the
  /// budget does not allow it.
  [[nodiscard]] bool deliver(const std::shared_ptr<Mailbox>& mailbox, const NewItem& item);

  /// The password of that account; null if there is none, or any will do.
  [[nodiscard]] const std::string* password(std::string_view name) const;
  [[nodiscard]] bool takes_any_password() const { return !plan_.passwords; }

  /// Another number for each session that asks.
  [[nodiscard]] std::uint64_t next_session() { return sessions_.fetch_add(1, std::memory_order_relaxed); }

  [[nodiscard]] Budget& budget() { return budget_; }
  [[nodiscard]] std::int64_t now() const { return plan_.now == nullptr ? 0 : plan_.now(); }

  /// "user" of "user@example.org", and "john doe" of "\"john doe\"@example.org".
  [[nodiscard]] static std::string account_name(std::string_view name);

 private:
  static constexpr std::size_t kShards = 16;
  static constexpr std::size_t kNameOctetsMax = 320;
  static constexpr std::uint64_t kAccountCost = 1024;

  struct Shard {
    std::mutex lock;
    std::unordered_map<std::string, std::unique_ptr<Account>, NameHash, std::equal_to<>> accounts;
  };

  const StorePlan plan_;
  const View initial_;
  Budget budget_;
  std::atomic<std::uint32_t> next_uid_validity_;
  std::atomic<std::uint64_t> sessions_{1};
  std::array<Shard, kShards> shards_;
  std::unique_ptr<LateMail> late_;  // null: mail is delivered at once
};

}  // namespace backtalk::mailbox
