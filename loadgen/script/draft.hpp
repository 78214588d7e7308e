// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A command of a script while its section is being read: its answer comes in later lines.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "script/error.hpp"
#include "script/notation.hpp"
#include "script/words.hpp"
#include "session/script.hpp"

namespace backtalk::script {

struct Draft {
  session::ScriptCommand command = {};
  std::string_view tag = {};   ///< IMAP
  std::string_view name = {};  ///< of the command, in capitals; static storage
  bool of_connection = false;  ///< the session says it itself: it does not go into the script
  bool answered = false;       ///< IMAP: a line of the server was its answer
};

/// What the sections of a script know of those before them.
struct Scope {
  Words words;
  bool counted = false;            ///< the server has said how many messages there are
  bool counted_once = false;       ///< in the section `once`
  bool uids_named = false;         ///< IMAP: a command has asked for UIDs
  bool uids_named_once = false;    ///< in the section `once`
  bool logs_in = false;            ///< there was a login, which the session says itself
  std::size_t content_octets = 0;  ///< of messages or requests, in all sections

  /// The sections behind this one know what it kept if it was `once`.
  void end_section(bool was_once);
};

/// The commands without those of the connection.
[[nodiscard]] std::vector<session::ScriptCommand> commands_of(std::vector<Draft>&& drafts);

/// Adds the words that a line keeps of the answer to `command`; of untagged data if that is not
/// empty.
[[nodiscard]] Problem keep_words(const Line& line, Scope& scope, session::ScriptCommand& command,
                                 std::string_view untagged = {});

/// Checks that a command of that line is not too long, and that messages are known to it if it
/// names one. `counting`: the command that has to come before it.
[[nodiscard]] Problem check_command(const Line& line, const Scope& scope,
                                    const session::ScriptCommand& command, std::string_view counting);

}  // namespace backtalk::script
