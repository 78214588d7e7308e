// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a script keeps of a server's answers, for the commands that come later: "{name:=2}" in a
/// line of the server, "{name}" in a line of the client.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace backtalk::session {

/// What separates words in a line of POP3.
inline constexpr std::string_view kSpaces = " ";
/// The same for IMAP, in whose lines "(UID 23)" and "[UIDNEXT 24]" are two words each. Braces
/// too: a word that ends with "{5}" would begin a literal.
inline constexpr std::string_view kSpacesAndBrackets = " ()[]{}";

/// The `n`-th word of a line, counted from 1: in "+OK 2 320" the first is "+OK". A word is what
/// stands between separators, of which several in a row count as one; nullopt if there are fewer.
[[nodiscard]] std::optional<std::string_view> nth_word(std::string_view line, unsigned n,
                                                       std::string_view separators) noexcept;

/// The words of one session: a row of slots for each transaction that can be in flight
/// (`Exchange::slot`), and one for the connection, in which the script's section "once" keeps its
/// own. Allocates when it is made, and never again.
///
/// The words are a server's and may be anything. What could not go out within a command is not
/// kept, so that a word can neither end the command that it is filled into nor make it too long.
class CapturedWords {
 public:
  /// The longest word that is kept; a POP3 unique-id has at most 70 octets (RFC 1939 section 7).
  static constexpr std::size_t kOctetsMax = 128;
  /// The most slots of a script.
  static constexpr unsigned kSlotsMax = 16;

  /// No slots, no memory.
  CapturedWords() = default;
  /// `slots` is at most kSlotsMax.
  CapturedWords(unsigned slots, std::size_t transactions);

  /// The row of the connection; transactions have the rows 0 to `transactions` - 1.
  [[nodiscard]] std::size_t connection_row() const noexcept { return transactions_; }

  /// A new connection: nothing is kept.
  void restart() noexcept;
  /// A transaction begins: its row has the words of the connection.
  void begin(std::size_t row) noexcept;

  /// Keeps a word. False if it is empty or longer than kOctetsMax, or has a CR, LF or NUL: then
  /// the slot is empty.
  bool keep(std::size_t row, unsigned slot, std::string_view word) noexcept;
  /// Finds a word in the server's line and keeps it; false also if the line has too few.
  bool keep_nth(std::size_t row, unsigned slot, std::string_view line, unsigned n,
                std::string_view separators) noexcept {
    return keep(row, slot, nth_word(line, n, separators).value_or(std::string_view{}));
  }
  /// Why a pass fails that needed a word of this row which was not kept: kWordTooLong if the server
  /// gave one that is too long, and kUnexpectedReply otherwise.
  [[nodiscard]] std::string_view why_missing(std::size_t row) const noexcept;
  /// Empty if none was kept. Valid until the slot changes.
  [[nodiscard]] std::string_view word(std::size_t row, unsigned slot) const noexcept;

 private:
  struct Word {
    std::uint8_t octets = 0;
    bool too_long = false;  // the one that was to be kept
    std::array<char, kOctetsMax> text;
  };
  [[nodiscard]] Word& at(std::size_t row, unsigned slot) noexcept { return words_[row * slots_ + slot]; }
  [[nodiscard]] const Word& at(std::size_t row, unsigned slot) const noexcept {
    return words_[row * slots_ + slot];
  }

  unsigned slots_ = 0;
  std::size_t transactions_ = 0;
  std::vector<Word> words_;
};

}  // namespace backtalk::session
