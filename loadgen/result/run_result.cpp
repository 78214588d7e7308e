// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/run_result.hpp"

#include <algorithm>

#include "session/exchange.hpp"
#include "session/sent_secrets.hpp"
#include "text/hexdump.hpp"

namespace backtalk::result {

std::vector<std::string> Example::hexdump() const {
  // What --verify says of an answer is none of its octets.
  if (text == session::kNotShown || session::is_violation(name)) return {};
  return text::hexdump(text, text_offset, offset);
}

double RunResult::per_s() const {
  return elapsed_ns > 0 ? static_cast<double>(measured.completed) / elapsed_s() : 0;
}

std::optional<double> RunResult::per_s_connected() const {
  if (connections.connected_ns == 0) return std::nullopt;
  return static_cast<double>(measured.completed) / (static_cast<double>(connections.connected_ns) / 1e9);
}

double RunResult::censored_share() const {
  return stats::censored_share(latency, censored);
}

std::optional<stats::Confidence> RunResult::latency_interval(double percentile) const {
  const auto value = latency_at(percentile);
  if (!value || value->at_least) return std::nullopt;
  auto interval = stats::batch_interval(batches, percentile, value->value);
  if (interval) {
    // Batches are coarser than the histogram, which knows what was seen.
    const std::uint64_t least = censored.empty() ? latency.min() : std::min(latency.min(), censored.min());
    interval->low = std::max(interval->low, std::min(least, value->value));
    interval->high = std::min(interval->high, std::max({latency.max(), censored.max(), value->value}));
  }
  return interval;
}

double Stage::answered_per_s(std::uint64_t ran_ns) const {
  const auto all = static_cast<double>(answered[0]) + static_cast<double>(answered[1]);
  return ran_ns > 0 ? all / (static_cast<double>(ran_ns) / 1e9) : 0;
}

std::uint64_t RunResult::stage_ran_ns(std::size_t index) const {
  const std::uint64_t planned = stages[index].duration_ns;
  if (!interrupted) return planned;
  std::uint64_t left = elapsed_ns;
  for (std::size_t i = 0; i < index; ++i) left -= std::min(left, stages[i].duration_ns);
  return std::min(left, planned);
}

std::uint64_t RunResult::series_length_ns(std::size_t point) const {
  const std::uint64_t begin = point * series.width_ns;
  const bool is_cut = point + 1 == series.points.size() && elapsed_ns > begin;
  return is_cut ? std::min(series.width_ns, elapsed_ns - begin) : series.width_ns;
}

std::optional<double> Stage::server_cpu_each_ns() const {
  const auto all = static_cast<double>(answered[0]) + static_cast<double>(answered[1]);
  if (!server_cpu_ns || *server_cpu_ns == 0 || all < 1) return std::nullopt;
  return static_cast<double>(*server_cpu_ns) / all;
}

const Command* RunResult::command(std::string_view name) const {
  const auto found = std::ranges::find(commands, name, &Command::name);
  return found == commands.end() ? nullptr : &*found;
}

}  // namespace backtalk::result
