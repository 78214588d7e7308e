// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/run_result.hpp"

#include <algorithm>

#include "session/auth_exchange.hpp"
#include "text/hexdump.hpp"

namespace backtalk::result {

std::vector<std::string> Example::hexdump() const {
  if (text == session::kNotShown) return {};
  return text::hexdump(text, text_offset, offset);
}

double RunResult::per_s() const {
  return elapsed_ns > 0 ? static_cast<double>(measured.completed) / elapsed_s() : 0;
}

std::optional<double> RunResult::per_s_connected() const {
  if (connections.connected_ns == 0) return std::nullopt;
  return static_cast<double>(measured.completed) / (static_cast<double>(connections.connected_ns) / 1e9);
}

const Command* RunResult::command(std::string_view name) const {
  const auto found = std::ranges::find(commands, name, &Command::name);
  return found == commands.end() ? nullptr : &*found;
}

}  // namespace backtalk::result
