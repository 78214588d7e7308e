// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Replies by a parser that scans with wide registers where the processor has them, and octet by
/// octet elsewhere. No reference reads them, so that what is told is the difference between the
/// two.
#pragma once

#include "backtalk/simd.hpp"
#include "replies.hpp"

namespace backtalk::gallery {

class SimdReplies : public Replies {
 public:
  // As this project's parsers do: how it scans is settled when it is made, and a reset leaves it.
  void begin(const fuzz::Settings& settings) override {
    wide_ = simd::active() != "scalar";
    Replies::begin(settings);
  }
  bool reset() override {
    Replies::begin({});
    return true;
  }

 protected:
  [[nodiscard]] bool wide() const { return wide_; }

 private:
  bool wide_ = false;
};

constexpr fuzz::Target simd_replies_target(std::string_view name) {
  fuzz::Target target = replies_target(name);
  target.simd = true;
  target.reference = nullptr;
  return target;
}

}  // namespace backtalk::gallery
