// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Whether what an IMAP server says of a mailbox can be true, and is what the checksums of its
/// messages say (--verify): what imaptest calls state tracking, within one connection.
///
/// RFC 9051 2.3.1.1, 5.2, 7.3, 7.4: UIDs ascend with the numbers and are never used again
/// (verify-uid-order, verify-uid-reused); EXISTS only shrinks by EXPUNGE (verify-exists), and a
/// number belongs to the same message until then (verify-expunge); flags change if somebody changes
/// them (verify-flags); a message never changes (verify-checksum, verify-size), and what comes is
/// what was asked for (verify-other-answer).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/response.hpp"
#include "backtalk/tolerate.hpp"
#include "session/imap_data.hpp"
#include "session/message_checksum.hpp"
#include "session/script.hpp"
#include "session/violation.hpp"

namespace backtalk::session {

/// Flags of a message: a bit for each of the RFC, and the sum of its keywords.
using FlagWord = std::uint32_t;

/// Which bits a run with this script may change, in its own sessions or through others' of the run.
/// A body that is fetched without PEEK sets \Seen.
[[nodiscard]] FlagWord flags_changed_by(const Script& script);

class ImapVerify {
 public:
  /// Of a mailbox with more messages, the others are counted, but not compared one by one. Each of
  /// these takes 40 octets.
  static constexpr std::uint32_t kMessagesMax = 65'536;

  /// What a FETCH response was about.
  struct Fetched {
    std::uint32_t number = 0;
    std::uint32_t uid = 0;  ///< 0: not known
    bool has_body = false;  ///< so somebody has asked for it
  };

  ImapVerify(FlagWord changing, Tolerances tolerances) noexcept
      : changing_(changing), tolerances_(tolerances) {}

  /// A new connection: nothing is known, but which UIDs there were.
  void restart() noexcept;
  /// A mailbox is to be selected by this command, "SELECT INBOX": EXISTS comes first.
  void select(std::string_view line) noexcept;
  /// The command that selects it was answered: `ok` says whether it is.
  void selected(bool ok);
  /// The mailbox is left.
  void leave() noexcept;

  /// A stretch of a literal, which precedes its response.
  void read_piece(const imap::Response& response) noexcept;
  /// Untagged data. `expunge_allowed`: some command in progress lets message numbers move.
  Fetched read(ImapData kind, const imap::Response& response, bool expunge_allowed);
  /// The response that the last pieces precede is not to be read.
  void forget_pieces() noexcept { has_streamed_ = false; }

  /// The first thing that was wrong since the last call.
  [[nodiscard]] std::optional<Violation> take() noexcept { return std::exchange(found_, std::nullopt); }
  /// Of the FETCH that was read last: it had a message or a part of one; and it was compared.
  [[nodiscard]] bool was_message() const noexcept { return was_message_; }
  [[nodiscard]] bool was_checkable() const noexcept { return was_checkable_; }

 private:
  struct Message {
    std::uint32_t uid = 0;  // 0: not known
    FlagWord flags = 0;     // without kFlagsKnown: not known
    std::uint64_t identity = 0;
    std::uint64_t size = 0;
    bool has_identity = false;
    bool has_size = false;
    bool is_new = false;  // it has come since the mailbox was selected
  };

  void find_violation(std::string_view name, std::string text);
  [[nodiscard]] Message* find(std::uint32_t number) noexcept;
  void read_code(std::span<const imap::Token> code);
  void read_exists(std::uint64_t number);
  void read_expunge(std::uint64_t number, bool allowed);
  void read_uid(std::uint32_t number, Message& message, std::uint64_t uid);
  void check_place(std::uint32_t number, std::uint32_t uid);
  void read_flags(std::uint32_t number, Message& message, const imap::Token& list);
  void read_size(std::uint32_t number, Message& message, std::uint64_t size);
  void forget_numbers() noexcept;
  [[nodiscard]] bool read_body(const imap::FetchItem& item);
  void end_body(std::uint32_t number, Message* message);

  const FlagWord changing_;
  Tolerances tolerances_;
  std::vector<Message> messages_;  // by number, from 1, as far as kMessagesMax
  std::uint64_t exists_ = 0;
  bool selecting_ = false;  // EXISTS says how many there are at first
  bool selected_ = false;
  bool has_vanished_ = false;  // since the last EXISTS
  // Of the mailbox, also over connections: what UIDs can come.
  std::uint64_t mailbox_ = 0;  // a hash of the command that selects it
  std::uint64_t validity_ = 0;
  std::uint64_t uid_next_ = 0;       // of the server, at the beginning; 0: not known
  std::uint64_t uid_highest_ = 0;    // that was seen
  std::uint64_t told_validity_ = 0;  // while it is being selected
  std::uint64_t told_next_ = 0;
  MessageChecksum body_;
  bool has_streamed_ = false;  // body_ has a whole message, whose response follows
  bool was_message_ = false;
  bool was_checkable_ = false;
  std::optional<Violation> found_;
};

}  // namespace backtalk::session
