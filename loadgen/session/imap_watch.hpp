// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a session of IMAP that watches a mailbox makes of what the server tells it: EXISTS says
/// that there is something new, and a UID FETCH of the headers says which messages it is.
///
/// What has come is known by its UID, so that no message is told twice, also after a new
/// connection. Servers answer a FETCH in any order (RFC 9051 7): only its OK says that all were
/// named, and the one with the highest number then has the highest UID (2.3.1.1). A mailbox that
/// was recreated meanwhile (another UIDVALIDITY, or a lower UIDNEXT) is read again from UID 1.
///
/// A message was shown by the first EXISTS that counted it. If other messages were removed
/// meanwhile, or if there were more EXISTS than can be kept, nobody knows which one that was, and
/// the FETCH counts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "backtalk/imap/response.hpp"
#include "backtalk/tolerate.hpp"
#include "session/delivery_field.hpp"
#include "session/delivery_log.hpp"
#include "session/imap_data.hpp"
#include "session/session.hpp"
#include "session/uid_set.hpp"

namespace backtalk::session {

class ImapWatch {
 public:
  /// `log` outlives the watch; null: the session watches nothing, and nothing else may be called.
  ImapWatch(DeliveryLog* log, std::uint32_t mailbox) : log_(log), mailbox_(mailbox) {
    if (log == nullptr) return;
    told_.reserve();
    shown_.resize(kShownMax);
  }

  [[nodiscard]] bool is_active() const noexcept { return log_ != nullptr; }

  /// A new connection: the server counts from the beginning.
  void restart() noexcept;
  /// The mailbox is selected, and what comes from here on is told.
  void begin();
  /// A stretch of a literal, which precedes its response: of a message that is read whole.
  void read_piece(const imap::Response& response) noexcept;
  /// Untagged data of that kind.
  void read(ImapData kind, const imap::Response& response, Tolerances tolerances, Nanoseconds now);
  /// A NOOP was answered.
  void looked(Nanoseconds now) { log_->looked(mailbox_, now); }
  /// A NOOP or an IDLE was answered, with all that is new: unless it has to be fetched first, the
  /// mailbox is looked through.
  void told_all(Nanoseconds now);

  /// There is something that no FETCH has asked for yet.
  [[nodiscard]] bool has_news() const noexcept { return news_ || again_; }
  /// It came just now. What a FETCH has failed to bring is asked for again with less haste.
  [[nodiscard]] bool is_urgent() const noexcept { return news_; }
  [[nodiscard]] bool fetches_again() const noexcept { return again_; }
  /// The headers from `next_uid()` on are asked for.
  void fetching() noexcept;
  /// That FETCH was answered; `ok`: and all of them came.
  void fetched(bool ok);
  [[nodiscard]] std::uint32_t next_uid() const noexcept { return next_uid_; }
  /// A message of before: "n:*" has the last one, even if it is below n (RFC 9051 6.4.9).
  [[nodiscard]] bool passes_over(std::uint32_t uid) const noexcept { return uid != 0 && uid < next_uid_; }

 private:
  struct Shown {
    std::uint64_t messages = 0;
    Nanoseconds at = 0;
  };

  void read_code(const imap::Response& response, Tolerances tolerances);
  void read_fetch(const imap::Response& response, Tolerances tolerances, Nanoseconds now);
  [[nodiscard]] Nanoseconds shown_at(std::uint64_t message, Nanoseconds now) const noexcept;
  void forget_shown() noexcept { first_ = end_ = 0; }

  static constexpr std::size_t kShownMax = 256;

  DeliveryLog* log_;
  std::uint32_t mailbox_;
  std::uint32_t next_uid_ = 1;
  bool knows_uid_ = false;
  DeliveryFieldReader reader_;  // of the message that comes in pieces
  bool news_ = false;
  bool again_ = false;
  std::uint32_t validity_ = 0;       // 0: not known
  std::uint32_t says_validity_ = 0;  // of this connection
  std::uint32_t says_next_ = 0;
  bool selects_ = true;     // what comes is of a mailbox that is being selected
  bool rereading_ = false;  // what comes may have been reported before
  UidSet told_;             // of those from next_uid_ on
  struct Highest {
    std::uint64_t number = 0;
    std::uint32_t uid = 0;
  };
  Highest highest_;           // of this FETCH
  std::uint64_t passed_ = 0;  // the number of the message below next_uid_; 0: not known
  std::uint32_t untold_ = 0;  // the lowest UID for which there was no room; 0: none
  Nanoseconds through_ = 0;   // once the FETCH has its OK; 0: never
  std::uint64_t messages_ = 0;
  std::vector<Shown> shown_;  // [first_, end_), modulo its size; empty if it is not active
  std::size_t first_ = 0;
  std::size_t end_ = 0;
};

}  // namespace backtalk::session
