// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The lines `wait` of a script: how long, and what stands behind them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "script/error.hpp"
#include "script/notation.hpp"
#include "session/script.hpp"
#include "session/think_time.hpp"

namespace backtalk::script {

/// What follows the word: "500ms", "2s..8s", "exp 5s", "normal 10s 5s". Or a sentence about what
/// was expected.
[[nodiscard]] std::variant<session::ThinkTime, std::string> read_think_time(std::string_view text);

/// Where in such a text a number without a unit begins. Of options it would be in seconds; in a
/// script nobody sees whether `wait 500` is what was meant.
[[nodiscard]] std::optional<std::size_t> find_number_without_unit(std::string_view text);

/// Takes the line `wait` off the end of a pass, if it has one: the wait behind its last answer.
[[nodiscard]] session::ThinkTime take_last_wait(Section& section);

/// The `wait` that stands before a command, for the reader of a section.
class WaitBefore {
 public:
  /// A line `wait` of that section.
  [[nodiscard]] Problem read(const Line& line, const Section& section);
  /// A line of the server: none may stand behind a wait, which lasts from the answer before it.
  [[nodiscard]] Problem check_answer(const Line& line) const;
  /// A command of the script follows, and has the wait.
  void give(session::ScriptCommand& command);
  /// A command follows that the program says itself: it waits for none. `goodbye`: it is QUIT or
  /// LOGOUT.
  [[nodiscard]] Problem check_own(std::string_view name, bool goodbye) const;

 private:
  const Line* line_ = nullptr;
};

}  // namespace backtalk::script
