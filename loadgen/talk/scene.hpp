// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A script as `talk` plays it: each conversation on a connection of its own; or sections, once
/// each, between a login and a goodbye.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "script/error.hpp"
#include "script/notation.hpp"
#include "script/protocol.hpp"
#include "script/turns.hpp"
#include "script/words.hpp"

namespace backtalk::talk {

/// What is said on one connection.
struct Scene {
  std::string_view name = {};  ///< of the conversation; empty if it has none
  bool has_sections = false;   ///< it is said between a login, of --user, and a goodbye
  script::Section section = {};
  std::vector<script::Turn> turns = {};
};

/// What has to be known to say it.
struct ScriptNeeds {
  bool user = false;
  bool password = false;
  std::vector<std::string> mechanisms = {};  ///< of SASL, in capitals, and "APOP"
  std::uint32_t line = 0;                    ///< the first that needs one of these
};

struct PlayedScript {
  std::unique_ptr<const std::string> text;  ///< the scenes refer to it
  std::vector<Scene> scenes = {};
  ScriptNeeds needs = {};
  /// The names of conversations in which another protocol is spoken.
  std::vector<std::string_view> left_out = {};
};

struct ScriptReading {
  script::Protocol protocol = script::Protocol::smtp;
  bool logs_in = false;        ///< before sections
  std::string_view only = {};  ///< the conversation of that name alone; empty: all
  /// What stands for the same throughout, as {host}; only while reading.
  std::span<const script::Constant> constants = {};
};

/// A mistake in the script, or that there is no conversation to be played, is an error.
[[nodiscard]] std::variant<PlayedScript, script::Error> read_played_script(std::string text,
                                                                           const ScriptReading& reading);

}  // namespace backtalk::talk
