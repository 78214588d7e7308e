// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The notation of conversations, as docs/scripts.md has it: lines of a client and a server, and
/// the sections and repetitions around them. What the lines mean is a matter of the protocol.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "script/error.hpp"
#include "session/message_mix.hpp"
#include "session/think_time.hpp"

namespace backtalk::script {

struct Line {
  enum class Kind : std::uint8_t {
    client,  ///< "C: "
    server,  ///< "S: "
    wait     ///< "wait 500ms"
  };
  Kind kind = Kind::client;
  std::string_view text = {};  ///< what is said, without line end; of the script, which outlives it
  std::uint32_t number = 1;    ///< of the line in the script
  std::uint32_t column = 1;    ///< where `text` begins
  session::ThinkTime wait = {};
  std::uint64_t wait_ns = 0;  ///< its mean, for whoever plays the conversation once
  /// The line of the `repeat messages` that it stands in; 0: in none.
  std::uint32_t block = 0;

  [[nodiscard]] Error error(std::string sentence, std::size_t at = 0) const {
    return {number, column + static_cast<std::uint32_t>(at), std::move(sentence)};
  }
};

struct Section {
  enum class Part : std::uint8_t {
    whole,         ///< a script without sections
    conversation,  ///< "== NAME ==": one of several, each on a connection of its own
    once,
    pass,
    end
  };
  Part part = Part::whole;
  std::string_view name = {};    ///< of a conversation or a pass; empty if a pass has none
  unsigned weight = 1;           ///< of a pass
  std::uint32_t number = 1;      ///< of the line where it begins
  std::vector<Line> lines = {};  ///< with repetitions written out
  /// Of the run's messages, which hold for all sections: only the first has them.
  std::vector<session::SizeShare> sizes = {};

  /// True if the lines are all of a connection, with its greeting, login and goodbye.
  [[nodiscard]] bool is_connection() const noexcept {
    return part == Part::whole || part == Part::conversation;
  }
};

/// In the order of the script: only a `whole`; or only conversations; or at most one `once`, at
/// least one `pass` and at most one `end`.
using Sections = std::vector<Section>;

/// Lines end with LF or CRLF. The sections refer to `text`.
[[nodiscard]] std::variant<Sections, Error> read_notation(std::string_view text);

}  // namespace backtalk::script
