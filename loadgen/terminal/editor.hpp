// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Edits lines at a terminal, with history and completion, while a conversation goes on above them.
///
/// The keys are those of libedit, and of the user's ~/.editrc. A secret is neither shown nor known
/// to libedit. The line that is sent is wiped from the screen: the conversation shows it, without
/// its secrets.
#pragma once

#include <memory>
#include <string>

#include "talk/dialect.hpp"
#include "talk/line_source.hpp"

namespace backtalk::terminal {

/// True if standard input and standard output are a terminal on which lines can be edited.
[[nodiscard]] bool can_edit();

/// The editor, of which there is one at a time. The terminal is as it was once it is destroyed, or
/// once a signal ends or stops the program. nullptr if libedit cannot use this terminal.
/// `history_file` is empty if nothing is to be kept.
[[nodiscard]] std::unique_ptr<talk::LineSource> open_editor(talk::Protocol protocol,
                                                            const std::string& history_file);

}  // namespace backtalk::terminal
