// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Completion of verbs, options and what an option takes (Takes of cli/option_view.hpp), for three
/// shells.
#pragma once

#include <span>
#include <string>

#include "cli/verb.hpp"

namespace backtalk::cli {

/// For bash 4.4 or newer; needs nothing of the package bash-completion but its lookup by name.
[[nodiscard]] std::string bash_completion(std::span<const Verb> verbs);
[[nodiscard]] std::string zsh_completion(std::span<const Verb> verbs);
[[nodiscard]] std::string fish_completion(std::span<const Verb> verbs);

}  // namespace backtalk::cli
