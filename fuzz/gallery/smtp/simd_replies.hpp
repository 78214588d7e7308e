// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A parser of replies that scans with wide registers if the processor has them, and octet by octet
/// otherwise. It has no reference, so that only the SIMD oracle can report a difference.
#pragma once

#include "backtalk/simd.hpp"
#include "replies.hpp"

namespace backtalk::gallery {

class SimdReplies : public Replies {
 public:
  // Like this project's parsers, chooses how to scan when it is made; a reset does not change it.
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
