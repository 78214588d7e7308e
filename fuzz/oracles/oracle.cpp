// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "oracles/oracle.hpp"

#include <array>
#include <cstdlib>
#include <vector>

namespace backtalk::fuzz {
namespace {

constexpr std::array kAll{Oracle{.name = "promises", .of_each = ask_promises},
                          Oracle{.name = "split", .of_each = ask_split, .thorough = ask_bytes},
                          Oracle{.name = "work", .of_each = ask_work, .thorough = ask_work_by_bytes},
                          Oracle{.name = "simd", .thorough = ask_simd},
                          Oracle{.name = "reference", .thorough = ask_reference},
                          Oracle{.name = "round-trip", .thorough = ask_round_trip}};

bool lists(std::string_view list, std::string_view name) {
  while (!list.empty()) {
    const std::string_view one = list.substr(0, list.find(','));
    if (one == name) return true;
    list.remove_prefix(std::min(list.size(), one.size() + 1));
  }
  return false;
}

}  // namespace

std::span<const Oracle> oracles() {
  static const std::vector<Oracle> on = [] {
    const char* without = std::getenv("BACKTALK_FUZZ_WITHOUT");
    std::vector<Oracle> kept;
    for (const Oracle& oracle : kAll) {
      if (without == nullptr || !lists(without, oracle.name)) kept.push_back(oracle);
    }
    return kept;
  }();
  return on;
}

}  // namespace backtalk::fuzz
