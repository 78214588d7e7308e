// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/stages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <system_error>

#include "text/duration.hpp"

namespace backtalk::workload {
namespace {

constexpr std::uint64_t kWeekNs = std::uint64_t{7} * 24 * 3600 * 1'000'000'000;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  return text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
}

// Takes a rate from the beginning of the text. A sign is none of it.
std::optional<double> take_rate(std::string_view& text) {
  double rate = 0;
  if (text.starts_with('-')) return std::nullopt;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), rate);
  if (failure != std::errc{} || !(rate >= 0) || rate > kRateMax) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  constexpr double kMillionths = 1e6;
  return std::round(rate * kMillionths) / kMillionths;
}

// Empty: that is no stage.
std::optional<stats::Stage> read_stage(std::string_view text, double before_per_s) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto duration_ns = text::read_duration(trimmed(text.substr(0, colon)));
  std::string_view rates = trimmed(text.substr(colon + 1));
  const auto first = take_rate(rates);
  if (!duration_ns || !first) return std::nullopt;
  stats::Stage out{.duration_ns = *duration_ns, .from_per_s = before_per_s, .to_per_s = *first};
  if (rates.empty()) return out;
  if (!rates.starts_with('-')) return std::nullopt;
  rates.remove_prefix(1);
  const auto second = take_rate(rates);
  if (!second || !rates.empty()) return std::nullopt;
  out.from_per_s = *first;
  out.to_per_s = *second;
  return out;
}

}  // namespace

std::variant<std::vector<stats::Stage>, std::string> read_stages(std::string_view text) {
  std::vector<stats::Stage> out;
  double before_per_s = 0;
  std::uint64_t all_ns = 0;
  double arrivals = 0;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view word = trimmed(text.substr(begin, end - begin));
    begin = end + 1;
    const auto stage = read_stage(word, before_per_s);
    if (!stage)
      return fmt::format(
          "--stages `{}`: expected TIME:RATE, such as 10s:500, which moves the rate to RATE, or "
          "TIME:RATE-RATE, "
          "such as 10s:500-500; a rate is {:.0f} transactions per second at most",
          word, kRateMax);
    if (stage->duration_ns == 0)
      return fmt::format(
          "--stages `{}`: a stage needs a time above 0; to begin at a rate at once, write "
          "TIME:RATE-RATE, such as 10s:500-500",
          word);
    if (out.size() == stats::kStagesMax) return fmt::format("--stages: at most {} stages", stats::kStagesMax);
    all_ns += stage->duration_ns;
    if (all_ns > kWeekNs) return "--stages: all stages together may last a week at most";
    arrivals += stage->arrivals();
    before_per_s = stage->to_per_s;
    out.push_back(*stage);
  }
  if (arrivals < 1) return "--stages: no transaction would fall due: use longer stages or higher rates";
  return out;
}

std::optional<std::string> settle_stages(LoadOptions& options) {
  if (options.stages.empty()) return std::nullopt;
  if (options.rate) return "--rate has no effect with --stages, which have rates of their own";
  if (options.session_rate)
    return "--stages has no effect with --session-rate: its sessions begin transactions at once";
  if (options.duration_ns)
    return "--duration has no effect with --stages: the run lasts as long as all stages together";
  if (options.transactions)
    return "--transactions has no effect with --stages, whose times and rates give the number";
  const auto read = read_stages(options.stages);
  if (const auto* problem = std::get_if<std::string>(&read)) return *problem;
  double arrivals = 0;
  std::uint64_t all_ns = 0;
  for (const stats::Stage& stage : std::get<std::vector<stats::Stage>>(read)) {
    arrivals += stage.arrivals();
    all_ns += stage.duration_ns;
  }
  constexpr double kMillionths = 1e6;
  const double mean = arrivals / (static_cast<double>(all_ns) / 1e9);
  options.rate = std::max(std::round(mean * kMillionths), 1.0) / kMillionths;
  options.duration_ns = all_ns;
  return std::nullopt;
}

}  // namespace backtalk::workload
