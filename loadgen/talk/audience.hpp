// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Receives the lines, remarks and warnings of a conversation, to show or to record them.
#pragma once

#include <cstdint>
#include <string_view>

namespace backtalk::talk {

class Audience {
 public:
  virtual ~Audience() = default;
  /// The user's line went out. `notation` is the same as docs/scripts.md writes it, where a brace
  /// begins a placeholder.
  virtual void client(std::string_view line, std::string_view notation) = 0;
  /// The next line of the server begins an answer; it may be all of it.
  virtual void answer_begins() {}
  /// The line of the server that was shown last ends an answer that was due.
  virtual void answer_ends() {}
  /// The server said this line, which is not to be shown: it may repeat a secret. `server` comes
  /// next, without it.
  virtual void overhears(std::string_view /*line*/) {}
  /// The server said this line.
  virtual void server(std::string_view line) = 0;
  /// The lines that the server said since the last answer are one: a reply, a response, in IMAP
  /// also untagged data. It begins at that offset of the server's octets.
  virtual void answered(std::uint64_t /*offset*/) {}
  /// About the line before: how the parser reads it, or what is wrong with it.
  virtual void remark(std::string_view text) = 0;
};

}  // namespace backtalk::talk
