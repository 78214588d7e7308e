// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The text of a command, or a part of one, with placeholders: "RCPT TO:<user{n}@example.net>".
/// Compiled once for a run, and written for each transaction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "session/split_mix64.hpp"

namespace backtalk::session {

class CapturedWords;
class CommandTemplate;

/// True if text can be part of a command: it has no CR, LF or NUL, which would end the command and
/// begin another.
[[nodiscard]] bool is_one_line(std::string_view text) noexcept;

/// What stands for a placeholder in one command. A placeholder for which there is nothing (an empty
/// mailbox, a word that was not captured) takes the whole command back; an empty user or password
/// is filled in.
struct CommandValues {
  std::uint64_t number = 0;                 ///< {n}: the transaction's, in decimal
  std::string_view user = {};               ///< {user}
  std::string_view password = {};           ///< {password}
  SplitMix64* random = nullptr;             ///< {random}: 16 hexadecimal digits of its next number
  std::uint32_t message_number = 0;         ///< {number}: a message of the mailbox; 0: it is empty
  std::uint32_t uid = 0;                    ///< {uid}: a message's unique identifier; 0: none known
  const CommandTemplate* from = nullptr;    ///< {from}: SMTP's sender, with its own {n}
  const CommandTemplate* to = nullptr;      ///< {to}: a recipient
  std::uint64_t content_octets = 0;         ///< HTTP, BDAT: how many octets the content has
  std::uint64_t now = 0;                    ///< {now}: the instant, in ns, in decimal
  const CapturedWords* captured = nullptr;  ///< {name}: words of earlier answers
  std::size_t captured_row = 0;             ///< those of this transaction, or of the connection
};

class CommandTemplate {
 public:
  enum class Field : std::uint8_t {
    number,
    user,
    password,
    random,
    message_number,
    uid,
    from,
    to,
    content_octets,
    now,
    captured
  };

  /// The most octets of a user or a password that a command is written with.
  static constexpr std::size_t kValueOctetsMax = 255;
  /// The most octets of a sender or a recipient, filled in. RFC 5321 4.5.3.1.3 allows 256.
  static constexpr std::size_t kPathOctetsMax = 512;

  /// Empty.
  CommandTemplate() = default;

  /// `text`, in which the placeholders of these fields, such as "{n}", are filled in. Everything
  /// else stands for itself, other braces too. The text has no CR, LF or NUL. Field::captured and
  /// Field::content_octets have no placeholder of their own here.
  CommandTemplate(std::string_view text, std::initializer_list<Field> fields);

  /// Adds text that stands for itself, braces too. It has no CR, LF or NUL.
  void append(std::string_view text);
  /// Adds text of several lines, for the content of a literal. It has no NUL. A template with such
  /// text is no part of a line.
  void append_lines(std::string_view text);
  /// Adds a placeholder.
  void append(Field field);
  /// Adds the placeholder of a captured word.
  void append_captured(unsigned slot);
  /// Adds all of another template.
  void append(const CommandTemplate& other);

  /// Replaces a placeholder, wherever it stands, by all of another template.
  void fill_in(Field field, const CommandTemplate& with);

  /// Takes off the text behind the last placeholder, all of it if there is none, and returns it.
  [[nodiscard]] std::string take_tail();

  struct Placeholder {
    Field field = Field::number;
    unsigned slot = 0;  ///< of a captured word
  };
  /// Calls `see(std::string_view text, const Placeholder* behind_it)` for each stretch of text,
  /// which may be empty, with null for the last.
  template <class See>
  void each_piece(See see) const {
    std::size_t begin = 0;
    for (const Piece& piece : pieces_) {
      const Placeholder placeholder{.field = piece.field, .slot = piece.slot};
      see(std::string_view(text_).substr(begin, piece.text_end - begin), &placeholder);
      begin = piece.text_end;
    }
    see(std::string_view(text_).substr(begin), static_cast<const Placeholder*>(nullptr));
  }

  /// True if it has that placeholder. A command that needs a message is not sent for an empty
  /// mailbox: `values.message_number == 0 && line.uses(Field::message_number)`.
  [[nodiscard]] bool uses(Field field) const noexcept { return (fields_ & bit(field)) != 0; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty() && pieces_.empty(); }
  /// True if it has any placeholder.
  [[nodiscard]] bool has_fields() const noexcept { return fields_ != 0; }

  /// The most octets that it takes once it is filled in.
  [[nodiscard]] std::size_t octets_max() const noexcept;
  /// The octets that it takes with these values, as a literal has to say them before its content;
  /// nullopt if CommandWriter would refuse one of them.
  [[nodiscard]] std::optional<std::size_t> octets(const CommandValues& values) const noexcept;

 private:
  friend class CommandWriter;

  // Text, and the field behind it.
  struct Piece {
    std::uint32_t text_end = 0;  // in text_; it begins where the piece before ends
    Field field = Field::number;
    std::uint8_t slot = 0;  // of a captured word
  };

  [[nodiscard]] static constexpr unsigned bit(Field field) noexcept {
    return 1U << static_cast<unsigned>(field);
  }
  void append_piece(Field field, std::uint8_t slot);

  std::string text_;
  std::vector<Piece> pieces_;  // text behind the last field belongs to none
  unsigned fields_ = 0;        // those of the pieces, a bit each
};

/// A reverse path or forward path of SMTP without its brackets (RFC 5321 4.1.2), in which "{n}"
/// becomes the transaction's number, and "{user}" the connection's user.
class NumberedPath : public CommandTemplate {
 public:
  NumberedPath() = default;
  NumberedPath(std::string_view text) : CommandTemplate(text, {Field::number, Field::user}) {}
  NumberedPath(const std::string& text) : NumberedPath(std::string_view(text)) {}
  NumberedPath(const char* text) : NumberedPath(std::string_view(text)) {}
};

}  // namespace backtalk::session
