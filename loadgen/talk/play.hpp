// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `talk --script`: a script instead of lines that somebody types.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "script/protocol.hpp"
#include "session/login.hpp"
#include "talk/scene.hpp"
#include "talk/screen.hpp"
#include "talk/talk_options.hpp"
#include "talk/talk_run.hpp"

namespace backtalk::talk {

struct PlayPlan {
  /// Of {from}, {to}, {host}, {path}: names, and what they stand for.
  using Constants = std::vector<std::pair<std::string, std::string>>;
  std::string file;  ///< its name, for sentences
  PlayedScript script;
  bool exact = false;
  Constants constants;
  std::vector<session::Credentials> users;  ///< at least one; conversations take them in turn
};

/// The script that the options name, and what it needs; or a sentence about why it cannot be
/// played.
[[nodiscard]] std::variant<PlayPlan, std::string> plan_play(const TalkOptions& options,
                                                            script::Protocol protocol);

/// Plays the conversations one after the other, each on a connection of its own. One that is not as
/// expected does not keep the others from being played; the outcome is the first failure, the
/// others are remarks on the screen.
[[nodiscard]] Outcome play(const TalkPlan& plan, const PlayPlan& script, Screen& screen);

}  // namespace backtalk::talk
