// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The result of a run for programs: schema `backtalk.load/1` (docs/load-json.md). Every key is always there.
#pragma once

#include <string>

#include "report/load_result.hpp"

namespace backtalk::report {

[[nodiscard]] std::string to_json(const LoadResult& result);

}  // namespace backtalk::report
