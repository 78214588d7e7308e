// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A run, as it is asked for.
#pragma once

#include <memory>
#include <string>

#include "options/values.hpp"
#include "workload/load_options.hpp"

namespace backtalk::load {

struct Job {
  std::string url;
  workload::LoadOptions options;
  /// The options of the URL's protocol alone, as `Protocol::make_own` makes them; null: their
  /// defaults.
  std::shared_ptr<const backtalk::options::Values> own = nullptr;
};

}  // namespace backtalk::load
