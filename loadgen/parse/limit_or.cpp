// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "parse/options.hpp"

namespace backtalk::parse {

std::size_t limit_or(const Options& options, std::string_view name, std::size_t otherwise) {
  const auto found = options.limits.find(name);
  return found == options.limits.end() ? otherwise : found->second;
}

}  // namespace backtalk::parse
