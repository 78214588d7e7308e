// How each kernel's file hands over its function for the target that is chosen at the moment (see
// targets.cpp).
#pragma once

#include "simd/kernels.hpp"

namespace backtalk::simd {

ScanLines scan_lines_for_chosen_target();
ScanBody scan_body_for_chosen_target();
ScanFields scan_fields_for_chosen_target();

// The reference, without Highway: scalar.cpp.
extern const Kernels kScalarKernels;

}  // namespace backtalk::simd
