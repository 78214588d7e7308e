// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Completion of verbs, options and the words that an option takes, for three shells. Other values
/// are completed as file names.
#pragma once

#include <span>
#include <string>

#include "cli/verb.hpp"

namespace backtalk::cli {

[[nodiscard]] std::string bash_completion(std::span<const Verb> verbs);
[[nodiscard]] std::string zsh_completion(std::span<const Verb> verbs);
[[nodiscard]] std::string fish_completion(std::span<const Verb> verbs);

}  // namespace backtalk::cli
