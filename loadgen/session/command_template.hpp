// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The text of a command, or a part of one, with placeholders: "RCPT TO:<user{n}@example.net>".
/// Compiled once for a run, and written for each transaction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "session/split_mix64.hpp"

namespace backtalk::session {

/// What stands for a placeholder in one command.
struct CommandValues {
  std::uint64_t number = 0;        ///< {n}: the transaction's, in decimal
  std::string_view user = {};      ///< {user}
  std::string_view password = {};  ///< {password}
  SplitMix64* random = nullptr;    ///< {random}: 16 hexadecimal digits of its next number
};

class CommandTemplate {
 public:
  enum class Field : std::uint8_t { number, user, password, random };

  /// The most octets of a user or a password that a command is written with.
  static constexpr std::size_t kValueOctetsMax = 255;

  /// Empty.
  CommandTemplate() = default;

  /// `text`, in which the placeholders of these fields, such as "{n}", are filled in. Everything
  /// else stands for itself, other braces too. The text has no CR, LF or NUL.
  CommandTemplate(std::string_view text, std::initializer_list<Field> fields);

  /// Adds text that stands for itself, braces too. It has no CR, LF or NUL.
  void append(std::string_view text);
  /// Adds a placeholder.
  void append(Field field);

  /// The most octets that it takes once it is filled in.
  [[nodiscard]] std::size_t octets_max() const noexcept;

 private:
  friend class CommandWriter;

  // Text, and the field behind it.
  struct Piece {
    std::uint32_t text_end = 0;  // in text_; it begins where the piece before ends
    Field field = Field::number;
  };

  std::string text_;
  std::vector<Piece> pieces_;  // text behind the last field belongs to none
};

/// A reverse path or forward path of SMTP without its brackets (RFC 5321 4.1.2), in which "{n}"
/// becomes the transaction's number.
class NumberedPath : public CommandTemplate {
 public:
  NumberedPath() = default;
  NumberedPath(std::string_view text) : CommandTemplate(text, {Field::number}) {}
  NumberedPath(const std::string& text) : NumberedPath(std::string_view(text)) {}
  NumberedPath(const char* text) : NumberedPath(std::string_view(text)) {}
};

}  // namespace backtalk::session
