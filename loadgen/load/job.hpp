// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A run, as it is asked for.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "options/values.hpp"
#include "workload/load_options.hpp"

namespace backtalk::load {

/// Another server that takes part of a load.
struct OtherTarget {
  std::string url;  ///< of the same scheme
  std::uint32_t weight = 1;
};

struct Job {
  std::string url;
  workload::LoadOptions options;
  /// The options of the URL's protocol alone, as `Protocol::make_own` makes them; null: their
  /// defaults.
  std::shared_ptr<const backtalk::options::Values> own = nullptr;
  std::uint32_t weight = 1;  ///< of `url`, beside the others'
  std::vector<OtherTarget> others = {};
};

}  // namespace backtalk::load
