// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/think.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "script/wait.hpp"

namespace backtalk::workload {

std::variant<session::ThinkTime, std::string> read_think(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, ':', ' ');
  auto read = script::read_think_time(spaced);
  if (std::holds_alternative<session::ThinkTime>(read)) return read;
  return fmt::format("--think {}: expected a time as 3s, 2s..8s, exp:5s or normal:10s:2s", text);
}

}  // namespace backtalk::workload
