// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What happens to messages that carry an identity: senders tell when each went out and was
/// accepted, and those who watch the mailboxes tell when it was there.
#pragma once

#include <cstdint>

#include "session/session.hpp"

namespace backtalk::session {

/// Messages are numbered as the sender's transactions are, and mailboxes from 0. May be called from
/// any thread.
class DeliveryLog {
 public:
  virtual ~DeliveryLog() = default;

  /// The run, which the messages' header names beside their numbers: what earlier runs have left in
  /// the mailboxes is not taken for this one's.
  [[nodiscard]] virtual std::uint64_t run() const = 0;

  // --- By the sender of a message, in this order

  /// The dot, or the last octet of a BDAT chunk, was handed out to be sent. `measured`: not of the
  /// warm-up.
  virtual void sent(std::uint64_t number, bool measured, Nanoseconds now) = 0;
  /// The server's last reply to it came, and the message is its responsibility from here on.
  virtual void accepted(std::uint64_t number, Nanoseconds now) = 0;
  /// That reply came, and the server does not take the message.
  virtual void refused(std::uint64_t number) = 0;

  // --- By those who watch

  /// From here on no message comes into the mailbox unnoticed. May be told again.
  virtual void watching(std::uint32_t mailbox) = 0;
  /// The server was asked what there is, and this is when its answer came.
  virtual void looked(std::uint32_t mailbox, Nanoseconds now) = 0;
  /// All that was in the mailbox at `at` has been told.
  virtual void looked_through(std::uint32_t mailbox, Nanoseconds at) = 0;
  /// The message is in the mailbox: `shown` is when the octets came that say so. Told once for each
  /// copy in the mailbox.
  virtual void seen(std::uint32_t mailbox, std::uint64_t number, Nanoseconds shown) = 0;
  /// The message was found while the mailbox was read again from the start. It may have been
  /// reported before, so it does not count as another copy.
  virtual void found(std::uint32_t mailbox, std::uint64_t number, Nanoseconds shown) = 0;
};

}  // namespace backtalk::session
