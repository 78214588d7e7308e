// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Whether the answers of a POP3 server agree with each other and with the checksums in messages
/// (--verify). RFC 1939: within a session the mailbox stays as it is, but for what DELE marks.
///
/// STAT, LIST and UIDL must count the same messages (verify-listing) and the same octets; a message
/// must have the size that LIST gave (verify-size), the body that its checksum was made of
/// (verify-checksum), and be the same each time that it is asked for by its number
/// (verify-other-answer); no two messages have the same unique-id (verify-uid-reused).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "backtalk/pop3/response_parser.hpp"
#include "backtalk/tolerate.hpp"
#include "session/message_checksum.hpp"
#include "session/pop3_commands.hpp"
#include "session/violation.hpp"

namespace backtalk::session {

class Pop3Verify {
 public:
  /// Of a mailbox with more messages, the others are not compared one by one.
  static constexpr std::uint32_t kMessagesMax = 65'536;

  /// What a command asks for.
  struct Asked {
    Pop3Command command = Pop3Command::noop;
    std::uint32_t message = 0;  ///< 0: none
  };
  /// `line` is the command as it goes out, without CRLF.
  [[nodiscard]] static Asked asked(Pop3Command command, std::string_view line) noexcept;

  explicit Pop3Verify(Tolerances tolerances) noexcept : tolerances_(tolerances) {}

  /// A new connection: nothing is known.
  void restart() noexcept;

  // --- An answer, in this order

  void begin_answer(const Asked& asked, const pop3::Status& status);
  /// Octets of a message.
  void feed(std::string_view octets) noexcept {
    if (message_.is_reading()) message_.feed(octets);
  }
  /// A line of a listing.
  void read_line(std::string_view line);
  /// What is wrong with it; nullopt: nothing. Only the first is found.
  [[nodiscard]] std::optional<Violation> end_answer();
  /// Of the answer that has ended: it was a message. `checkable`: it was compared with a checksum.
  [[nodiscard]] bool was_message() const noexcept { return was_message_; }
  [[nodiscard]] bool was_checkable() const noexcept { return was_checkable_; }

 private:
  struct Message {
    std::uint64_t size = 0;
    std::uint64_t uid = 0;  // a hash of it
    std::uint64_t identity = 0;
    bool has_size = false;
    bool has_uid = false;
    bool has_identity = false;
    bool deleted = false;
  };

  [[nodiscard]] Message* find(std::uint32_t number);
  void find_violation(std::string_view name, std::string text);
  void read_stat(const pop3::Status& status);
  void read_listed(std::string_view line);
  void end_listing();
  void end_message();
  void delete_message();
  void undelete_all();
  void check_count(std::uint64_t count, std::string_view what);
  void check_octets(std::uint64_t octets, std::string_view what);
  void check_uids();

  Tolerances tolerances_;
  std::vector<Message> messages_;    // by number, from 1
  std::vector<std::uint64_t> uids_;  // to find those that occur twice
  std::optional<std::uint64_t> count_;
  std::optional<std::uint64_t> octets_;
  std::uint64_t deleted_ = 0;
  MessageChecksum message_;
  Asked asked_;
  bool ok_ = false;
  bool is_listing_ = false;
  std::uint64_t listed_ = 0;         // lines of the listing
  std::uint64_t listed_octets_ = 0;  // and what its sizes add up to
  std::uint32_t last_listed_ = 0;
  bool has_new_uids_ = false;
  bool was_message_ = false;
  bool was_checkable_ = false;
  std::optional<Violation> found_;
};

}  // namespace backtalk::session
