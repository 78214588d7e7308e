// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the user asked of `backtalk load`.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "load/job.hpp"
#include "report/objectives.hpp"
#include "report/threshold.hpp"
#include "workload/load_options.hpp"

namespace backtalk::cli {

struct AskedLoad {
  workload::LoadArguments arguments;
  std::shared_ptr<options::Values> own;  ///< the options of the protocol alone
  std::vector<report::Rule> rules;
  std::vector<report::Threshold> thresholds;
  std::vector<report::Rule> goal;  ///< of --find-rate
  std::uint32_t weight = 1;        ///< of the first target
  std::vector<load::OtherTarget> others;

  [[nodiscard]] load::Job job() const {
    return {.url = arguments.url,
            .options = static_cast<const workload::LoadOptions&>(arguments),
            .own = own,
            .weight = weight,
            .others = others};
  }
};

}  // namespace backtalk::cli
