// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How often something occurred, by its name.
#pragma once

#include <cstdint>
#include <string>

namespace backtalk::result {

struct NamedCount {
  std::string name;
  std::uint64_t count = 0;
  friend bool operator==(const NamedCount&, const NamedCount&) = default;
};

}  // namespace backtalk::result
