// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/quote_floor.hpp"

#include <chrono>
#include <string>

#include "calibrate/calibration.hpp"
#include "calibrate/machine.hpp"

namespace backtalk::cli {

void quote_floor(result::RunResult& result) {
  const std::string path = calibrate::usual_path();
  const auto found = calibrate::read_file(path);
  if (!found) return;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  result.floor = calibrate::floor_of(result, *found, calibrate::this_machine(),
                                     std::chrono::duration_cast<std::chrono::seconds>(now).count(), path);
}

}  // namespace backtalk::cli
