// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "text/listed.hpp"

#include <algorithm>
#include <cstddef>

namespace backtalk::text {
namespace {

constexpr std::size_t kNamedMax = 3;

}  // namespace

std::string listed(std::span<const std::string> all) {
  const std::size_t named = std::min(all.size(), kNamedMax);
  const std::size_t more = all.size() - named;
  std::string out;
  for (std::size_t i = 0; i < named; ++i) {
    const bool is_last = more == 0 && i + 1 == named;
    if (i > 0) out += is_last ? " and " : ", ";
    out += all[i];
  }
  if (more > 0) out += " and " + std::to_string(more) + " more";
  return out;
}

}  // namespace backtalk::text
