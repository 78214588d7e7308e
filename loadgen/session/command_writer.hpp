// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Writes commands into the span that `Session::produce` was given.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <system_error>

#include "backtalk/detail/expect.hpp"
#include "session/command_template.hpp"
#include "session/wire_message.hpp"

namespace backtalk::session {

/// A command is written in parts and ended by `end_line`. It goes out whole or not at all: if it
/// does not fit, or if a value that was to be filled in is missing, has a CR, LF or NUL or is too
/// long, then what was written of it is taken back. Nothing allocates.
///
///     if (out.has_room_for_command()) out.add("USER ").add(user, values);
///     if (!out.end_line()) ...
class CommandWriter {
 public:
  /// The longest command with its CRLF: half of what a session may count on, so that one that is
  /// preceded by content has room too.
  static constexpr std::size_t kCommandOctetsMax = 2048;
  static constexpr std::size_t kRandomOctets = 16;

  explicit CommandWriter(std::span<char> out) noexcept : out_(out.data()), octets_(out.size()) {}

  /// Octets of whole commands and of content.
  [[nodiscard]] std::size_t size() const noexcept { return line_; }
  [[nodiscard]] bool has_room_for_command() const noexcept { return octets_ - line_ >= kCommandOctetsMax; }

  /// Text that is known to be one line. `text` may be empty.
  CommandWriter& add(std::string_view text) noexcept {
    if (text.size() > octets_ - used_) return refuse();
    if (!text.empty()) std::memcpy(out_ + used_, text.data(), text.size());
    used_ += text.size();
    return *this;
  }
  CommandWriter& add_number(std::uint64_t number) noexcept {
    const auto [end, failure] = std::to_chars(out_ + used_, out_ + octets_, number);
    if (failure != std::errc{}) return refuse();
    used_ = static_cast<std::size_t>(end - out_);
    return *this;
  }
  /// Text that comes from outside, such as a user's name; see `is_one_line`.
  CommandWriter& add_value(std::string_view value) noexcept;
  CommandWriter& add(const CommandTemplate& text, const CommandValues& values) noexcept;
  /// The same without values, for a template that has no placeholder.
  CommandWriter& add_fixed(const CommandTemplate& text) noexcept {
    BACKTALK_EXPECT(!text.has_fields());
    return add(text.text_);
  }

  /// What was written so far of the command that is being written.
  [[nodiscard]] std::string_view line() const noexcept { return {out_ + line_, used_ - line_}; }

  /// Takes the command back: `end_line` says so.
  CommandWriter& refuse() noexcept {
    refused_ = true;
    return *this;
  }

  /// CRLF. False if the command was taken back.
  [[nodiscard]] bool end_line() noexcept {
    add("\r\n");
    const bool whole = !refused_;
    close_line();
    return whole;
  }
  /// Like `end_line`, for content of several lines, which has its own CRLF.
  [[nodiscard]] bool end_text() noexcept {
    const bool whole = !refused_;
    close_line();
    return whole;
  }
  /// Like `end_line`, for a command that cannot be refused: it consists of numbers and of text from
  /// the plan, and is within kCommandOctetsMax.
  void end_plain_line() noexcept {
    add("\r\n");
    BACKTALK_EXPECT(!refused_);
    close_line();
  }

  /// As much as fits of the message from `offset` on, and how much that was. Between two commands.
  std::size_t add_content(const WireMessage& message, WireMessage::Form form, std::uint64_t offset) noexcept {
    BACKTALK_EXPECT(used_ == line_ && !refused_);
    const std::size_t count = message.copy(form, offset, {out_ + used_, octets_ - used_});
    line_ = used_ += count;
    return count;
  }

 private:
  void close_line() noexcept {
    line_ = used_ = refused_ ? line_ : used_;
    refused_ = false;
  }
  CommandWriter& add_field(CommandTemplate::Field field, unsigned slot, const CommandValues& values) noexcept;
  CommandWriter& add_message_number(std::uint32_t number) noexcept {
    return number == 0 ? refuse() : add_number(number);
  }
  CommandWriter& add_captured(const CommandValues& values, unsigned slot) noexcept;
  CommandWriter& add_random(SplitMix64& random) noexcept;

  char* out_;
  std::size_t octets_;
  std::size_t line_ = 0;  // where the command that is being written begins
  std::size_t used_ = 0;
  bool refused_ = false;  // the command that is being written cannot go out
};

}  // namespace backtalk::session
