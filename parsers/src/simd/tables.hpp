// SPDX-License-Identifier: Apache-2.0 OR MIT
// The functions of each kernel's file, one for each of Highway's targets.
#pragma once

#include <cstdint>

#include "simd/kernels.hpp"

namespace backtalk::simd {

// For one of Highway's target bits (HWY_AVX2 and so on); null if this build does not have it.
ScanLines scan_lines_for(std::int64_t target);
ScanBody scan_body_for(std::int64_t target);
ScanFields scan_fields_for(std::int64_t target);
CopyPiece copy_piece_for(std::int64_t target);

// The reference, without Highway: scalar.cpp.
extern const Kernels kScalarKernels;

}  // namespace backtalk::simd
