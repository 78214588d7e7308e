// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of `http` and `https` alone.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "options/option_spec.hpp"
#include "workload/script_options.hpp"

namespace backtalk::workload {

struct HttpOptions : ScriptOptions {
  std::string method = "GET";
  std::vector<std::string> fields;
  std::string body_file;
  std::vector<std::string> ok;
  bool expect_continue = false;
  bool pipeline_any = false;

  /// What the requests are does not come from the options above.
  [[nodiscard]] bool follows_script() const { return !script.empty(); }
};

[[nodiscard]] std::span<const options::OptionGroup> http_option_groups();

}  // namespace backtalk::workload
