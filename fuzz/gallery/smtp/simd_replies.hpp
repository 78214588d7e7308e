/// Replies by a parser that scans with wide registers where the processor has them, and octet by octet
/// elsewhere. No reference reads them, so that what is told is the difference between the two.
#pragma once

#include "backtalk/simd.hpp"
#include "replies.hpp"

namespace backtalk::gallery {

class SimdReplies : public Replies {
 protected:
  [[nodiscard]] static bool wide() { return simd::active() != "scalar"; }
};

constexpr fuzz::Target simd_replies_target(std::string_view name) {
  fuzz::Target target = replies_target(name);
  target.simd = true;
  target.reference = nullptr;
  return target;
}

}  // namespace backtalk::gallery
