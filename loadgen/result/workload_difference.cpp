// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/workload_difference.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string_view>

#include "result/workload_json.hpp"

namespace backtalk::result {
namespace {

namespace json = boost::json;

// The seed, which server it is (another start of it has another process), and what follows from
// other options.
constexpr std::array<std::string_view, 5> kPassedOver{"seed", "address", "server_pid", "loop",
                                                      "ends_within_s"};

// An option that only one of them has is null in the other.
std::string shown(const json::object& of, std::string_view key) {
  const json::value* const value = of.if_contains(key);
  return value == nullptr ? "null" : json::serialize(*value);
}

}  // namespace

std::vector<SettingDifference> differing_settings(const Workload& a, const Workload& b) {
  const json::object of_a = write_workload(a);
  const json::object of_b = write_workload(b);
  std::vector<SettingDifference> out;
  const auto add = [&](std::string_view key) {
    if (std::ranges::find(kPassedOver, key) != kPassedOver.end()) return;
    std::string one = shown(of_a, key);
    std::string other = shown(of_b, key);
    if (one != other) out.push_back({.key = std::string(key), .a = std::move(one), .b = std::move(other)});
  };
  for (const auto& [key, value] : of_a) add(key);
  for (const auto& [key, value] : of_b) {
    if (!of_a.contains(key)) add(key);
  }
  return out;
}

}  // namespace backtalk::result
