// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What --verify finds: an answer that is well formed and wrong.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace backtalk::session {

// The names under which transactions fail; docs/load.md says more of each.
inline constexpr std::string_view kWrongChecksum = "verify-checksum";
inline constexpr std::string_view kOtherMessage = "verify-other-answer";
inline constexpr std::string_view kWrongSize = "verify-size";
inline constexpr std::string_view kListingsDisagree = "verify-listing";
inline constexpr std::string_view kUidReused = "verify-uid-reused";
inline constexpr std::string_view kUidOrder = "verify-uid-order";
inline constexpr std::string_view kExistsShrank = "verify-exists";
inline constexpr std::string_view kExpungeUntold = "verify-expunge";
inline constexpr std::string_view kFlagsChanged = "verify-flags";

struct Violation {
  std::string_view name;  ///< one of those above
  std::string text;       ///< what is wrong, for people
};

/// A text of pieces; only made when something is wrong.
class ViolationText {
 public:
  ViolationText& add(std::string_view text) {
    text_.append(text);
    return *this;
  }
  ViolationText& add(std::uint64_t number) { return add(std::to_string(number)); }
  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

}  // namespace backtalk::session
