// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `backtalk load --help`: which options are for which protocols.
#pragma once

#include "cli/spec_options.hpp"

namespace backtalk::cli {

/// Has the headings of --help name the protocols that options are for, if not for all.
void head_with_protocols(const SpecOptions& options);

/// Leaves in --help what applies to the protocol that stands in place of the URL, or in it. Returns
/// a sentence if there is no such protocol.
[[nodiscard]] options::Problem narrow_load_help(const SpecOptions& options);

}  // namespace backtalk::cli
