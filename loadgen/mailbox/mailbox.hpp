// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One mailbox: messages in the order of their UIDs, and the flags of each (RFC 3501 2.3, RFC 9051
/// 2.3).
///
/// Sessions of several threads share it. Each works on a `View`, which stays as it is until the
/// session takes another: the numbers by which an IMAP client names messages must not change behind
/// its back, and POP3 has one view for the whole session.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mailbox/budget.hpp"
#include "mailbox/message.hpp"

namespace backtalk::mailbox {

/// A bit for each flag: those of the RFC, then the keywords of the mailbox.
using FlagSet = std::uint64_t;

/// Without their "\", in the order of their bits.
inline constexpr std::array<std::string_view, 5> kSystemFlags{"Seen", "Answered", "Flagged", "Deleted",
                                                              "Draft"};
inline constexpr FlagSet kSeen = 1;
inline constexpr FlagSet kAnswered = 2;
inline constexpr FlagSet kFlagged = 4;
inline constexpr FlagSet kDeleted = 8;
inline constexpr FlagSet kDraft = 16;

struct Item {
  std::uint32_t uid = 0;
  std::int64_t date = 0;  ///< when it came, in seconds since 1970
  MessagePointer message;
};

/// A mailbox as it was at some time. Cheap to copy.
class View {
 public:
  /// No messages.
  View() = default;
  /// These messages, whose UIDs ascend from 1 on, with a set of flags for each.
  View(std::vector<Item> items, std::vector<FlagSet> flags);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] std::span<const Item> items() const {
    return items_ ? std::span<const Item>(items_->data(), size_) : std::span<const Item>{};
  }
  // Without operator[]: where that is checked, it reads a size that another thread may be changing.
  [[nodiscard]] const Item& item(std::size_t index) const { return *(items_->data() + index); }
  [[nodiscard]] FlagSet flags(std::size_t index) const { return *(flags_->data() + index); }
  [[nodiscard]] std::uint32_t uid_next() const { return uid_next_; }
  /// The number of changes before it. The mailbox has another if anything has changed since.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  /// The names of the bits above those of `kSystemFlags`.
  [[nodiscard]] std::span<const std::string> keywords() const {
    return keywords_ ? std::span<const std::string>(keywords_->data(), keyword_count_)
                     : std::span<const std::string>{};
  }
  /// The same messages, whatever their flags.
  [[nodiscard]] bool has_same_items(const View& other) const {
    return items_ == other.items_ && size_ == other.size_;
  }
  [[nodiscard]] bool has_same_flags(const View& other) const {
    return flags_ == other.flags_ && size_ == other.size_;
  }
  /// The index of the first message whose UID is not below this one.
  [[nodiscard]] std::size_t lower_bound(std::uint64_t uid) const;

 private:
  friend class Mailbox;

  // The mailbox appends behind what a view can see, and never changes what it can see.
  std::shared_ptr<std::vector<Item>> items_;
  std::shared_ptr<std::vector<FlagSet>> flags_;
  std::shared_ptr<std::vector<std::string>> keywords_;
  std::size_t size_ = 0;
  std::size_t keyword_count_ = 0;
  std::uint32_t uid_next_ = 1;
  std::uint64_t version_ = 0;
  std::uint64_t removals_ = 0;  // of the mailbox, before it
};

/// What STORE does with a message's flags.
struct FlagChange {
  FlagSet remove = 0;  ///< ~0: those that are not added
  FlagSet add = 0;
  [[nodiscard]] FlagSet apply(FlagSet flags) const { return (flags & ~remove) | add; }
};

struct NewItem {
  MessagePointer message;
  FlagSet flags = 0;
  std::int64_t date = 0;
};

/// Told that a mailbox has changed, by whichever thread changed it: it must be quick, and must not
/// call the mailbox.
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void changed() = 0;
};

class Mailbox {
 public:
  static constexpr std::size_t kKeywordsMax = 59;
  static constexpr std::size_t kKeywordOctetsMax = 100;
  /// Some operations pass over all messages at once.
  static constexpr std::size_t kMessagesMax = std::size_t{1} << 20;

  /// `initial` (or nothing) is what is in it at first; many mailboxes may share it.
  Mailbox(Budget& budget, std::uint32_t uid_validity, View initial);
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;
  ~Mailbox();

  [[nodiscard]] std::uint32_t uid_validity() const { return uid_validity_; }
  /// As `View::version`, without a lock.
  [[nodiscard]] std::uint64_t version() const { return version_.load(std::memory_order_acquire); }
  [[nodiscard]] View view() const;

  /// The first UID that no session has been told of, and from now on none is left: RFC 3501's
  /// \Recent.
  [[nodiscard]] std::uint32_t claim_recent();
  [[nodiscard]] std::uint32_t first_recent() const;

  /// Adds all of them or none. Returns the UID of the first; the others follow. nullopt if the
  /// budget does not allow it. `uid_again`: the first gets the UID that was given last, which no
  /// server may do.
  [[nodiscard]] std::optional<std::uint32_t> append(std::span<const NewItem> added, bool uid_again = false);

  /// Changes the flags of the messages at these indices of the view, as far as they are still
  /// there, and the view too. The view learns of nothing else.
  void change_flags(View& view, std::span<const std::size_t> indices, FlagChange change);

  /// Removes the messages with these UIDs, which ascend; `only_deleted`: if they have \Deleted.
  void expunge(std::span<const std::uint32_t> uids, bool only_deleted);
  /// Removes all that have \Deleted.
  void expunge_deleted();

  /// Replaces the messages of `from` by `kept`, which are those at the indices `kept_at` of it, and
  /// takes their vector. What has come since stays. False, and nothing is changed, if others have
  /// removed messages since then.
  [[nodiscard]] bool keep_only(const View& from, std::vector<Item>& kept,
                               std::span<const std::uint32_t> kept_at);

  /// The bit of a keyword, which is added to the mailbox if it is new; 0 if there are too many.
  [[nodiscard]] FlagSet keyword(std::string_view name);

  /// From now on the watcher is told of changes, until it is removed. It outlives that.
  void watch(Watcher& watcher);
  void unwatch(Watcher& watcher);

 private:
  template <class Goes>
  void remove_if(const Goes& goes);
  void replace_all(std::vector<Item> items, std::vector<FlagSet> flags);
  void make_room(std::size_t more);
  void changed();

  static constexpr std::uint64_t kItemCost = 64;

  Budget& budget_;
  const std::uint32_t uid_validity_;
  mutable std::mutex lock_;
  View now_;
  std::atomic<std::uint64_t> version_{0};
  bool shares_items_ = true;  // with the initial view of other mailboxes: nothing may be appended
  std::uint64_t cost_ = 0;
  std::uint32_t first_recent_ = 1;
  std::vector<Watcher*> watchers_;
};

}  // namespace backtalk::mailbox
