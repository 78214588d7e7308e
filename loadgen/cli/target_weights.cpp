// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/target_weights.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "result/json.hpp"
#include "text/whole_number.hpp"

namespace backtalk::cli {
namespace {

constexpr std::uint64_t kWeightMax = 10'000;

// "3,1"
std::optional<std::vector<std::uint32_t>> read_weights(std::string_view text) {
  std::vector<std::uint32_t> weights;
  for (;;) {
    const std::size_t end = std::min(text.find(','), text.size());
    const auto weight = text::read_whole_number(text.substr(0, end));
    if (!weight || *weight == 0 || *weight > kWeightMax) return std::nullopt;
    weights.push_back(static_cast<std::uint32_t>(*weight));
    if (end == text.size()) return weights;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

options::Problem settle_targets(AskedLoad& asked) {
  workload::LoadArguments& arguments = asked.arguments;
  const std::vector<std::string>& urls = arguments.urls;
  if (urls.size() > result::kJsonTargetsMax)
    return fmt::format("{} URLs: a load has {} targets at most", urls.size(), result::kJsonTargetsMax);
  if (urls.size() > 1 && !arguments.addresses.empty())
    return "--address has no effect with several URLs: each has its own addresses";
  std::vector<std::uint32_t> weights(urls.size(), 1);
  if (urls.size() > 1 && !arguments.weights.empty()) {
    const auto read = read_weights(arguments.weights);
    if (!read || read->size() != urls.size())
      return fmt::format("--weight {}: expected a number from 1 to {} for each of the {} URLs, as 3,1",
                         arguments.weights, kWeightMax, urls.size());
    weights = *read;
  }
  for (std::size_t i = 1; i < urls.size(); ++i)
    asked.others.push_back({.url = urls[i], .weight = weights[i]});
  if (!weights.empty()) asked.weight = weights.front();
  return std::nullopt;
}

}  // namespace backtalk::cli
