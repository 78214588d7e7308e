// SPDX-License-Identifier: Apache-2.0 OR MIT
/// imaptest's profiles (github.com/dovecot/imaptest, docs/profile.md): what kinds of users and
/// clients there are, and how often they do what, as a script of the same means.
///
/// A profile's users do several things at once, by timers; a script's connection does one after
/// the other. It has a pass for each thing that a user does, weighted by how often it is done, and
/// waits such that a connection does as much in an hour as a user would. What a script cannot do is
/// named in its comments; docs/scripts.md has the rules.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "script/error.hpp"

namespace backtalk::script {

/// True if the text looks like a profile, and not like a conversation.
[[nodiscard]] bool is_imaptest_profile(std::string_view text);

/// The profile as a script of IMAP, in the notation; or one whose clients are all of POP3 and of
/// one kind as a script of POP3.
[[nodiscard]] std::variant<std::string, Error> script_of_imaptest_profile(std::string_view text,
                                                                          std::string_view protocol);

}  // namespace backtalk::script
