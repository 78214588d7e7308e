// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Where the client's lines of a conversation come from: a terminal, a pipe, a script.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "talk/attendant.hpp"

namespace backtalk::talk {

class Conversation;

class LineSource {
 public:
  virtual ~LineSource() = default;

  /// The conversation that takes the lines begins; it outlives the source's use.
  virtual void join(Conversation&) {}
  /// What the program says for itself begins or ends, as for --starttls.
  virtual void set_aside(bool) {}

  /// A line can be taken now. `now_ns` is the time of a clock that never goes back.
  [[nodiscard]] virtual bool has_line(std::uint64_t now_ns) = 0;
  /// The line, without its end. Only if there is one. Valid until the next call.
  [[nodiscard]] virtual std::string_view take() = 0;
  /// No line comes any more but those that can be taken now.
  [[nodiscard]] virtual bool ended() const = 0;

  /// Is readable once there is something to read; -1: there never is.
  [[nodiscard]] virtual int descriptor() const { return -1; }
  /// Reads what there is; blocks if there is nothing. False if that fails.
  [[nodiscard]] virtual bool read() { return true; }
  /// The time at which the next line can be taken, if it waits for nothing else.
  [[nodiscard]] virtual std::optional<std::uint64_t> wakes_at_ns() const { return std::nullopt; }

  /// Lines are edited: `edit` is called in place of `read`, before there is anything to read.
  [[nodiscard]] virtual bool is_edited() const { return false; }
  virtual void edit(Attendant&) {}
  /// A line that was taken last is a command without a secret: it may be offered again.
  virtual void remember(std::string_view) {}
  /// A line that begins with "/" may be for the program.
  [[nodiscard]] virtual bool has_local_commands() const { return false; }

  /// A sentence about why the conversation is not what it was to be; empty if all is well.
  [[nodiscard]] virtual std::string problem() const { return {}; }
  /// What the server has to say before the next line can be taken, as the beginning of a sentence:
  /// "FILE:3:4: expected ..."; empty if that is not known.
  [[nodiscard]] virtual std::string awaited() const { return {}; }
};

}  // namespace backtalk::talk
