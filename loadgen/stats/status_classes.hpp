// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Which of a protocol's statuses are of one class.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "session/session.hpp"

namespace backtalk::stats {

/// The class of a code of three digits is named after the first of them, "4xx" (RFC 5321 4.2.1,
/// RFC 9110 15), that of any other status after its first word: "NO", "-ERR" for "-ERR [IN-USE]".
[[nodiscard]] std::string status_class(std::string_view status);

/// The classes of a protocol, in the order of its statuses.
class StatusClasses {
 public:
  /// None: no status has a class.
  StatusClasses() = default;
  explicit StatusClasses(std::span<const session::Status> statuses);

  [[nodiscard]] std::size_t size() const { return names_.size(); }
  [[nodiscard]] std::span<const std::string> names() const { return names_; }
  /// The index of the status's class; `size()` if it has none, as `session::kNoStatus`.
  [[nodiscard]] std::size_t of(std::uint16_t status) const {
    return status < class_of_.size() ? class_of_[status] : size();
  }

 private:
  std::vector<std::string> names_;
  std::vector<std::uint16_t> class_of_;
};

}  // namespace backtalk::stats
