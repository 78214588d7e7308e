// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The option that names what sessions say: `--script`.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "options/option_spec.hpp"
#include "script/words.hpp"
#include "session/script.hpp"
#include "workload/login_options.hpp"

namespace backtalk::workload {

/// The base of the options of a protocol whose sessions follow a script, in place of LoginOptions.
struct ScriptOptions : LoginOptions {
  /// The name of a shipped script, or a file. Empty: the protocol's default, or SMTP's fixed
  /// conversation.
  std::string script;
  bool exact = false;  ///< compare texts, and not only statuses
};

/// The group's options are those of ScriptOptions; without those of its bases, which are groups of
/// their own.
[[nodiscard]] const options::OptionGroup& script_option_group();

/// A script before it is read.
struct ScriptText {
  std::string name;
  std::string text;
};

/// The text of the script that the options name; `preset` and errors as of `script_of`.
[[nodiscard]] std::variant<ScriptText, std::string> script_text_of(const ScriptOptions& options,
                                                                   std::string_view protocol,
                                                                   std::string_view preset);

/// The script of that text, or a sentence about the first line that is wrong.
[[nodiscard]] std::variant<session::Script, std::string> read_script_text(
    const ScriptOptions& options, const ScriptText& script, std::string_view protocol,
    std::span<const script::Constant> constants = {});

/// The script that the options name. `preset` is the shipped one that goes without `--script`. Or a
/// sentence about what is wrong: no such script, a file that cannot be read, a line of the script.
[[nodiscard]] std::variant<session::Script, std::string> script_of(const ScriptOptions& options,
                                                                   std::string_view protocol,
                                                                   std::string_view preset);

}  // namespace backtalk::workload
