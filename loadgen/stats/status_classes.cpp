// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/status_classes.hpp"

#include <algorithm>

namespace backtalk::stats {

std::string status_class(std::string_view status) {
  const bool is_code =
      status.size() == 3 && std::ranges::all_of(status, [](char c) { return c >= '0' && c <= '9'; });
  return is_code ? std::string(1, status.front()) + "xx" : std::string(status.substr(0, status.find(' ')));
}

StatusClasses::StatusClasses(std::span<const session::Status> statuses) {
  for (const session::Status& one : statuses) {
    std::string name = status_class(one.name);
    const auto found = std::ranges::find(names_, name);
    class_of_.push_back(static_cast<std::uint16_t>(found - names_.begin()));
    if (found == names_.end()) names_.push_back(std::move(name));
  }
}

}  // namespace backtalk::stats
