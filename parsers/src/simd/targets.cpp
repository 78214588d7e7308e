// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <iterator>

#include "backtalk/simd.hpp"
#include "simd/choose.hpp"
#include "simd/cpu.hpp"
#include "simd/tables.hpp"

namespace backtalk::simd {
namespace {

struct HighwayTarget {
  std::int64_t bit;
  std::string_view name;
};

// With a terminator, so that the array is not empty if there are no targets.
#define BACKTALK_ROW(target, name, unused) HighwayTarget{HWY_##target, name},
constexpr HighwayTarget kHighwayTargets[] = {BACKTALK_TARGETS(BACKTALK_ROW, ) HighwayTarget{0, {}}};
#undef BACKTALK_ROW

// The targets that this build contains and the processor supports, worst first. Made once.
class Available {
 public:
  Available() {
    kernels_[count_] = kScalarKernels;
    names_[count_++] = kScalarKernels.name;
    const std::int64_t usable = runnable_targets() & HWY_TARGETS;
    for (const HighwayTarget& target : kHighwayTargets) {
      // Highway's baseline is always compiled (for x86, as emulation in plain code) but not listed:
      // kScalarKernels take its place. Not covered by tests on a processor that supports every
      // target.
      if ((usable & target.bit) == 0) continue;
      kernels_[count_] = {target.name,
                          scan_lines_for(target.bit),
                          scan_body_for(target.bit),
                          scan_fields_for(target.bit),
                          copy_piece_for(target.bit),
                          true};
      names_[count_++] = target.name;
    }
  }

  [[nodiscard]] std::span<const std::string_view> names() const { return {names_.data(), count_}; }
  [[nodiscard]] const Kernels* best() const { return &kernels_[count_ - 1]; }
  [[nodiscard]] const Kernels* find(std::string_view name) const {
    for (std::size_t i = 0; i < count_; ++i) {
      if (names_[i] == name) return &kernels_[i];
    }
    return nullptr;
  }

 private:
  std::array<Kernels, std::size(kHighwayTargets)> kernels_{};
  std::array<std::string_view, std::size(kHighwayTargets)> names_{};
  std::size_t count_ = 0;
};

const Available& available() {
  static const Available instance;
  return instance;
}

// An unknown or unsupported name is ignored, because a library has nowhere to report it. Programs
// check `active()`.
const Kernels* initial() {
  if (const char* forced = std::getenv("BACKTALK_SIMD"); forced != nullptr) {
    if (const Kernels* found = available().find(forced); found != nullptr) return found;
  }
  return available().best();
}

std::atomic<const Kernels*>& chosen() {
  static std::atomic<const Kernels*> instance{initial()};
  return instance;
}

}  // namespace

const Kernels& active_kernels() noexcept {
  return *chosen().load(std::memory_order_relaxed);
}
std::span<const std::string_view> targets() noexcept {
  return available().names();
}
std::string_view active() noexcept {
  return active_kernels().name;
}

bool use(std::string_view target) noexcept {
  const Kernels* found = available().find(target);
  if (found == nullptr) return false;
  chosen().store(found, std::memory_order_relaxed);
  return true;
}

}  // namespace backtalk::simd
