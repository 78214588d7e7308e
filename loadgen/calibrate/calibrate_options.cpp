// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "calibrate/calibrate_options.hpp"

#include <array>

namespace backtalk::calibrate {
namespace {

namespace kind = options::kind;
using options::member;
using options::OptionGroup;
using options::OptionSpec;
using O = CalibrateOptions;

constexpr std::array kCalibrateOptions{
    OptionSpec{"-d,--duration", kind::Time{member<&O::duration_ns>(), false},
               "how long each of the twenty runs lasts"},
    OptionSpec{
        "--out", kind::OutputFile{member<&O::out_file>()},
        "write the result (backtalk.calibrate/1) to this file, or with - to standard output, and not "
        "where later results of `load` look for it: $XDG_STATE_HOME/backtalk/calibration.json, or below "
        "~/.local/state"},
    OptionSpec{"--quiet", kind::Flag{member<&O::quiet>()}, "no progress and no table"}};

}  // namespace

std::span<const OptionGroup> calibrate_option_groups() {
  static const std::array groups{
      OptionGroup{"Options", kCalibrateOptions, &options::make_values<CalibrateOptions>}};
  return groups;
}

}  // namespace backtalk::calibrate
