// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What sessions of POP3 that watch a mailbox know of it: one after the other logs in, asks how
/// many messages there are, and reads the headers of those that were not there before.
///
/// A session sees the mailbox as it was at its login (RFC 1939 4), so a message was shown by the
/// answer to STAT. New messages come behind the others as long as nobody removes any. After a
/// smaller count those that have the numbers of earlier ones may be the same: they are no copies.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>

#include "session/delivery_field.hpp"
#include "session/delivery_log.hpp"
#include "session/session.hpp"

namespace backtalk::session {

class Pop3Watch {
 public:
  /// `log` outlives the watch; null: the session watches nothing, and nothing else may be called.
  Pop3Watch(DeliveryLog* log, std::uint32_t mailbox) noexcept : log_(log), mailbox_(mailbox) {}

  [[nodiscard]] bool is_active() const noexcept { return log_ != nullptr; }

  /// The answer to STAT. What the first one counts was there before the run.
  void counted(std::uint32_t messages, Nanoseconds now) {
    messages_ = std::min(messages, kMessagesMax);
    if (next_ == 0) {
      next_ = messages_ + 1;
      log_->watching(mailbox_);
    }
    if (next_ > messages_ + 1) {  // somebody has removed some, or the count was wrong
      told_to_ = std::max(told_to_, next_);
      next_ = messages_ + 1;
    }
    shown_ = now;
    log_->looked(mailbox_, now);
    tell_through();
  }
  /// The first message whose header was not read.
  [[nodiscard]] std::uint32_t next() const noexcept { return next_; }

  /// Its header comes.
  void begin() noexcept { reader_.begin(); }
  void feed(std::string_view octets) noexcept { reader_.feed(octets); }
  /// It was there to its end.
  void end() {
    const bool rereading = next_ < told_to_;
    ++next_;
    refused_ = 0;
    const auto& id = reader_.found();
    if (id && id->run == log_->run()) {
      if (rereading) {
        log_->found(mailbox_, id->number, shown_);
      } else {
        log_->seen(mailbox_, id->number, shown_);
      }
    }
    reader_ = {};
    tell_through();
  }
  /// It was refused. Those behind it wait for it, but not forever.
  void refused() noexcept {
    reader_ = {};
    if (++refused_ < kTriesMax) return;
    refused_ = 0;
    ++next_;
    passed_over_ = true;
  }

 private:
  static constexpr std::uint32_t kMessagesMax = std::numeric_limits<std::uint32_t>::max() - 1;
  static constexpr unsigned kTriesMax = 5;

  // Of a message whose header nobody has read, nobody can say that it is not one of the run's.
  void tell_through() {
    if (next_ > messages_ && !passed_over_) log_->looked_through(mailbox_, shown_);
  }

  DeliveryLog* log_;
  std::uint32_t mailbox_;
  std::uint32_t next_ = 0;  // 0: not known
  std::uint32_t messages_ = 0;
  // Those below were read already, unless others have their numbers now.
  std::uint32_t told_to_ = 0;
  unsigned refused_ = 0;  // so often in a row
  bool passed_over_ = false;
  Nanoseconds shown_ = 0;
  DeliveryFieldReader reader_;
};

}  // namespace backtalk::session
