// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a lone session says beside the load, for --probe: the cheapest that the protocol has, with
/// the same login and TLS.
#pragma once

#include <memory>
#include <string_view>

#include "options/values.hpp"

namespace backtalk::workload {

struct ProbeOptions {
  std::string_view command;  ///< "NOOP", "STAT", "HEAD"
  std::shared_ptr<const options::Values> own;
};

/// `own` are the options of the scheme's protocol alone, as `Protocol::make_own` makes them.
[[nodiscard]] ProbeOptions probe_of(std::string_view scheme, const options::Values& own);

}  // namespace backtalk::workload
