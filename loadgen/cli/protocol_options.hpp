// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of a URL's protocol alone, as the command line has them.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <variant>

#include "cli/spec_options.hpp"
#include "options/values.hpp"
#include "workload/load_options.hpp"

namespace backtalk::cli {

/// Sessions that arrive by the clock need more connections than a closed loop, unless one of the
/// command lines says how many.
void make_room_for_sessions(workload::LoadArguments& arguments, std::span<const SpecOptions* const> given);

/// Reads them from each command line of `given`; the later prevail. Returns a sentence about a
/// value that cannot be used, or about an option that was given and has no effect with this URL or
/// beside the others.
[[nodiscard]] std::variant<std::shared_ptr<options::Values>, std::string> read_protocol_options(
    const std::string& url, const workload::LoadArguments& arguments,
    std::span<const SpecOptions* const> given);

}  // namespace backtalk::cli
