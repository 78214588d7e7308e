// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Whether two results are of the same load: results of different loads say nothing about servers.
#pragma once

#include <string>
#include <vector>

#include "result/run_result.hpp"

namespace backtalk::result {

struct SettingDifference {
  std::string key;  ///< of the `workload` object: "connections"
  std::string a;    ///< its values, as JSON
  std::string b;
};

/// The options that are not the same, except for the seed, which makes no load harder than another,
/// and for those that say which server it is, as the URL does.
[[nodiscard]] std::vector<SettingDifference> differing_settings(const Workload& a, const Workload& b);

}  // namespace backtalk::result
