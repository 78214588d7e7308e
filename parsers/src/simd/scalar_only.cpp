// SPDX-License-Identifier: Apache-2.0 OR MIT
// Replaces targets.cpp in builds without Highway: the single headers that `./run amalgamate` makes.
#include "backtalk/simd.hpp"
#include "simd/tables.hpp"

namespace backtalk::simd {

const Kernels& active_kernels() noexcept {
  return kScalarKernels;
}
std::span<const std::string_view> targets() noexcept {
  return {&kScalarKernels.name, 1};
}
std::string_view active() noexcept {
  return kScalarKernels.name;
}
bool use(std::string_view target) noexcept {
  return target == kScalarKernels.name;
}

}  // namespace backtalk::simd
