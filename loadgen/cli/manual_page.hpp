// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The manual page backtalk(1).
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>

#include "cli/verb.hpp"

namespace backtalk::cli {

/// In roff, with the macros of man(7).
[[nodiscard]] std::string manual_page(const CLI::App& app, std::span<const Verb> verbs);

}  // namespace backtalk::cli
