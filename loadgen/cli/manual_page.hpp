// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The manual pages: backtalk(1), and one for each verb.
#pragma once

#include <CLI/CLI.hpp>
#include <span>
#include <string>
#include <string_view>

#include "cli/verb.hpp"

namespace backtalk::cli {

/// backtalk(1), in roff with the macros of man(7). `date` is shown at its foot: "2026-12-01", or
/// empty.
[[nodiscard]] std::string manual_page(const CLI::App& app, std::span<const Verb> verbs,
                                      std::string_view date);

/// backtalk-load(1), if the verb is `load`: every option of its --help. `verbs` are all of them.
[[nodiscard]] std::string manual_page(const Verb& verb, std::span<const Verb> verbs, std::string_view date);

}  // namespace backtalk::cli
