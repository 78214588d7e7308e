// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A script, from its text to what sessions follow. docs/scripts.md is the notation.
#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "script/error.hpp"
#include "script/words.hpp"
#include "session/script.hpp"

namespace backtalk::script {

/// `protocol` is "smtp", "lmtp", "pop3", "imap" or "http"; others have no scripts yet, which is an
/// error too. Takes time and memory in proportion to the text with its repetitions, which are
/// bounded (script/limits.hpp). `exact`: answers are compared by their texts, too.
[[nodiscard]] std::variant<session::Script, Error> read_script(std::string_view protocol,
                                                               std::string_view name, std::string_view text,
                                                               std::span<const Constant> constants = {},
                                                               bool exact = false);

}  // namespace backtalk::script
