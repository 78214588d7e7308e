// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A script as a server plays it: for each command that a client may say, the answers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "script/error.hpp"
#include "script/protocol.hpp"
#include "serve/script_answer.hpp"

namespace backtalk::serve {

/// A command of the script, and what the server says to it.
struct Exchange {
  Request command;
  std::uint32_t line = 1;  ///< where the script has it
  /// To the command, and then to each response or message that belongs to it. LMTP: those to a
  /// message have a piece for each recipient.
  std::vector<Answer> answers = {};
  /// To a client that waits for leave, in order. The last one may refuse it, and is then the only
  /// answer.
  std::vector<Answer> leaves = {};
  /// It refuses what has its words. Others of its name are accepted with other words, so that it
  /// says nothing about what the script does not have.
  bool only_for_its_words = false;
};

using Exchanges = std::vector<Exchange>;

/// What one connection plays.
struct Playable {
  struct Pass {
    unsigned weight = 1;
    Exchanges exchanges;
  };
  std::optional<Answer> greeting;
  /// What belongs to each connection is not in it: the server has answers of its own.
  bool has_sections = false;
  bool words_matter = false;  ///< HTTP: a request for another target is another request
  Exchanges once;             ///< all of it, if there are no sections
  std::vector<Pass> passes;   ///< repeated, each as often in a row as its weight says
  Exchanges end;
};

/// Connections play the conversations in turn. At least one.
using ServedScript = std::vector<Playable>;

/// The conversations of a script that are of this protocol, which their first lines tell.
[[nodiscard]] std::variant<ServedScript, script::Error> read_served_script(script::Protocol protocol,
                                                                           std::string_view text);

}  // namespace backtalk::serve
